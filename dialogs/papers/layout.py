"""What both renderers do before they draw: clean the text, join form rows, keep signatures with what is signed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from dialogs.papers.blocks import Block, Dialogue, Fields, Notice, Opinion, Paper, Paragraph, Seal, SignOff
from dialogs.papers.labels import broken

Value = TypeVar("Value")

# Explicit direction marks can make a line read other than it is stored (Unicode TR 36, 2.5).
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
SHORT_TEXT = 300


@dataclass(frozen=True, slots=True)
class Form:
    """Neighbouring fields and opinions, drawn as one bordered table.

    goes_on: the block after it is the last row of the same table, held apart so that it stays with what follows.
    """

    parts: tuple[Fields | Opinion, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """Something short that stays on the page of the signatures below it."""

    block: Paragraph | Notice | Dialogue | Form | Seal


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
    """The blocks with form parts joined, and the end of what is signed marked to stay with the signatures."""
    joined: list[LayoutBlock] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Fields | Opinion):
            part = _with_broken_labels(block)
            if isinstance(last, Form):
                joined[-1] = Form((*last.parts, part))
            else:
                joined.append(Form((part,)))
        else:
            joined.append(block)
    held: list[LayoutBlock] = []
    for each, following in zip(joined, [*joined[1:], None], strict=True):
        ending = _held(each) if isinstance(following, SignOff | Seal) else [each]
        if isinstance(each, Paragraph) and ending == [Lead(each)] and held:
            held[-1:] = _held(held[-1])  # a closing text alone on a page says nothing: what it closes comes along
        held += ending
    return tuple(held)


def _with_broken_labels(part: Fields | Opinion) -> Fields | Opinion:
    if isinstance(part, Opinion):
        return replace(part, heading=broken(part.heading))
    rows = (tuple(broken(text) if n % 2 == 0 else text for n, text in enumerate(row)) for row in part.rows)
    return Fields(tuple(rows))


def _held(block: LayoutBlock) -> list[LayoutBlock]:
    """The block, its end as a Lead where that is short."""
    match block:
        case Form(parts) if not block.goes_on:
            return _held_form(parts)
        case Dialogue(turns) if turns:
            start = max((n for n, turn in enumerate(turns) if turn.role == "问"), default=0)
            if sum(len(turn.text) for turn in turns[start:]) <= SHORT_TEXT:
                return [*([Dialogue(turns[:start])] if start else []), Lead(Dialogue(turns[start:]))]
        case Paragraph() | Notice() if len(block.text) <= SHORT_TEXT:
            return [Lead(block)]
        case Paragraph(text) if "\n" in text.strip():
            first, _, last = text.rstrip().rpartition("\n")
            if len(last) <= SHORT_TEXT:
                return [replace(block, text=first), Lead(Paragraph(last, indent=block.indent))]
        case Seal():
            return [Lead(block)]
    return [block]


def _held_form(parts: tuple[Fields | Opinion, ...]) -> list[LayoutBlock]:
    """The last row apart."""
    *before, last = parts
    rest: tuple[Fields | Opinion, ...] = tuple(before)
    if isinstance(last, Fields):
        rest = (*before, Fields(last.rows[:-1])) if last.rows[1:] else rest
        last = Fields(last.rows[-1:])
    texts = [last.text] if isinstance(last, Opinion) else [text for row in last.rows for text in row]
    if max(map(len, texts), default=0) > SHORT_TEXT:
        return [Form(parts)]
    return [*([Form(rest, goes_on=True)] if rest else []), Lead(Form((last,)))]
