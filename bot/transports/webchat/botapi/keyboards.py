"""Inline keyboards, checked as strictly as Telegram checks them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.transports.webchat.botapi.errors import bad_request

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
_STYLES = ("danger", "success", "primary")


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    actions = set(button) - {"text", "style"}
    if len(actions) != 1 or not actions <= {"callback_data", "url"}:
        raise bad_request("BUTTON_TYPE_INVALID")
    if button.get("style") not in (None, *_STYLES):
        raise bad_request("BUTTON_STYLE_INVALID")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 0 < len(data.encode()) <= MAX_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    else:
        url = button["url"]
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise bad_request("BUTTON_URL_INVALID")
    return button


def inline_keyboard(markup: Any) -> dict[str, Any] | None:
    """The checked `InlineKeyboardMarkup`, or None when it has no button. Raises `ApiError` 400."""
    if markup is None:
        return None
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise bad_request("only inline keyboards are supported in this chat")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Array")
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def has_callback(markup: Any, data: str) -> bool:
    """Whether a button with this callback data is on the keyboard now."""
    rows = (markup or {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row)
