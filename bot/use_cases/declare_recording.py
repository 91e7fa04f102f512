"""Declaring a recording that a body camera made: which device, from when to when, where. Its bytes come later.

The steps are asked one by one; what was said so far stands in the conversation (`mode_data`: record, question,
device, start, end). Nothing is stored before the last step.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import answer_question, draft_of, form_of, show_current
from bot.use_cases.case_facts import load_facts
from bot.use_cases.keep_evidence import by_key, declared_place, follow_up
from bot.use_cases.receive_evidence import would_take
from bot.views import declared as view
from bot.work import Person, Work
from dialogs.packs.schema import Question
from dialogs.questions import KINDS
from dialogs.questions.cleaning import clean
from dialogs.questions.date_time import plain_moment, printed
from dialogs.questions.moments import read_datetime
from dialogs.values import Answer, Attach
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, Conversation, Device, Evidence, Record

MODE = "declare_recording"
LONGEST = timedelta(hours=24)  # one declaration; a longer shift is several recordings
_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST_PLACE = 200
_OFFERED = 4


async def begin_declaration(work: Work, person: Person, record_id: int, question_id: str) -> None:
    """Ask which device recorded. Raises what `record_for` raises, Stale `button.stale` for any other question."""
    record, _ = await record_for(work, person, record_id, to_change=True, state="draft")
    if KINDS[_question(work, record, question_id).type].evidence != "recording":
        raise Stale("button.stale")
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, record=record_id, question=question_id)
    conversation.focus = question_id
    work.session.add(conversation)
    await show_devices(work, person, 0)


async def show_devices(work: Work, person: Person, page: int) -> None:
    devices = await _devices(work, person)
    own = sum(device.holder_id == person.id for device in devices)
    await work.reply(person, view.device_screen(person.t, devices, own, page=page))


async def stop_declaration(work: Work, person: Person) -> None:
    conversation = await conversation_of(work, person.id)
    record_id = conversation.mode_data.get("record") if conversation.mode == MODE else None
    expect(conversation)
    work.session.add(conversation)
    await work.reply(person, view.stopped_screen(person.t))
    record = await work.session.get(Record, record_id) if record_id else None
    if record is not None and record.state == "draft":
        await show_current(work, person, record)


async def take_device(work: Work, person: Person, conversation: Conversation, device_id: int) -> None:
    """Raises Stale `button.stale` when no declaration is under way; Missing `device.unknown`."""
    data = _under_way(conversation)
    device = next((each for each in await _devices(work, person) if each.id == device_id), None)
    if device is None:
        raise Missing("device.unknown", text=str(device_id))
    kept = {name: data[name] for name in ("record", "question")}
    await _ask_moment(work, person, conversation, {**kept, "device": device_id}, device)


async def take_text(work: Work, person: Person, conversation: Conversation, text: str) -> None:
    """What is typed answers the step under way. Raises InvalidInput `answer.*`, `declare.*`,
    `device.unknown` for a number that is not in the register.
    """
    data = _under_way(conversation)
    if "device" not in data:
        wanted = clean(text).casefold()
        device = next((each for each in await _devices(work, person) if each.code.casefold() == wanted), None)
        if device is None:
            raise InvalidInput("device.unknown", text=clean(text)[:40])  # asked on: what is Missing ends the question
        assert device.id is not None
        await take_device(work, person, conversation, device.id)
    elif "end" not in data:
        found = read_datetime(plain_moment(text), work.now, past=True)
        if found is None:
            raise InvalidInput("answer.not_a_datetime", text=clean(text)[:60])
        await take_moment(work, person, conversation, found)
    else:
        await take_place(work, person, conversation, clean(text))


async def take_moment(work: Work, person: Person, conversation: Conversation, when: datetime) -> None:
    """The recording's start, then its end. Raises InvalidInput `answer.in_the_future`, `declare.ends_first`,
    `declare.too_long` (hours)."""
    data = _under_way(conversation)
    if "device" not in data or "end" in data:
        raise Stale("button.stale")
    when = when.astimezone(UTC)
    if when > work.now + _CLOCKS_DIFFER:
        raise InvalidInput("answer.in_the_future", text=printed(when))
    device = await work.session.get_one(Device, data["device"])
    if "start" not in data:
        await _ask_moment(work, person, conversation, {**data, "start": when.isoformat()}, device)
        return
    start = datetime.fromisoformat(data["start"])
    if when <= start:
        raise InvalidInput("declare.ends_first")
    if when - start > LONGEST:
        raise InvalidInput("declare.too_long", hours=int(LONGEST.total_seconds() // 3600))
    when = min(when, work.now)
    expect(conversation, MODE, **{**data, "end": when.isoformat()})
    work.session.add(conversation)
    place = await _known_place(work, data["record"])
    await work.reply(person, view.place_screen(person.t, device, start, when, place))


async def take_known_place(work: Work, person: Person, conversation: Conversation) -> None:
    """The place the record or the case knows already."""
    place = await _known_place(work, _under_way(conversation)["record"])
    if place is None:
        raise Stale("button.stale")
    await take_place(work, person, conversation, place)


async def take_place(work: Work, person: Person, conversation: Conversation, place: str) -> None:
    """The last step: the declaration is stored. Raises InvalidInput `answer.empty`, `answer.too_long`."""
    data = _under_way(conversation)
    if "end" not in data:
        raise Stale("button.stale")
    if not place:
        raise InvalidInput("answer.empty")
    if len(place) > _LONGEST_PLACE:
        raise InvalidInput("answer.too_long", length=len(place), limit=_LONGEST_PLACE)
    expect(conversation)
    work.session.add(conversation)
    start, end = datetime.fromisoformat(data["start"]), datetime.fromisoformat(data["end"])
    device = await work.session.get_one(Device, data["device"])
    await declare_recording(work, person, data["record"], data["question"], device, start, end, place)


async def declare_recording(
    work: Work,
    person: Person,
    record_id: int,
    question_id: str,
    device: Device,
    start: datetime,
    end: datetime,
    place: str,
) -> Evidence:
    """Store a declaration as the question's answer; its hand-over term runs from `end`.

    Raises InvalidInput `declare.overlaps` (evidence) where the case names the device for that time already, what the
    engine refuses, and what `record_for` raises.
    """
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    question = _question(work, record, question_id)
    seconds = (end - start).total_seconds()
    key = f"declared:{record.id}:{question.id}:{device.id}:{start.isoformat()}:{end.isoformat()}"
    known = await by_key(work, key)
    if known is not None and known.state != "withdrawn":
        return known
    await _refuse_overlap(work, case, device, start, end)
    await would_take(work, case, record, question, "recording", seconds)
    assert case.id is not None
    evidence = Evidence(
        agency_id=case.agency_id,
        case_id=case.id,
        record_id=record.id,
        question=question.id,
        key=key if known is None else f"{key}:{work.now.isoformat()}",
        kind="recording",
        sha256="",
        size=0,
        seconds=seconds,
        captured_at=start,
        ended_at=end,
        place=place,
        device_id=device.id,
        received_at=work.now,
        wall_at=datetime.now(UTC),
        officer_id=person.id,
        state="declared",
        details={"declared_seconds": seconds, "declared_at": work.now.isoformat()},
    )
    work.session.add(evidence)
    await work.session.flush()
    leaf = {"device": device.id, "from": start.isoformat(), "until": end.isoformat(), "case": case.id}
    await work.record_change("evidence.declared", f"evidence:{evidence.id}", {**leaf, "record": record.id}, person)
    await work.reply(person, view.declared_screen(person.t, case, evidence, device))
    await follow_up(work, person, case, record, evidence)
    sent = Attach(str(evidence.id), "recording", seconds)
    await answer_question(work, person, record_id, Answer(question.id, sent, str(person.id)))
    return evidence


async def _refuse_overlap(work: Work, case: Case, device: Device, start: datetime, end: datetime) -> None:
    """Of two declarations of one case for one device at one time, no file could tell which it belongs to."""
    standing = await work.session.exec(
        select(Evidence).where(
            col(Evidence.case_id) == case.id,
            col(Evidence.device_id) == device.id,
            col(Evidence.state) != "withdrawn",
            col(Evidence.captured_at) < end,
            col(Evidence.ended_at) > start,
        )
    )
    other = standing.first()
    if other is not None:
        raise InvalidInput("declare.overlaps", id=other.id)


async def _ask_moment(
    work: Work, person: Person, conversation: Conversation, data: dict[str, Any], device: Device
) -> None:
    expect(conversation, MODE, **data)
    work.session.add(conversation)
    start = datetime.fromisoformat(str(data["start"])) if "start" in data else None
    record = await work.session.get_one(Record, data["record"])
    offers = [when for when in await _moments(work, record) if start is None or start < when <= start + LONGEST]
    if start is not None and work.now - start <= LONGEST:
        offers = [*offers[: _OFFERED - 1], work.now]
    await work.reply(person, view.moment_screen(person.t, device, start, offers[:_OFFERED]))


async def _moments(work: Work, record: Record) -> list[datetime]:
    """Moments the record states already, earliest first; none of them in the future."""
    answers = draft_of(record).answers
    given = [answers.get(question.id) for question in form_of(work, record).questions if question.type == "datetime"]
    found = {datetime.fromisoformat(str(each.value)) for each in given if each is not None and each.value is not None}
    return sorted(when for when in found if when <= work.now)


async def _known_place(work: Work, record_id: int) -> str | None:
    record = await work.session.get_one(Record, record_id)
    case = await work.session.get_one(Case, record.case_id)
    return declared_place(work, record) or (await load_facts(work, case, record)).place


async def _devices(work: Work, person: Person) -> list[Device]:
    """Devices that may have recorded: the person's own first, then the others by number; none that is retired."""
    found = await work.session.exec(
        select(Device)
        .where(col(Device.agency_id) == person.agency.id, col(Device.state) != "retired")
        .order_by(col(Device.code))
    )
    return sorted(found.all(), key=lambda device: device.holder_id != person.id)


def _under_way(conversation: Conversation) -> dict[str, Any]:
    if conversation.mode != MODE:
        raise Stale("button.stale")
    return dict(conversation.mode_data)


def _question(work: Work, record: Record, question_id: str) -> Question:
    """The question of the record's form. Raises Stale `button.stale`."""
    for question in form_of(work, record).questions:
        if question.id == question_id:
            return question
    raise Stale("button.stale")
