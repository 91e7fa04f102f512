"""Asking for opinions: each review step in its turn, once nothing is unsigned, with all that is needed to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col, select

from bot.use_cases.answer_question import form_of
from bot.use_cases.check_compliance import show_compliance
from bot.use_cases.deciders import Asked, Decider, asked_for, step_of, waiting_for
from bot.use_cases.departures import departures_of
from bot.use_cases.disposal_items import named_in
from bot.use_cases.finish_record import next_step, signatures_of, unsigned
from bot.use_cases.made_papers import paper_screen, papers_of
from bot.use_cases.reading import note_access
from bot.use_cases.record_versions import versions_up_to
from bot.views import opinions as view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from models.tables import Case, Evidence, Officer, Opinion, Record

COMPLIANCE, PAPER = "compliance", "paper"


async def ask_opinion(work: Work, record: Record, case: Case, form: Form) -> None:
    """Ask the next step when it is its turn: the text is fixed, nothing is unsigned, the paper is there to be read.

    Called whenever one of these may have come about; what has been asked is not asked twice.
    """
    if record.state != "frozen" or await unsigned(work, record, case, form):
        return
    step = await next_step(work, record, case, form)
    if step is None or (form.paper and not await papers_of(work, record, "frozen")):
        return
    if await _pending(work, record) is not None:
        return
    assert record.id is not None
    opinion = Opinion(record_id=record.id, round=record.round, step=step.id, asked_at=work.now)
    work.session.add(opinion)
    await work.session.flush()
    asked = await asked_for(work, record, case, step)
    leaf = {"step": step.id, "round": record.round, "asked": sorted(each.officer.id or 0 for each in asked.people)}
    await work.record_change("record.opinion_asked", f"record:{record.id}", leaf)
    await _show(work, opinion, record, case, asked, asked.people)
    if not asked.people:
        await work.tell(record.maker_id, lambda t: view.nobody_asked(t, record, case, form, step))


async def show_waiting(work: Work, officer_id: int, *, stands_for: Officer) -> None:
    """Ask a deputy all that waits for the one in whose stead they decide."""
    deputy = await work.session.get_one(Officer, officer_id)
    for waiting, decider in await waiting_for(work, deputy):
        if decider.stands_for is not None and decider.stands_for.id == stands_for.id:
            opinion = await work.session.get_one(Opinion, waiting.opinion_id)
            record = await work.session.get_one(Record, waiting.matter.record_id)
            asked = await asked_for(work, record, waiting.matter.case, waiting.matter.step)
            await _show(work, opinion, record, waiting.matter.case, asked, [decider])


async def show_request(work: Work, person: Person, opinion: Opinion, record: Record, case: Case) -> None:
    """Show a pending decision to one person anew, in the chat they act from."""
    asked = await asked_for(work, record, case, step_of(work, record, opinion.step))
    decider = asked.decider(person.id)
    if decider is not None:
        await _show_in(work, person, opinion, await _request(work, opinion, record, case, asked), decider)


async def show_check(work: Work, person: Person, opinion: Opinion, case: Case) -> None:
    """Show the compliance check of the case to somebody asked, and keep that it was shown."""
    assert case.id is not None
    await show_compliance(work, person, case.id, opinion=opinion)
    note_shown(work, opinion, person, COMPLIANCE)


def note_shown(work: Work, opinion: Opinion, person: Person, what: str) -> None:
    """Keep on a pending opinion that this person was shown `what`; others who are asked read for themselves."""
    read = {name: at for name, at in opinion.read.items() if name != what}
    opinion.read = read | {f"{person.id}:{what}": work.now.isoformat()}
    work.session.add(opinion)


def shown_to(opinion: Opinion, person: Person) -> dict[str, str]:
    """What this person was shown of a pending opinion, by name as ISO time."""
    own = f"{person.id}:"
    return {name.removeprefix(own): at for name, at in opinion.read.items() if name.startswith(own)}


async def evidence_of(work: Work, record: Record) -> list[Evidence]:
    """What was received for the record and its former versions and still stands."""
    found = await work.session.exec(
        select(Evidence)
        .where(
            col(Evidence.record_id).in_(await versions_up_to(work.session, record)),
            col(Evidence.state) == "received",
        )
        .order_by(col(Evidence.id))
    )
    return list(found.all())


async def _show(
    work: Work, opinion: Opinion, record: Record, case: Case, asked: Asked, people: Sequence[Decider]
) -> None:
    request = await _request(work, opinion, record, case, asked)
    for decider in people:
        assert decider.officer.id is not None
        for person in await work.chats_of(decider.officer.id):
            await _show_in(work, person, opinion, request, decider)


async def _show_in(work: Work, person: Person, opinion: Opinion, request: view.Request, decider: Decider) -> None:
    """The paper, the check where the step asks for it, and only then the buttons."""
    for paper in (await papers_of(work, request.record, "frozen"))[:1]:
        await work.reply(person, paper_screen(work, request.record, paper))
        await note_access(work, person.id, request.case, f"paper:{paper.id}")
        note_shown(work, opinion, person, PAPER)
    if request.step.reads_compliance:
        await show_check(work, person, opinion, request.case)
    stands_for = decider.stands_for.name if decider.stands_for else None
    await work.reply(person, view.request_screen(person.t, replace(request, stands_for=stands_for)))


async def _request(work: Work, opinion: Opinion, record: Record, case: Case, asked: Asked) -> view.Request:
    maker = await work.session.get_one(Officer, record.maker_id)
    form = form_of(work, record)
    needs = {need.id: need.says for need in form.needs}
    return view.Request(
        record,
        case,
        form,
        opinion,
        step_of(work, record, opinion.step),
        maker.name,
        evidence=await evidence_of(work, record),
        signed=[each.name for each in (await signatures_of(work, record)).values()],
        departures=[(needs.get(each.need, each.need), each.reason) for each in await departures_of(work, record)],
        disposal=await named_in(work, record, case, form),
        beyond_unit=asked.beyond_unit,
    )


async def _pending(work: Work, record: Record) -> Opinion | None:
    query = select(Opinion).where(
        col(Opinion.record_id) == record.id,
        col(Opinion.round) == record.round,
        col(Opinion.result) == "pending",
    )
    return (await work.session.exec(query)).first()
