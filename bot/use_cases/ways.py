"""The way to what ends a term: the record to begin, to go on with or to see through."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from bot.memo import Memo
from bot.use_cases.access import roles_in
from bot.use_cases.case_facts import load_facts
from bot.views.ways import Ending, Way
from bot.work import Person, Work
from dialogs.course import startable
from dialogs.deadlines.closing import Closer, closers, ends_by_recording
from dialogs.packs.schema import Deadline, Pack
from models.tables import Case, Record


async def ending_of(work: Work, person: Person, case: Case, pack: Pack, deadline: Deadline) -> Ending:
    """What ends a term of the case, and the button by which this person goes there, if it is theirs to do."""
    found = closers(pack, deadline)
    recording = ends_by_recording(deadline)
    way = await _standing(work, person, case, found) or await _to_begin(work, person, case, pack, found)
    if way is None and recording and person.id in (case.officer_id, case.second_officer_id):
        way = Way("evidence", "", f"evl:{case.id}:0")
    roles = roles_in(person.officer, case)
    others = () if any(set(each.form.by) & set(roles) for each in found) else _doers(found)
    return Ending(found, recording, way, others)


def _doers(found: Sequence[Closer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for each in found for role in each.form.by))


async def _standing(work: Work, person: Person, case: Case, found: Sequence[Closer]) -> Way | None:
    """A record that is begun: a draft the person may go on with, or a fixed text whose end is still owed."""
    by_form = {each.form.id: each for each in found}
    roles = set(roles_in(person.officer, case))
    begun = [each for each in await _begun(work, case) if each.form in by_form]
    for state in ("draft", "frozen"):
        for record in begun:
            closer = by_form[record.form]
            if record.state != state or not roles & set(closer.form.by):
                continue
            if state == "draft" or closer.at != "submitted":
                return Way("resume" if state == "draft" else "open", closer.form.title, f"rec:{record.id}")
    return None


async def _to_begin(work: Work, person: Person, case: Case, pack: Pack, found: Sequence[Closer]) -> Way | None:
    """The record to begin: one the case lacks before any other."""
    if not found or case.state not in ("open", "archived"):
        return None
    wanted = {each.form.id for each in found}
    facts, archived = await load_facts(work, case, None), case.state == "archived"
    may = [
        each
        for each in startable(pack, facts, roles_in(person.officer, case), archived=archived)
        if each.form.id in wanted
    ]
    may.sort(key=lambda each: not each.expected)
    return Way("begin", may[0].form.title, f"start:{case.id}:{may[0].form.id}") if may else None


async def _begun(work: Work, case: Case) -> list[Record]:
    """The case's records that are under way, the newest first."""

    async def read() -> list[Record]:
        query = select(Record).where(
            col(Record.case_id) == case.id,
            col(Record.state).in_(("draft", "frozen")),
            col(Record.corrects_id).is_(None),
        )
        return list((await work.session.exec(query.order_by(col(Record.id).desc()))).all())

    return await Memo.of(work.session).get(("under way", case.id), (Record,), read)
