"""Approval in chat: an opinion is given with name and time, or the record is returned."""

from __future__ import annotations

from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.ask_opinion import COMPLIANCE, ask_opinion, show_check, show_request, shown_to
from bot.use_cases.deciders import Decider, asked_for, require_deciding, step_of
from bot.use_cases.events import emit
from bot.use_cases.finish_record import next_step, seal
from bot.use_cases.reassign import hand_on_returned
from bot.views import opinions as view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.errors import Denied, Missing, Stale
from models.tables import Case, Opinion, Record


async def approve_record(work: Work, person: Person, opinion_id: int, text: str) -> None:
    """Give a favourable opinion; where the step wants the compliance check read first, it is shown instead.

    Raises what `require_deciding` raises; Missing `opinion.unknown`, Stale `opinion.given`.
    """
    opinion, record, case, form, step, decider = await _open(work, person, opinion_id)
    if not await _has_read(work, person, opinion, record, case, step):
        return
    await _settle_others(work, opinion, record, case, form, step, decider)
    _decide(work, opinion, person, decider, "approved", text)
    await work.session.flush()
    leaf = {"step": step.id, "content": record.content_hash, "stands_for": opinion.stands_for_id, "read": opinion.read}
    await work.record_change("record.approved", f"record:{record.id}", leaf, person)
    following = await next_step(work, record, case, form)
    if following is None and record.corrects_id is None:  # a correction must not open or close terms again
        await emit(work, case, f"record.{record.form}.approved", subject=str(record.id), person=None)
    await work.reply(person, view.approved_screen(person.t, opinion, record, case, form, text))
    await _tell(work, person, opinion, record, case, form, decider, text)
    if following is not None:
        await ask_opinion(work, record, case, form)
        return
    await seal(work, person, record, case, form)  # every signature and opinion is there


async def return_record(work: Work, person: Person, opinion_id: int, reason: str) -> None:
    """Send the record back to its maker, with a reason; signatures of this round no longer count.

    Raises what `approve_record` raises; Denied `opinion.no_return`.
    """
    opinion, record, case, form, step, decider = await _open(work, person, opinion_id)
    if not step.return_allowed:
        raise Denied("opinion.no_return", step=step.title)
    await _settle_others(work, opinion, record, case, form, step, decider)
    _decide(work, opinion, person, decider, "returned", reason)
    record.state, record.confirmed, record.content, record.content_hash = "draft", {}, None, None
    work.session.add(record)
    leaf = {"step": step.id, "round": record.round, "stands_for": opinion.stands_for_id}
    await work.record_change("record.returned", f"record:{record.id}", leaf, person)
    await hand_on_returned(work, record, case, form)
    if record.corrects_id is None:
        await emit(work, case, f"record.{record.form}.returned", subject=str(record.id), person=None)
    await work.reply(person, view.returned_screen(person.t, opinion, form, case, reason))
    await _tell(work, person, opinion, record, case, form, decider, reason)


async def check_opinion(work: Work, person: Person, opinion_id: int, *, to_return: bool) -> bool:
    """Whether words may be asked for now; False when something is to be read first, which is shown.

    Raises what giving the opinion raises.
    """
    opinion, record, case, _, step, _ = await _open(work, person, opinion_id)
    if to_return and not step.return_allowed:
        raise Denied("opinion.no_return", step=step.title)
    return to_return or await _has_read(work, person, opinion, record, case, step)


async def opinion_to_give(work: Work, person: Person, opinion_id: int) -> tuple[Opinion, Record, Case]:
    """A pending opinion the person may give, with what it is about. Raises what giving it raises."""
    opinion, record, case, _, _, _ = await _open(work, person, opinion_id)
    return opinion, record, case


async def _open(work: Work, person: Person, opinion_id: int) -> tuple[Opinion, Record, Case, Form, ReviewStep, Decider]:
    opinion = await work.session.get(Opinion, opinion_id, with_for_update=True)
    record = await work.session.get(Record, opinion.record_id, with_for_update=True) if opinion else None
    if opinion is None or record is None or record.agency_id != person.agency.id:
        raise Missing("opinion.unknown")
    case = await work.session.get_one(Case, record.case_id)
    step = step_of(work, record, opinion.step)
    decider = await require_deciding(work, person, record, case, step)
    if opinion.result != "pending" or opinion.round != record.round or record.state != "frozen":
        raise Stale("opinion.given")
    return opinion, record, case, form_of(work, record), step, decider


async def _has_read(work: Work, person: Person, opinion: Opinion, record: Record, case: Case, step: ReviewStep) -> bool:
    """Whether what the step wants read was shown; otherwise it is shown now, with the buttons after it."""
    if not step.reads_compliance or COMPLIANCE in shown_to(opinion, person):
        return True
    await work.reply(person, view.unread_screen(person.t))
    await show_check(work, person, opinion, case)
    await show_request(work, person, opinion, record, case)
    return False


def _decide(work: Work, opinion: Opinion, person: Person, decider: Decider, result: str, text: str) -> None:
    opinion.result, opinion.text, opinion.officer_id, opinion.given_at = result, text, person.id, work.now
    opinion.stands_for_id = decider.stands_for.id if decider.stands_for else None
    opinion.read = shown_to(opinion, person)
    work.session.add(opinion)


async def _tell(
    work: Work,
    person: Person,
    opinion: Opinion,
    record: Record,
    case: Case,
    form: Form,
    decider: Decider,
    text: str,
) -> None:
    """What was decided, to those who work on the record and to the absent person; none of them decided it."""
    name = view.in_stead(person.officer.name, decider.stands_for.name if decider.stands_for else None)
    step = step_of(work, record, opinion.step)
    told = set(officers_of(case, record)) | ({decider.stands_for.id} if decider.stands_for else set())
    for officer_id in sorted(each for each in told if each is not None):
        await work.tell(
            officer_id,
            lambda t: view.opinion_notice(
                t, record, case, form, step, name, text, returned=opinion.result == "returned"
            ),
        )


async def _settle_others(
    work: Work, opinion: Opinion, record: Record, case: Case, form: Form, step: ReviewStep, decider: Decider
) -> None:
    """Take the buttons from everybody else who was asked."""
    for other in (await asked_for(work, record, case, step)).people:
        if other.officer.id != decider.officer.id:
            assert other.officer.id is not None
            await work.tell(
                other.officer.id,
                lambda t: view.settled_screen(t, opinion, record, case, form, decider.officer.name),
            )
