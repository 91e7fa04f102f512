"""What a paper says, in order, with no word on how it looks: pure values that both renderers print.

Every text may come from a person's keyboard: renderers print it literally (see `layout.printable`).
Pictures are whole files (PNG, JPEG or whatever else Pillow reads) as bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SHA256_HEX_LENGTH = 64
DISPOSED = "已按审批处置"  # in place of what a recorded decision took away
LONGEST_QR_BYTES = 200  # more would make modules too fine to scan at 15 mm


@dataclass(frozen=True, slots=True)
class Fields:
    """Bordered label and value pairs; a row is `(label, value)` or `(label, value, label, value)`.

    Fields and opinions that follow each other are printed as one table, as approval forms (审批表) are.
    """

    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) not in (2, 4):
                raise ValueError(f"a row holds one or two label and value pairs, not {len(row)} cells")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One approval cell (承办人意见, 负责人意见): text above, signature and date at the lower right."""

    heading: str
    text: str
    name: str | None = None
    date: str | None = None
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text under an optional heading; each line of `text` is a paragraph of its own."""

    text: str
    heading: str | None = None
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a 询问笔录."""

    role: Literal["问", "答"]
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Questions and answers in the order they were spoken."""

    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list such as 证据清单; `widths` are relative, and the header is repeated on each page.

    Short texts stand in the middle, but for those of the columns `left`.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    left: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.headers or any(len(row) != len(self.headers) for row in (self.widths, *self.rows)):
            raise ValueError("every row and the widths have as many cells as the header, at least one")
        if min(self.widths) <= 0:
            raise ValueError("widths are positive")


@dataclass(frozen=True, slots=True)
class SignatureSlot:
    """One place to sign: `name` is printed, `image` drawn; `note` tells a refusal and its witness."""

    label: str
    name: str | None = None
    image: bytes | None = None
    date: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """The signatures under a paper; never parted from their heading."""

    slots: tuple[SignatureSlot, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """Where a paper that goes out ends: the agency's name, room for its seal, and the date (落款)."""

    agency: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """What follows stands on a page of its own, under this heading and a line of explanation."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file and the line printed under it."""

    data: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class Images:
    """Photos, two beside each other; an odd last one stands alone. wide: drawings, each over the whole width."""

    items: tuple[Picture, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Small print: what the agency set itself, departures, how many copies exist."""

    text: str


Block = Fields | Opinion | Paragraph | Dialogue | Table | SignOff | Seal | Annex | Images | Notice


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper.

    `number` is the 文号, `case_number` that of the case it belongs to; `record_hash` the SHA-256 (64 lower-case
    hex digits) of the record's canonical JSON (RFC 8785), since a file cannot hold its own hash; `qr_text` is what
    the QR code on each page says; `made_at` is aware and fixes every date inside the file, so equal papers give
    equal files.
    """

    agency: str
    title: str
    number: str | None
    blocks: tuple[Block, ...]
    record_hash: str
    qr_text: str
    made_at: datetime
    footer_note: str | None = None
    draft: bool = False
    language: str = "zh"
    case_number: str | None = None

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at is aware")
        if len(self.record_hash) != SHA256_HEX_LENGTH or set(self.record_hash) - set("0123456789abcdef"):
            raise ValueError("record_hash is 64 lower-case hex digits")
        if not 0 < len(self.qr_text.encode()) <= LONGEST_QR_BYTES:
            raise ValueError(f"qr_text holds 1 to {LONGEST_QR_BYTES} bytes")

    @property
    def hash_lines(self) -> tuple[str, ...]:
        """The hash in two lines of eight groups of four digits, for people to compare."""
        groups = [self.record_hash[start : start + 4] for start in range(0, SHA256_HEX_LENGTH, 4)]
        return " ".join(groups[:8]), " ".join(groups[8:])
