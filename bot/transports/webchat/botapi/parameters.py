"""Parameters of a call: known names, right JSON types, nothing missing. What is not understood is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.transports.webchat.botapi.errors import bad_request

Check = Callable[[Any], bool]


def integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def boolean(value: Any) -> bool:
    return isinstance(value, bool)


def text(value: Any) -> bool:
    return isinstance(value, str)


def structure(value: Any) -> bool:
    return isinstance(value, dict)


def sequence(value: Any) -> bool:
    return isinstance(value, list)


@dataclass(frozen=True)
class Signature:
    """Which parameters a method takes."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]

    def check(self, params: Mapping[str, Any]) -> None:
        """Raise `ApiError` 400 unless `params` fit."""
        for name in self.required:
            if name not in params:
                raise bad_request(f'parameter "{name}" is required')
        for name, value in params.items():
            known = self.required.get(name) or self.optional.get(name)
            if known is None:
                raise bad_request(f'parameter "{name}" is not supported')
            if not known(value):
                raise bad_request(f'parameter "{name}" has a wrong type')


CHAT: Mapping[str, Check] = {"chat_id": integer}
MESSAGE: Mapping[str, Check] = {"chat_id": integer, "message_id": integer}
# The first two are accepted without effect: this chat rings no bell and has nowhere to forward to.
SENDING: Mapping[str, Check] = {
    "disable_notification": boolean,
    "protect_content": boolean,
    "reply_markup": structure,
    "reply_parameters": structure,
}
# Links are never previewed here, so what is said about it has no effect either.
TEXT: Mapping[str, Check] = {"parse_mode": text, "link_preview_options": structure}
CAPTION: Mapping[str, Check] = {"caption": text, "parse_mode": text}
