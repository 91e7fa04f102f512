"""An invented regulation unlike any shipped one, written with the guide alone: its own rules hold, no code knows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogs import engine
from dialogs.compliance.judging import Judge
from dialogs.course import steps_of, unmet
from dialogs.deadlines import WHOLE_DAY, Event, Opens, events, shipped_calendar, steps
from dialogs.facts import Facts, OfficerFact, RecordFact
from dialogs.packs.coverage import coverage
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack
from dialogs.retention import evidence_kept
from dialogs.values import Accepted, Answer, Attach, Choose, Done, Rejected, Skip, Text
from tests.packs.playing import NOW, OFFICERS, facts_with, play
from tests.packs.test_lint import HERE

FOLDER = HERE / "seventh-city"
CASE: dict[str, Any] = {"party_name": "张某", "kind_of_act": "penalty", "started_at": "2026-03-05T09:00:00+08:00"}
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


def record(form: str, *, state: Any = "sealed", moment: datetime = NOW, **answers: object) -> RecordFact:
    return RecordFact(form, form, form, "", state, "1", answers, submitted_at=moment, sealed_at=moment)


def opened(pack: Pack, event: str, **case: object) -> dict[str, Opens]:
    facts = Facts(now=NOW, case=CASE | case, settings={each.id: each.value for each in pack.settings})
    found = events(pack, Event(event, NOW, subject="7"), (), facts)
    return {each.deadline_id: each for each in found if isinstance(each, Opens)}


def seconds(term: Opens) -> float:
    return (term.due.at - NOW).total_seconds()


def test_it_is_sound_and_every_article_is_answered(pack: Pack) -> None:
    assert [fault.line_text() for fault in lint(FOLDER)] == []
    assert coverage(pack)["gaps"] == [] and len(pack.articles) == 20
    assert [(stage.id, stage.title) for stage in pack.stages][2:4] == [("settling", "审定"), ("handing", "送交")]


def test_papers_of_an_urgent_start_are_owed_in_twelve_hours_and_recordings_in_thirty_six(pack: Pack) -> None:
    assert seconds(opened(pack, "case.started_urgently")["urgent_papers"]) == 12 * HOUR
    assert seconds(opened(pack, "evidence.recording_received")["handover"]) == 36 * HOUR
    [medium] = [each for each in pack.record("recording_handover").questions if each.id == "medium"]
    assert [option.title for option in medium.options] == ["移动硬盘"]


def test_penalties_and_inspections_are_archived_in_terms_of_their_own(pack: Pack) -> None:
    assert set(opened(pack, "case.act_ended")) == {"archive_penalty"}
    inspection = opened(pack, "case.act_ended", kind_of_act="inspection")
    assert set(inspection) == {"archive_inspection"}
    terms = {each.id: each.within for each in pack.deadlines if each.within}
    assert (terms["archive_penalty"].workdays, terms["archive_inspection"].days) == (45, 60)


def test_three_officers_inspect(pack: Pack) -> None:
    form = pack.record("inspection")
    three = (*OFFICERS, OfficerFact("3", "孙强", "辽B-003"))
    facts = replace(facts_with(**CASE), register=three)
    draft = engine.start("seventh-city@1.0.0", form)
    outcomes: list[type] = []
    for chosen in ("1", "2", None, "3", None):
        given = Answer("officers", Done() if chosen is None else Choose(chosen), "1")
        step = engine.answer(form, draft, given, facts)
        draft, outcomes = step.draft, [*outcomes, type(step.effects[0])]
    assert outcomes == [Accepted, Accepted, Rejected, Accepted, Accepted]


def test_an_interview_without_recording_is_not_ready_and_no_reason_excuses_it(pack: Pack) -> None:
    form, facts = pack.record("interview"), facts_with(**CASE)
    draft = engine.start("seventh-city@1.0.0", form)
    step = engine.answer(form, draft, Answer("recording", Skip("没有带设备"), "1"), facts)
    assert isinstance(step.effects[0], Rejected)
    [lack] = [each for each in engine.review(form, draft, facts).lacking if each.question == "recording"]
    assert (lack.code, lack.blocks) == ("record.recording_missing", True)


def test_four_rights_of_its_own_are_told(pack: Pack) -> None:
    [rights] = [each for each in pack.record("interview").questions if each.id == "rights_told"]
    assert {option.id for option in rights.options} == {"recusal", "statement", "silence", "correction"}
    assert rights.must == "all"


def test_papers_are_handed_over_in_four_ways_only(pack: Pack) -> None:
    form = pack.record("delivery")
    [way] = [each for each in form.questions if each.id == "way"]
    assert [option.id for option in way.options] == ["direct", "post", "retained", "electronic"]
    plan = {"document": "decision", "document_number": "1号", "way": "electronic"}
    asked: set[str] = set()
    draft, facts = engine.start("seventh-city@1.0.0", form), facts_with(**CASE)
    for question, text in plan.items():
        given: Any = Choose(text) if question != "document_number" else Text(text)
        draft = engine.answer(form, draft, Answer(question, given, "1"), facts).draft
        asked |= {line.question for line in engine.review(form, draft, facts).lines}
    assert not {each for each in asked if each.startswith(("notice_", "entrusted_"))}


def test_goods_are_a_record_with_a_term_and_a_ladder_of_their_own(pack: Pack) -> None:
    form = pack.record("goods_list")
    draft, facts = play(
        pack,
        form,
        facts_with(**CASE),
        {
            "goods": (Text("遮阳伞，2，旧"), Done()), "perishable": "no", "store": "二号库房",
            "photos": (Attach("1", "photo"), Done()), "collecting_told": "yes", "owner_present": "yes",
        },
    )  # fmt: skip
    assert [name for name, _ in engine.emissions(form, draft, facts)] == ["record.goods_list.submitted", "goods.stored"]
    assert seconds(opened(pack, "goods.perishable")["perishable_goods"]) == 6 * HOUR
    term = opened(pack, "goods.stored")["goods"]
    assert seconds(term) == 72 * HOUR
    [deadline] = [each for each in pack.deadlines if each.id == "goods"]
    late = term.due.at + timedelta(days=60)
    told = steps(deadline, NOW, term.due.at, late, WHOLE_DAY, shipped_calendar())
    ladder = {each.id: (each.at - term.due.at).total_seconds() for each in told}
    assert ladder == {"day_left": -DAY, "four_hours_left": -4 * HOUR, "due": 0, "day_late": DAY}


def test_goods_stored_before_the_inspection_are_noticed(pack: Pack) -> None:
    [rule] = [each for each in pack.rules if each.id == "stored_after_inspection"]

    def holds(hour: int) -> bool | None:
        stored = record("goods_list", stored_at=datetime(2026, 3, 5, hour, tzinfo=UTC))
        inspected = record("inspection", started_at=datetime(2026, 3, 5, 6, tzinfo=UTC))
        judge = Judge(Facts(now=NOW, case=CASE, records=(stored, inspected)))
        return judge.holds(rule.when or "true") and judge.holds(rule.holds)

    assert (holds(7), holds(5)) == (True, False)


def test_legal_staff_see_every_decision_first_and_the_head_large_fines(pack: Pack) -> None:
    form = pack.record("decision")
    settings = {each.id: each.value for each in pack.settings}

    def steps(fine: int, **changed: object) -> list[str]:
        facts = Facts(now=NOW, case=CASE | {"fine": fine}, settings=settings | changed)
        return [step.id for step in steps_of(form, facts, {})]

    assert steps(5000) == ["legal_opinion", "head_opinion"]
    assert steps(30000) == ["legal_opinion", "head_opinion", "chief_opinion"]
    assert steps(30000, large_fine=50000) == ["legal_opinion", "head_opinion"]
    facts = Facts(now=NOW, case=CASE | {"major": False}, settings=settings)
    assert "legal_review" in {need.id for need in unmet(form, facts, "beginning")}


def test_recordings_are_kept_for_a_year(pack: Pack) -> None:
    kept = evidence_kept(pack, Facts(now=NOW, case=CASE), {"kind": "recording", "form": "delivery"}, NOW)
    assert kept.until is not None and kept.until.date().isoformat() == "2027-03-05"
