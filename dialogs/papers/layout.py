"""What both renderers do before they draw: clean the text, join form rows, keep signatures with their text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from dialogs.papers.blocks import Block, Fields, Notice, Opinion, Paper, Paragraph, SignOff

Value = TypeVar("Value")

# Explicit direction marks can make a line read other than it is stored (Unicode TR 36, 2.5).
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
SHORT_TEXT = 300


@dataclass(frozen=True, slots=True)
class Form:
    """Neighbouring fields and opinions, drawn as one bordered table."""

    parts: tuple[Fields | Opinion, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """A short text that stays on the page of the signatures below it."""

    text: Paragraph | Notice


LayoutBlock = Block | Form | Lead


def literal(text: str) -> str:
    """`text` without control characters, direction marks and lone surrogates; line breaks become `\\n`."""
    for line_break in LINE_BREAKS:
        text = text.replace(line_break, "\n")
    text = text.replace("\t", " ")
    return "".join(character for character in text if _is_printable(character))


def _is_printable(character: str) -> bool:
    if character == "\n":
        return True
    if unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTION_MARKS:
        return False
    # U+FFFE, U+FFFF of each plane and U+FDD0..U+FDEF are no characters and are illegal in XML.
    return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF


def map_text(value: Value, change: Callable[[str], str]) -> Value:
    """The same value with `change` applied to every text inside it, however deep."""
    changed: object = value
    if isinstance(value, str):
        changed = change(value)
    elif isinstance(value, tuple):
        changed = tuple(map_text(item, change) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = replace(
            value, **{field.name: map_text(getattr(value, field.name), change) for field in fields(value)}
        )
    return changed  # type: ignore[return-value]  # each branch keeps the type it was given


def printable(paper: Paper) -> Paper:
    """The paper with every text cleaned by `literal`."""
    return map_text(paper, literal)


def lines(text: str) -> list[str]:
    """The lines of a running text; empty ones are left out."""
    return [line for line in text.split("\n") if line.strip()]


def arranged(blocks: tuple[Block, ...]) -> tuple[LayoutBlock, ...]:
    """The blocks with form parts joined, and a short text before signatures marked to stay with them."""
    arranged_blocks: list[LayoutBlock] = []
    for position, block in enumerate(blocks):
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        last = arranged_blocks[-1] if arranged_blocks else None
        if isinstance(block, Fields | Opinion):
            if isinstance(last, Form):
                arranged_blocks[-1] = Form((*last.parts, block))
            else:
                arranged_blocks.append(Form((block,)))
        elif isinstance(block, Paragraph | Notice) and isinstance(following, SignOff) and len(block.text) <= SHORT_TEXT:
            arranged_blocks.append(Lead(block))
        else:
            arranged_blocks.append(block)
    return tuple(arranged_blocks)
