"""Names, reasons and opinions as they are typed."""

from __future__ import annotations

from models.errors import InvalidInput


def words(text: str | None, limit: int) -> str:
    """One line of text, blanks joined. Raises InvalidInput `answer.empty`, `answer.too_long` (length, limit).

    Raised before anything is done, so the chat goes on waiting for the text and it can be written anew.
    """
    cleaned = " ".join((text or "").split())
    if not cleaned:
        raise InvalidInput("answer.empty")
    if len(cleaned) > limit:
        raise InvalidInput("answer.too_long", length=len(cleaned), limit=limit)
    return cleaned
