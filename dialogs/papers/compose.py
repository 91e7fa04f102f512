"""A record and its answers as a paper: which blocks, in which order. Pure; both renderers print the result.

Short answers become bordered rows, two beside each other where they fit; neighbours of one `group` share a cell;
long text and dialogues follow as such. Opinions join the rows above them, as on an approval form (审批表); a paper
that goes out (决定书, 通知书) ends with the agency's name, seal and date instead, and its approval, which concerns the
agency alone, stands on a page of its own. Photos follow what is signed, which says how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal

from dialogs.conditions import compile_condition
from dialogs.course import steps_of
from dialogs.engine import shown
from dialogs.engine.sheet import Sheet, read
from dialogs.facts import Facts
from dialogs.packs.schema import Pack, Question, Record, SignatureSlot
from dialogs.papers.blocks import (
    DISPOSED,
    Annex,
    Block,
    Dialogue,
    Fields,
    Images,
    Notice,
    Opinion,
    Paper,
    Paragraph,
    Picture,
    Seal,
    SignOff,
    Table,
    Turn,
)
from dialogs.papers.blocks import SignatureSlot as Slot
from dialogs.questions.attached import standing
from dialogs.questions.collecting import ids
from dialogs.questions.date import printed as printed_date
from dialogs.questions.date_time import printed as printed_moment
from dialogs.questions.dialogue import stored_lines
from dialogs.questions.table import stored_rows
from dialogs.values import Draft
from dialogs.zone import SHANGHAI
from models.errors import Missing

HALF_ROW = 11  # characters of 12 pt that stand on one line of a half-width cell
HALF_LABEL = 8
STRUCK = "／"
SEAL = "seal"  # the slot that stands for the agency, not for a person
_STARTS, _ENDS = "开始", "结束"

Shape = Literal["field", "paragraph", "dialogue", "images", "list", "table", "opinion", "none"]


@dataclass(frozen=True)
class Signed:
    """What stands in a place to sign. `image` is the drawn or photographed signature; a refusal has its witness."""

    name: str
    at: datetime
    way: Literal["drawn", "photographed", "refused"] = "drawn"
    image: bytes | None = None
    reason: str | None = None
    witness: str | None = None


@dataclass(frozen=True)
class Decided:
    """A review step as given. Without a text of its own an approval reads 同意。"""

    name: str
    at: datetime
    text: str | None = None
    image: bytes | None = None


def compose(
    pack: Pack,
    record: Record,
    draft: Draft,
    facts: Facts,
    *,
    agency_name: str,
    number: str | None,
    made_at: datetime,
    record_hash: str,
    signatures: Mapping[str, Signed] | None = None,
    opinions: Mapping[str, Decided] | None = None,
    pictures: Mapping[str, bytes] | None = None,
    disposed: Collection[str] = (),
    notices: Sequence[str] = (),
    draft_mark: bool = False,
) -> Paper:
    """The paper of `record` as answered in `draft`.

    signatures by slot id, opinions by review step, pictures (image files) by evidence id. Slots and steps without
    entry are left open to be signed by hand. disposed: photos that a decision took away, by evidence id; a line stands
    in their place. notices: further small print. Raises Missing `evidence.missing` (id) for any other photo whose bytes
    were not given.
    """
    sheet = read(record, draft, facts)
    page = _Page(agency_name, sheet, signatures or {}, opinions or {}, pictures or {}, disposed)
    return Paper(
        agency=agency_name,
        title=record.title,
        number=number,
        blocks=(
            *page.body(),
            *page.ending(),
            *(Notice(text) for text in notices),
            *page.images(),
            *page.approval(),
        ),
        record_hash=record_hash,
        qr_text=record_hash,
        made_at=made_at,
        footer_note=made_by(pack),
        draft=draft_mark,
        case_number=None if page.goes_out else _text_or_none(facts.case.get("number")),
    )


def made_by(pack: Pack) -> str:
    """By which regulation, in which version, a paper was made: no legal basis of what it decides."""
    return f"按《{pack.title}》制作（规则{pack.version}版）"


@dataclass(frozen=True)
class _Page:
    agency: str
    sheet: Sheet
    signatures: Mapping[str, Signed]
    opinions: Mapping[str, Decided]
    pictures: Mapping[str, bytes]
    disposed: Collection[str]

    def body(self) -> Iterator[Block]:
        """The answers in the record's order, then what is decided on them within the agency."""
        ends = self._period()[1:]
        for shape, questions in groupby((each for each in self.sheet.visible if each not in ends), key=_row_or_shape):
            match shape:
                case "field":
                    yield from _fields(self._rows(questions))
                case "paragraph" | "list":
                    yield from self._paragraphs(questions)
                case "table":
                    yield from self._tables(questions)
                case "dialogue":
                    yield from self._dialogues(questions)
                case "opinion":
                    yield from (self._opinion(question) for question in questions)
        if not self.goes_out:
            yield from self._opinions()

    def approval(self) -> Iterator[Block]:
        """How a paper that goes out was approved, on a page that stays in the file."""
        given = tuple(self._opinions()) if self.goes_out else ()
        if given:
            yield Annex("内部审批页", f"本页记载《{self.sheet.record.title}》的审批，随卷归档，不随文书送达。")
            yield from given

    @property
    def goes_out(self) -> bool:
        """Whether the agency addresses the paper to somebody, so that it bears the agency's seal."""
        return self.sheet.record.goes_out or any(slot.id == SEAL for slot in self._slots())

    def _opinions(self) -> Iterator[Opinion]:
        for step in steps_of(self.sheet.record, self.sheet.facts, self.sheet.answers):
            given = self.opinions.get(step.id)
            if given is None:
                yield Opinion(step.title, "")
            else:
                yield Opinion(step.title, given.text or "同意。", given.name, _day(given.at), given.image)

    def images(self) -> Iterator[Images | Paragraph]:
        """All photos, each with the question's label, its number and the time it was taken or received."""
        times = {each.id: each.captured_at or each.received_at for each in self.sheet.facts.evidence}
        items: list[Picture] = []
        gone: list[str] = []
        for question in self.sheet.visible:
            if shape_of(question) != "images":
                continue
            given = self.sheet.given(question)
            for n, held in enumerate(standing(ids(given.value if given else None), self.sheet.facts), start=1):
                taken = f"（{printed_moment(times[held])}）" if held in times else ""
                caption = f"{question.paper_label}{n}{taken}"
                if held in self.disposed:
                    gone.append(f"{caption}：{DISPOSED}。")
                elif held in self.pictures:
                    items.append(Picture(self.pictures[held], caption))
                else:
                    raise Missing("evidence.missing", id=held)
        if items:
            yield Paragraph("", heading=f"附：照片{len(items)}张")
            yield Images(tuple(items))
        if gone:
            yield Paragraph("\n".join(gone))

    def ending(self) -> Iterator[Block]:
        """The agency's seal, the closing text, unless the party refused to sign it, and the places to sign."""
        slots = [slot for slot in self._slots() if slot.id != SEAL and not self._signs_opinion(slot)]
        if self.goes_out:
            yield Seal(self.agency, self._sealed_on())
        refused = any(self._refused(slot) for slot in slots if slot.who == "party")
        if self.sheet.record.closing_text and not refused:
            yield Paragraph(self.sheet.record.closing_text)
        if slots:
            yield SignOff(tuple(self._slot(slot) for slot in slots))

    def _text(self, question: Question) -> str:
        given = self.sheet.given(question)
        return shown(question, given, self.sheet.facts) if given else ""

    def _period(self) -> tuple[Question, ...]:
        """The questions for beginning and end where both are answered: a paper states them as one period, first."""
        occupies = self.sheet.record.occupies
        if occupies is None:
            return ()
        asked = [self.sheet.question(name.removeprefix("answers.")) for name in (occupies.from_, occupies.until)]
        found = tuple(each for each in asked if each is not None and self._moment(each))
        return found if len(found) == 2 and _ENDS in found[1].paper_label else ()

    def _moment(self, question: Question) -> datetime | None:
        given = self.sheet.given(question)
        if question.type != "datetime" or given is None or given.value is None:
            return None
        return datetime.fromisoformat(str(given.value))

    def _row(self, question: Question) -> tuple[str, str]:
        """The label and value of a row of its own."""
        given = self.sheet.given(question)
        if self._period()[:1] == (question,):
            since, until = (self._moment(each) for each in self._period())
            if since and until:
                return question.paper_label.replace(_STARTS, ""), _printed_period(since, until)
        if question.type == "officers" and given and given.value:
            one_each = (replace(given, value=[each]) for each in ids(given.value))
            return question.paper_label, "\n".join(shown(question, each, self.sheet.facts) for each in one_each)
        text = self._text(question)
        if shape_of(question) == "images" and given and standing(ids(given.value), self.sheet.facts):
            text += "（附后）"
        return question.paper_label, text

    def _sealed_on(self) -> str | None:
        """The date the officer gave the paper, else the day it was sealed; None leaves room for one."""
        dated = next((each for each in self.sheet.visible if each.sets == "decided_on"), None)
        if dated is not None and (text := self._text(dated)):
            return text
        signed = self.signatures.get(SEAL)
        return _day(signed.at) if signed and signed.way != "refused" else None

    def _rows(self, questions: Iterable[Question]) -> Iterator[tuple[str, str]]:
        """Label and value of each row; the members of a group become one row."""
        for group, members in groupby(questions, key=lambda question: question.group):
            if group is None:
                yield from (self._row(question) for question in members)
            else:
                filled = ((question.paper_label, self._text(question)) for question in members)
                yield group, "\n".join(f"{label}：{text}" for label, text in filled if text != STRUCK) or STRUCK

    def _paragraphs(self, questions: Iterable[Question]) -> Iterator[Paragraph]:
        for question in questions:
            if (text := self._text(question)) != STRUCK:
                yield Paragraph(text, heading=question.paper_label)

    def _tables(self, questions: Iterable[Question]) -> Iterator[Block]:
        for question in questions:
            given = self.sheet.given(question)
            rows = stored_rows(given.value) if given else []
            yield Paragraph("" if rows else self._text(question), heading=question.paper_label)
            if rows:
                yield _table(question, rows)

    def _dialogues(self, questions: Iterable[Question]) -> Iterator[Block]:
        for question in questions:
            given = self.sheet.given(question)
            if given is None or given.value is None:
                yield Paragraph(self._text(question), heading=question.paper_label)
                continue
            turns = tuple(
                Turn("问" if line["role"] == "question" else "答", str(line["text"]))
                for line in stored_lines(given.value)
            )
            yield Paragraph("", heading=question.paper_label)
            yield Dialogue(turns)

    def _opinion(self, question: Question) -> Opinion:
        """An opinion given as an answer, signed by the slot of the same id."""
        signed = self.signatures.get(question.id)
        if signed is None or signed.way == "refused":
            return Opinion(question.paper_label, self._text(question))
        return Opinion(question.paper_label, self._text(question), signed.name, _day(signed.at), signed.image)

    def _slots(self) -> list[SignatureSlot]:
        scope = self.sheet.scope()
        slots = self.sheet.record.sign_off
        return [slot for slot in slots if slot.when is None or compile_condition(slot.when).holds(scope)]

    def _signs_opinion(self, slot: SignatureSlot) -> bool:
        question = self.sheet.question(slot.id)
        return question is not None and shape_of(question) == "opinion" and not self._refused(slot)

    def _refused(self, slot: SignatureSlot) -> bool:
        signed = self.signatures.get(slot.id)
        return signed is not None and signed.way == "refused"

    def _slot(self, slot: SignatureSlot) -> Slot:
        signed = self.signatures.get(slot.id)
        label = _signing(slot)
        if signed is None:
            return Slot(label)
        if signed.way != "refused":
            return Slot(label, signed.name, signed.image, _day(signed.at))
        reason = f"，理由：{signed.reason}" if signed.reason else ""
        witness = f"；见证人：{signed.witness}" if signed.witness else ""
        note = f"{signed.name}于{printed_moment(signed.at)}拒绝签名或者盖章{reason}{witness}。"
        return Slot(label, signed.name, None, _day(signed.at), note)


def shape_of(question: Question) -> Shape:
    """How the paper shows a question: as the pack says, else by its type."""
    if question.block is not None:
        return question.block
    shapes: dict[str, Shape] = {"long_text": "paragraph", "dialogue": "dialogue", "photo": "images", "table": "table"}
    return shapes.get(question.type, "field")


def _row_or_shape(question: Question) -> Shape:
    """Photos leave a row that says how many there are; they themselves follow what is signed."""
    shape = shape_of(question)
    return "field" if shape == "images" else shape


def _signing(slot: SignatureSlot) -> str:
    """What is to be done in the place: parties that are no persons put their seal."""
    if re.search("[签章]", slot.label):
        return slot.label
    return slot.label + ("签名或者盖章" if slot.who == "party" else "签名")


def _printed_period(since: datetime, until: datetime) -> str:
    """2026年3月5日15时00分至16时10分; both dates where they differ."""
    end = printed_moment(until)
    return f"{printed_moment(since)}至{end.removeprefix(_day(since)) if _day(since) == _day(until) else end}"


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None


def _table(question: Question, rows: Sequence[Mapping[str, str]]) -> Table:
    """Numbered rows; a column is as wide as its longest cell asks for, within limits."""
    cells = [[row.get(column.id, "") or STRUCK for column in question.columns] for row in rows]
    titles = [column.title for column in question.columns]
    longest = [max(map(_width, column)) for column in zip(titles, *cells, strict=True)]
    widths = [min(max(width, 4.0), 14.0) for width in longest]
    return Table(
        headers=("序号", *titles),
        rows=tuple((str(n), *texts) for n, texts in enumerate(cells, start=1)),
        widths=(max(2.5, 0.08 * sum(widths)), *widths),  # its two characters stand beside each other
    )


def _fields(rows: Iterator[tuple[str, str]]) -> Iterator[Fields]:
    """Rows of one pair, or of two where both are short."""
    packed: list[tuple[str, ...]] = []
    waiting: tuple[str, str] | None = None
    for row in rows:
        if not _is_short(row):
            packed += [waiting] if waiting else []
            packed.append(row)
            waiting = None
        elif waiting:
            packed.append((*waiting, *row))
            waiting = None
        else:
            waiting = row
    packed += [waiting] if waiting else []
    if packed:
        yield Fields(tuple(packed))


def _is_short(row: tuple[str, str]) -> bool:
    label, value = row
    return "\n" not in value and _width(label) <= HALF_LABEL and _width(value) <= HALF_ROW


def _width(text: str) -> float:
    """In full-width characters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _day(moment: datetime) -> str:
    return printed_date(moment.astimezone(SHANGHAI).date())
