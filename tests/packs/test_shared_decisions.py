"""What the shared records insist on from the investigation report to the decision and the check of a correction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dialogs import engine
from dialogs.conditions import Scope, compile_condition
from dialogs.facts import Facts, RecordFact
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack, Record
from dialogs.packs.source import read_file
from dialogs.values import Accepted, Answer, Choose, Done, Draft, Given, Input, Rejected, TakeOffer, Text
from tests.packs.playing import NOW, facts_with

COMMON = Path(engine.__file__).parent.parent / "packs" / "common"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A regulation that takes every shared record as it stands."""
    forms = [
        (entry.text("id"), entry.text("stage"))
        for file in sorted(COMMON.glob("*.yaml"))
        if (records := read_file(file).get("records"))
        for entry in records.items()
    ]
    basis = ["T-1"]
    stages = [{"id": each, "title": "阶段", "basis": basis} for each in sorted({stage for _, stage in forms if stage})]
    written = {
        "id": "shared",
        "short": "T",
        "title": "试用规定",
        "version": "1.0.0",
        "effective": {"from": "unknown"},
        "extends": "common",
        "articles": [{"no": 1, "about": "试用"}],
        "kinds_of_act": [{"id": "penalty", "title": "处罚", "basis": basis}],
        "stages": stages,
        "records": [{"id": form, "basis": basis} for form, _ in forms],
    }
    path = tmp_path_factory.mktemp("packs") / "shared"
    path.mkdir()
    (path / "pack.yaml").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    return load_pack(path)


def given(form: Record, **values: object) -> Draft:
    """A draft in which these questions are answered with these stored values."""
    draft = engine.start("shared@1.0.0", form)
    return replace(draft, answers={name: Given(each, "answered", 0, "1", NOW) for name, each in values.items()})


def told(form: Record, draft: Draft, question: str, sent: Input, facts: Facts | None = None) -> str | None:
    """What the officer is told in refusal; None when the answer is taken."""
    (effect, *_) = engine.answer(form, draft, Answer(question, sent, "1"), facts or facts_with()).effects
    assert isinstance(effect, Accepted | Rejected)
    return None if isinstance(effect, Accepted) else str(effect.params.get("message", effect.code))


def sealed(form: str, **answers: object) -> RecordFact:
    return RecordFact(form, form, form, "review", "sealed", "1", answers, submitted_at=NOW, sealed_at=NOW)


def lacking(form: Record, facts: Facts, answers: Mapping[str, object] | None = None) -> list[str]:
    """The needs that do not hold."""
    return [each.id for each in form.needs if not compile_condition(each.holds).holds(Scope(answers or {}, facts))]


def case(*records: RecordFact, happened: tuple[str, ...] = (), **facts: object) -> Facts:
    return replace(facts_with(**facts), records=records, happened=dict.fromkeys(happened, NOW))


REPORT = sealed("investigation_report")


def test_a_decision_waits_for_the_report_and_nothing_else_in_a_plain_case(pack: Pack) -> None:
    decision = pack.record("decision")
    assert lacking(decision, case()) == ["report"]
    assert lacking(decision, case(REPORT)) == []
    assert lacking(decision, case(replace(REPORT, state="frozen"))) == ["report"]


@pytest.mark.parametrize(
    ("facts", "need", "after"),
    [
        (case(REPORT, proposed="penalty"), "prior_notice", case(REPORT, happened=("delivered.penalty_prior_notice",))),
        (
            case(REPORT, sealed("statement", waived=False)),
            "statement_review",
            case(REPORT, sealed("statement", waived=False), sealed("statement_review")),
        ),
        (
            case(REPORT, hearing_scope=True),
            "hearing_told",
            case(REPORT, hearing_scope=True, happened=("delivered.hearing_rights_notice",)),
        ),
        (case(REPORT, hearing_wanted=True), "hearing", case(REPORT, sealed("hearing_record"), hearing_wanted=True)),
        (
            case(REPORT, sealed("collective_discussion"), major=True),
            "legal_review",
            case(REPORT, sealed("collective_discussion"), sealed("legal_review"), major=True),
        ),
        (
            case(REPORT, sealed("legal_review"), major=True),
            "collective_discussion",
            case(REPORT, sealed("collective_discussion"), sealed("legal_review"), major=True),
        ),
    ],
)
def test_a_decision_waits_for_what_the_case_calls_for(pack: Pack, facts: Facts, need: str, after: Facts) -> None:
    decision = pack.record("decision")
    assert lacking(decision, facts) == [need]
    assert lacking(decision, after) == []


def test_a_statement_given_up_calls_for_no_review(pack: Pack) -> None:
    assert lacking(pack.record("decision"), case(REPORT, sealed("statement", waived=True))) == []


@pytest.mark.parametrize(
    ("basis", "depth", "taken"),
    [
        ("《某条例》第三十七条", "article", True),
        ("《某条例》第三十七条", "paragraph", False),
        ("《某条例》第三十七条第一款", "paragraph", True),
        ("《某条例》第三十七条第一款", "item", False),
        ("《某条例》第三十七条第一款第（二）项", "item", True),
        ("《某条例》第三十七条第二项", "item", True),
    ],
)
def test_the_basis_of_a_decision_goes_as_deep_as_it_is_said_to(pack: Pack, basis: str, depth: str, taken: bool) -> None:
    form = pack.record("decision")
    draft = given(form, legal_basis=basis)
    assert (told(form, draft, "legal_basis_depth", Choose(depth)) is None) is taken


@pytest.mark.parametrize("form", ["investigation_report", "penalty_prior_notice", "decision", "correction_order"])
def test_a_basis_without_its_article_is_not_taken(pack: Pack, form: str) -> None:
    record = pack.record(form)
    draft = given(record, proposed="penalty")
    assert told(record, draft, "legal_basis", Text("《住房公积金管理条例》")) is not None
    assert told(record, draft, "legal_basis", Text("《住房公积金管理条例》第37条")) is None


@pytest.mark.parametrize(
    ("party", "fine", "taken"),
    [
        ("person", "200", True),
        ("person", "200.01", False),
        ("organisation", "3000", True),
        ("organisation", "3001", False),
    ],
)
def test_a_fine_on_the_spot_keeps_to_its_limit(pack: Pack, party: str, fine: str, taken: bool) -> None:
    form = pack.record("on_spot_decision")
    draft = given(form, party_kind=party, penalty_kind="fine")
    assert (told(form, draft, "fine", Text(fine)) is None) is taken


def test_more_than_a_hundred_yuan_is_not_collected_as_small(pack: Pack) -> None:
    form = pack.record("on_spot_decision")
    draft = given(form, party_kind="person", penalty_kind="fine", fine="150.00", collected=True)
    assert told(form, draft, "collect_ground", Choose("small")) is not None
    assert told(form, draft, "collect_ground", Choose("hard_later")) is None


def test_only_a_disputed_fine_on_the_spot_must_be_recorded(pack: Pack) -> None:
    form = pack.record("on_spot_decision")
    asked = {
        disputed: {each.id for each in engine.visible(form, given(form, disputed=disputed), facts_with())}
        for disputed in (True, False)
    }
    assert asked[True] - asked[False] == {"recording"}
    assert next(each for each in form.questions if each.id == "recording").level == "must"


def test_a_decision_on_the_spot_is_delivered_when_it_is_handed_over(pack: Pack) -> None:
    form = pack.record("on_spot_decision")
    draft = given(form, handed_at="2026-03-05T14:40:00+08:00")
    assert dict(engine.sealed_emissions(form, draft, facts_with()))["delivered.decision"] == NOW - timedelta(minutes=20)
    assert engine.submitted_facts(form, draft, facts_with())["procedure"] == "short"


@pytest.mark.parametrize(("day", "early"), [("2026-03-16 09:00", False), ("2026-03-17 09:00", True)])
def test_a_hearing_is_announced_seven_whole_working_days_before(pack: Pack, day: str, early: bool) -> None:
    form = pack.record("hearing_notice")
    draft = engine.start("shared@1.0.0", form)
    step = engine.answer(form, draft, Answer("hearing_at", Text(day), "1"), facts_with())
    answers: dict[str, Any] = dict(engine.seen_answers(form, step.draft, facts_with()))
    assert lacking(form, facts_with(), answers) == ([] if early else ["early_enough"])


def test_nobody_who_investigated_presides_over_the_hearing(pack: Pack) -> None:
    form = pack.record("hearing_record")
    assert told(form, given(form), "host_independent", Choose("no")) is not None
    assert lacking(form, case(sealed("hearing_notice"))) == ["notice_delivered"]
    assert lacking(form, case(sealed("hearing_notice"), happened=("delivered.hearing_notice",))) == []


@pytest.mark.parametrize("count", [2, 5, 11])
def test_everyone_who_discussed_signs(pack: Pack, count: int) -> None:
    form = pack.record("collective_discussion")
    draft = engine.start("shared@1.0.0", form)
    rows = Text("\n".join(f"某{n}；科长；同意" for n in range(count)))
    for sent in (rows, Done()):
        draft = engine.answer(form, draft, Answer("people", sent, "1"), facts_with()).draft
    scope = Scope(engine.seen_answers(form, draft, facts_with()), facts_with())
    slots = [slot for slot in form.sign_off if slot.when is None or compile_condition(slot.when).holds(scope)]
    assert len([slot for slot in slots if slot.id.startswith("person")]) == count


def test_what_was_investigated_is_offered_to_the_papers_that_follow(pack: Pack) -> None:
    report = pack.record("investigation_report")
    rows = [{"name": "合同", "proves": "劳动关系", "source": ""}]
    draft = given(
        report,
        facts="查明的事实。",
        evidence=rows,
        legal_basis="《某条例》第三条",
        proposed="penalty",
        proposal="罚款。",
    )
    facts = facts_with(**engine.submitted_facts(report, draft, facts_with()))
    for form, questions in {
        "penalty_prior_notice": ("facts", "evidence", "legal_basis", "proposal"),
        "hearing_rights_notice": ("facts", "legal_basis", "proposal"),
        "decision": ("facts", "evidence", "legal_basis", "result"),
    }.items():
        record = pack.record(form)
        assert all(told(record, given(record), each, TakeOffer(), facts) is None for each in questions), form


def test_what_was_not_put_right_does_not_end_the_check(pack: Pack) -> None:
    form = pack.record("correction_check")
    assert told(form, given(form, corrected="partly"), "next_step", Choose("done")) is not None
    assert told(form, given(form, corrected="late"), "next_step", Choose("done")) is None


def test_a_clean_inspection_result_stands_alone(pack: Pack) -> None:
    form = pack.record("inspection_result")
    for handling, violation, taken in (
        (["none"], False, True),
        (["none"], True, False),
        (["none", "advice"], False, False),
        (["correction_order"], True, True),
    ):
        draft = given(form, violation=violation)
        for option in handling:
            draft = engine.answer(form, draft, Answer("handling", Choose(option), "1"), facts_with()).draft
        assert (told(form, draft, "handling", Done()) is None) is taken, handling
