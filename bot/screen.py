"""What a person is shown: a text, buttons, perhaps a file. Transports are not known here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Literal

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Button:
    """`data` comes back when pressed (64 bytes at most); `url` opens a page instead."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Attachment:
    """Bytes of the vault to send along."""

    kind: Literal["photo", "document", "voice", "audio"]
    sha256: str
    name: str


@dataclass(frozen=True)
class Screen:
    """`text` is Telegram HTML made with `escape`d data. `slot`: a later screen of the same slot replaces this one.

    fresh: come as a new message at the end of the chat; the slot's former message stays, without its buttons.
    moved: likewise, but the former message is taken away: the same card, grown, follows what was just said.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    slot: str | None = None
    attachment: Attachment | None = None
    fresh: bool = False
    moved: bool = False


@dataclass
class Rows:
    """Lays buttons out: short ones side by side, long ones alone, so that a thumb finds them."""

    rows: list[tuple[Button, ...]] = field(default_factory=list)

    def row(self, *buttons: Button | None) -> Rows:
        present = tuple(button for button in buttons if button is not None)
        if present:
            self.rows.append(present)
        return self

    def flow(self, buttons: Iterable[Button], *, widest: int = 16, most: int = 3) -> Rows:
        """Fill rows up to about `widest` Chinese characters and `most` buttons."""
        line: list[Button] = []
        for button in buttons:
            if line and (len(line) == most or sum(len(b.text) for b in line) + len(button.text) > widest):
                self.rows.append(tuple(line))
                line = []
            line.append(button)
        if line:
            self.rows.append(tuple(line))
        return self

    def done(self) -> tuple[tuple[Button, ...], ...]:
        return tuple(self.rows)


def bold(text: object) -> str:
    return f"<b>{escape(str(text), quote=False)}</b>"


def plain(text: object) -> str:
    """Data made safe for Telegram HTML."""
    return escape(str(text), quote=False)


def shorten(text: str, limit: int) -> str:
    """Cut at `limit` characters with an ellipsis. For plain text, before it is made HTML."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def fit(text: str, limit: int) -> str:
    """Telegram HTML that shows `limit` UTF-16 units at most, which is how Telegram counts.

    What is too long loses its marks too: a cut through a tag or an entity would make all of it undeliverable.
    """
    shown = unescape(_TAG.sub("", text)).encode("utf-16-le")
    if len(shown) <= 2 * limit:
        return text
    return plain(shown[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…")


def join(lines: Sequence[str | None]) -> str:
    """Lines of a message; None drops out."""
    return "\n".join(line for line in lines if line is not None)
