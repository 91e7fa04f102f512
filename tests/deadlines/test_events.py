"""What opens and closes deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dialogs.deadlines import Closes, Event, OpenDeadline, Opens, events
from dialogs.facts import Facts
from dialogs.packs.schema import Deadline, Effective, Pack, Within
from dialogs.zone import SHANGHAI

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
FACTS = Facts(now=NOW, case={"kind_of_act": "penalty"})


def deadline(**stated: object) -> Deadline:
    base: dict[str, object] = {"title": "期限", "owed": "办理", "within": Within(hours=24)}
    return Deadline.model_validate(base | stated)


def pack(*deadlines: Deadline) -> Pack:
    return Pack(
        id="p", short="P", title="试", version="1.0.0", effective=Effective(**{"from": "unknown"}), deadlines=deadlines
    )


URGENT = deadline(id="urgent", opens_on="case.started_urgently", closes_on=("record.case_start.submitted",))
HANDOVER = deadline(
    id="handover", opens_on="evidence.recording_received", closes_on=("record.handover.submitted",), per="subject"
)


def test_a_case_deadline_opens_once_and_runs_from_the_moment_meant() -> None:
    started = NOW - timedelta(hours=3)
    (opened,) = events(pack(URGENT), Event("case.started_urgently", started), [], FACTS)
    assert isinstance(opened, Opens)
    assert (opened.deadline_id, opened.subject, opened.opened_at) == ("urgent", "", started)
    assert opened.due.at == started + timedelta(hours=24)
    known = [OpenDeadline(1, "urgent", "", started)]
    assert events(pack(URGENT), Event("case.started_urgently", NOW), known, FACTS) == ()


def test_a_closed_one_reopens_only_for_a_later_moment() -> None:
    known = [OpenDeadline(1, "urgent", "", NOW - timedelta(days=2), closed_at=NOW - timedelta(days=1))]
    assert events(pack(URGENT), Event("case.started_urgently", NOW - timedelta(days=2)), known, FACTS) == ()
    assert len(events(pack(URGENT), Event("case.started_urgently", NOW), known, FACTS)) == 1


def test_each_recording_has_its_own_and_one_handing_over_takes_all_before_it() -> None:
    opened = [
        change
        for subject in ("r1", "r2")
        for change in events(pack(HANDOVER), Event("evidence.recording_received", NOW, subject), [], FACTS)
    ]
    assert [change.subject for change in opened if isinstance(change, Opens)] == ["r1", "r2"]
    known = [
        OpenDeadline(1, "handover", "r1", NOW),
        OpenDeadline(2, "handover", "r2", NOW),
        OpenDeadline(3, "handover", "r3", NOW + timedelta(hours=9)),
        OpenDeadline(4, "handover", "r0", NOW, closed_at=NOW),
    ]
    later = NOW + timedelta(hours=5)
    assert events(pack(HANDOVER), Event("record.handover.submitted", later, "form"), known, FACTS) == (
        Closes(1, later),
        Closes(2, later),
    )
    named = Event("record.handover.submitted", later, "form", covers=frozenset({"r2"}))
    assert events(pack(HANDOVER), named, known, FACTS) == (Closes(2, later),)


def test_one_event_may_end_a_term_and_begin_a_fresh_one() -> None:
    renewed = deadline(
        id="handover", opens_on="case.returned", closes_on=("case.returned", "record.handover.submitted"), per="subject"
    )
    event = Event("case.returned", NOW, covers=frozenset({"r1"}))
    changes = events(pack(renewed), event, [OpenDeadline(7, "handover", "r1", NOW - timedelta(hours=20))], FACTS)
    assert changes[0] == Closes(7, NOW)
    assert isinstance(changes[1], Opens) and changes[1].subject == "r1" and changes[1].opened_at == NOW


def test_opens_when_sees_case_and_answers_and_fails_to_the_strict_side() -> None:
    def opens(condition: str, **answers: object) -> int:
        conditional = deadline(id="x", opens_on="a.b", closes_on=("c.d",), opens_when=condition)
        return len(events(pack(conditional), Event("a.b", NOW, answers=answers), [], FACTS))

    assert opens("case.kind_of_act == 'penalty'") == 1
    assert opens("case.kind_of_act == 'licence'") == 0
    assert opens("answers.urgent", urgent=True) == 1
    assert opens("answers.urgent") == 0
    assert opens("case.kind_of_act > 3") == 1


def test_a_term_may_end_at_a_day_or_moment_somebody_has_set() -> None:
    until = deadline(id="x", opens_on="a.b", closes_on=("c.d",), within=None, until="answers.correct_by")

    def due(value: object) -> datetime:
        (opened,) = events(pack(until), Event("a.b", NOW, answers={"correct_by": value}), [], FACTS)
        assert isinstance(opened, Opens)
        return opened.due.at

    assert due(date(2026, 3, 20)) == datetime(2026, 3, 20, 16, tzinfo=UTC)  # 24:00 in Shanghai
    assert due(datetime(2026, 3, 20, 9, tzinfo=SHANGHAI)) == datetime(2026, 3, 20, 1, tzinfo=UTC)
    assert due(None) == datetime(2026, 3, 5, 16, tzinfo=UTC)  # nobody has set it: at the end of the day it begins


def test_the_agency_may_set_the_number_of_a_term() -> None:
    chosen = deadline(id="x", opens_on="a.b", closes_on=("c.d",), within=Within(days=7, setting="another_way_days"))

    def days(value: object) -> int:
        facts = Facts(now=NOW, settings={"another_way_days": value})
        (opened,) = events(pack(chosen), Event("a.b", NOW), [], facts)
        assert isinstance(opened, Opens)
        return (opened.due.at - datetime(2026, 3, 5, 16, tzinfo=UTC)).days

    assert days(3) == 3
    assert [days(value) for value in (None, 0, -1, True, "3")] == [7] * 5  # what is no number of days changes nothing


def test_a_term_that_another_takes_the_place_of_is_not_met() -> None:
    away = deadline(
        id="handover",
        opens_on="evidence.recording_received",
        closes_on=("record.handover.submitted",),
        replaced_on=("recordings.away",),
        per="subject",
    )
    fresh = deadline(id="after_return", opens_on="recordings.returned", closes_on=("record.handover.submitted",))
    known = [OpenDeadline(1, "handover", "r1", NOW), OpenDeadline(2, "handover", "r2", NOW, closed_at=NOW)]
    later = NOW + timedelta(hours=2)
    assert events(pack(away, fresh), Event("recordings.away", later, "9"), known, FACTS) == (
        Closes(1, later, met=False),
    )
    (opened,) = events(pack(away, fresh), Event("recordings.returned", later), [], FACTS)
    assert isinstance(opened, Opens) and opened.deadline_id == "after_return"
    both = away.model_copy(update={"closes_on": ("recordings.away",)})
    assert events(pack(both), Event("recordings.away", later), known, FACTS) == (Closes(1, later, met=True),)


def test_recordings_received_after_the_replacing_event_are_not_touched_by_it() -> None:
    away = deadline(id="handover", opens_on="x.y", closes_on=("c.d",), replaced_on=("recordings.away",), per="subject")
    known = [OpenDeadline(1, "handover", "r1", NOW + timedelta(hours=1))]
    assert events(pack(away), Event("recordings.away", NOW), known, FACTS) == ()
