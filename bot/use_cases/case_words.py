"""What a recording of a case likely holds: names, places and companies, officers, the pack's terms; its dialect."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator

from sqlmodel import col, select

from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.work import Work
from models.tables import Case, Evidence, Job, Record
from transcribe.dialects import lexicons

MOST = 150
"""Terms given to speech recognition: each further one makes every other less sure (`transcribe.term_search`)."""
LONGEST = 30
_NAMING = ("text", "place", "table")
_SENTENCE = re.compile("[，。；！？]")
_HOUSE = re.compile(r"[\dA-Za-z\-－]+(?:号楼|号|栋|幢|单元|层|楼|室)*|[^\u4e00-\u9fff]+")
_PLACE = re.compile(
    "[\u4e00-\u9fff]{2,7}?(?:自治区|自治州|街道|大街|大道|省|市|区|县|旗|镇|乡|村|街|路|巷|小区|广场|大厦)(?!管)"
)
_COMPANY = re.compile(
    "(?P<name>[\u4e00-\u9fff]{2,}?)(?:股份|集团)*(?:有限责任公司|有限公司|公司|合作社|事务所|中心|经营部|商行)$"
)


async def case_words(work: Work, case: Case) -> list[str]:
    """At most `MOST` words, those of the case before those of the agency and the pack; each once.

    Of the case: its facts, its officers, and what its records say so far where a name, a place or a table is asked.
    """
    facts = await load_facts(work, case, None)
    values = [text for value in facts.case.values() for text in _texts(value)]
    values += [officer.name for officer in facts.officers]
    values += [value async for value in _answers(work, case)]
    values += [str(facts.agency.get("name", "")), *work.shelf.get(case.pack).terms]
    return list(dict.fromkeys(words_of(values)))[:MOST]


async def _answers(work: Work, case: Case) -> AsyncIterator[str]:
    mine = (col(Record.case_id) == case.id, col(Record.state) != "cancelled")
    for record in (await work.session.exec(select(Record).where(*mine).order_by(col(Record.id).desc()))).all():
        given = draft_of(record).answers
        for question in form_of(work, record).questions:
            if question.type in _NAMING and question.id in given:
                for value in _texts(given[question.id].value):
                    yield value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def words_of(values: Iterable[str]) -> Iterator[str]:
    """Each value, and what people say of it: the places of an address, a company without its place and legal form.

    大连市西岗区人民路12号 gives 大连市, 西岗区 and 人民路 too; 大连宏远商贸有限公司 also 大连宏远商贸 and 宏远商贸.
    Sentences and what holds no Chinese are left out.
    """
    read: list[tuple[str, list[tuple[list[str], str]]]] = []
    for text in (value.strip() for value in values):
        if len(text) <= 2 * LONGEST and not _SENTENCE.search(text):
            read.append((text, [_places(part) for part in _HOUSE.split(text) if len(part) > 1]))
    named = {place for _, parts in read for places, _ in parts for place in places}
    towns = {place[:-1] for place in named if place[-1] in "省市县" and len(place) > 2}
    for text, parts in read:
        if parts and len(text) <= LONGEST and not any(each.isdigit() for each in text):
            yield text
        for places, rest in parts:
            yield from places
            yield from _company(rest, towns)


def _places(text: str) -> tuple[list[str], str]:
    """The places `text` begins with, from large to small, and what follows them."""
    found: list[str] = []
    while match := _PLACE.match(text):
        found.append(match.group())
        text = text[match.end() :]
    return found, text


def _company(text: str, towns: Iterable[str]) -> Iterator[str]:
    match = _COMPANY.match(text)
    if match:
        yield text
        yield match["name"]
        for town in towns:
            if match["name"].startswith(town) and len(match["name"]) > len(town) + 1:
                yield match["name"].removeprefix(town)


async def last_dialect(work: Work, evidence: Evidence) -> str | None:
    """Who speaks a dialect in one recording of a record does so in the next."""
    if evidence.record_id is None:
        return None
    jobs = select(Job).where(col(Job.record_id) == evidence.record_id, col(Job.kind) == "transcription")
    last = (await work.session.exec(jobs.order_by(col(Job.id).desc()).limit(1))).first()
    found = last.arguments.get("dialect") if last is not None else None
    return found if isinstance(found, str) and found in lexicons(work.settings.lexicons) else None
