"""Refusals, in Telegram's own words where those are known, since handlers are written against them."""

from __future__ import annotations


class ApiError(Exception):
    """A refused call: `error_code` is the HTTP status, `description` the text of the Bot API's answer."""

    def __init__(self, error_code: int, description: str) -> None:
        self.error_code = error_code
        self.description = description
        super().__init__(f"{error_code} {description}")


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
