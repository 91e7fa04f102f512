"""Error codes of the web chat as HTTP statuses and sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n import Translator
from models.errors import Denied, InvalidInput, Missing, Stale, Unavailable, ZhiluError


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


_TEXTS: Mapping[str, tuple[int, str]] = {
    "link.unknown": (404, _("This sign-in link is not known. Ask your administrator for a new one.")),
    "link.used": (410, _("This sign-in link has been used already. Ask your administrator for a new one.")),
    "link.expired": (410, _("This sign-in link has expired. Ask your administrator for a new one.")),
    "session.missing": (401, _("You are signed out. Open your sign-in link again.")),
    "role.required": (403, _("This page is for those who supervise; your role does not open it.")),
    "board.filter_unknown": (
        400,
        _("“{value}” in this address cannot be used. Go back to the board and choose again."),
    ),
    "origin.refused": (403, _("This request came from another site and was refused.")),
    "rate.exceeded": (429, _("Too many requests at once. They will be sent again in a moment.")),
    "text.empty": (400, _("The message is empty.")),
    "text.too_long": (
        400,
        _("The message has {length} characters; at most {limit} fit. Please send it in parts, or as a file."),
    ),
    "caption.too_long": (400, _("The caption has {length} characters; at most {limit} fit.")),
    "client_id.invalid": (400, _("The request is not complete. Please reload the page.")),
    "request.invalid": (400, _("The request is not complete. Please reload the page.")),
    "upload.empty": (400, _("The file is empty. Please choose another one.")),
    "upload.too_large": (413, _("The file is too large: at most {megabytes} MB fit.")),
    "upload.kind_unknown": (400, _("Files of this kind cannot be sent.")),
    "upload.invalid": (400, _("What was said about the file cannot be right. Please choose it again.")),
    "upload.incomplete": (400, _("The file did not arrive whole. It will be sent again.")),
    "upload.recording_too_long": (400, _("The recording is too long: at most {minutes} minutes fit.")),
    "location.invalid": (400, _("This is not a place on earth. Please try again.")),
    "button.stale": (409, _("This button is no longer valid. Please use the newest message.")),
    "chat.missing": (404, _("This chat is not there any more. Open your sign-in link again.")),
    "page.missing": (404, _("There is nothing at this address.")),
    "storage.unavailable": (507, _("The server cannot store files now. What you sent stays on your phone for later.")),
    "signing.missing": (404, _("There is nothing to sign here: the link was used, is old, or the paper has changed.")),
    "signature.invalid": (400, _("The signature could not be read. Please draw it again.")),
    "signature.blank": (400, _("Nothing has been drawn yet. Please sign first.")),
    "signing.refused": (409, _("The signature was not taken. Go back to the chat and ask for a new signing link.")),
    "signature.link_used": (409, _("This signing link has been used. Go back to the chat.")),
    "server.fault": (500, _("Something went wrong on the server; it has been noted. Please try again.")),
}
_BY_KIND = ((Denied, 403), (Missing, 404), (Stale, 409), (Unavailable, 503), (InvalidInput, 400))


def has_sentence(code: str) -> bool:
    """Whether the page has words of its own for this code."""
    return code in _TEXTS


def sentence(code: str, params: Mapping[str, object], t: Translator) -> str:
    """The translated sentence for a code; an unknown code gets the general one."""
    _status, message = _TEXTS.get(code, _TEXTS["server.fault"])
    shown: dict[str, Any] = dict(params)
    if isinstance(limit := params.get("limit"), int):
        shown |= {"megabytes": limit // 1024**2, "minutes": limit // 60}
    return t(message, **shown) if shown else t(message)


def problem(code: str, params: Mapping[str, object], t: Translator) -> tuple[int, str]:
    """HTTP status and sentence."""
    status, _message = _TEXTS.get(code, _TEXTS["server.fault"])
    return status, sentence(code, params, t)


def status_of(fault: ZhiluError) -> int:
    """The HTTP status of an expected fault."""
    if fault.code in _TEXTS:
        return _TEXTS[fault.code][0]
    return next((status for kind, status in _BY_KIND if isinstance(fault, kind)), 500)
