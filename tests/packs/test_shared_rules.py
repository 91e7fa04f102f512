"""Rules across the records of a case: what is noticed, and what is left in peace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dialogs.compliance.judging import Judge
from dialogs.deadlines import Closes, Event, OpenDeadline, Opens, events
from dialogs.facts import Facts, RecordFact
from dialogs.packs.schema import Pack
from tests.packs.playing import NOW
from tests.packs.whole import whole_pack

CONTENTS = (
    "party_name", "facts", "evidence", "legal_basis", "result", "perform_way", "perform_term", "reconsideration_term",
    "litigation_term",
)  # fmt: skip
FULL: dict[str, Any] = dict.fromkeys(CONTENTS, "有")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return whole_pack(tmp_path_factory.mktemp("packs"))


def at(day: int, hour: int = 10, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def record(form: str, moment: datetime = NOW, *, id: str = "", **answers: object) -> RecordFact:
    return RecordFact(id or form, form, form, "", "sealed", "1", answers, submitted_at=moment, sealed_at=moment)


def case_of(pack: Pack, *records: RecordFact, kind: str = "penalty", **case: object) -> Facts:
    settings = {setting.id: setting.value for setting in pack.settings}
    known = {"kind_of_act": kind, "officers": ["1", "2"], **case}
    return Facts(now=NOW, case=known, records=records, settings=settings)


def broken(pack: Pack, facts: Facts, *names: str) -> set[str]:
    """Rules (of those named) that apply and do not hold. One that cannot be judged fails the test."""
    judge, found = Judge(facts), set()
    for rule in pack.rules:
        if rule.id in names or not names:
            applies = rule.when is None or judge.holds(rule.when)
            holds = judge.holds(rule.holds) if applies else True
            assert applies is not None and holds is not None, rule.id
            if not holds:
                found.add(rule.id)
    return found


def returned(moment: datetime) -> RecordFact:
    return record(
        "delivery", moment, document="decision", way="post", post_result="returned", returned_on=date(2026, 3, 2)
    )


def test_every_rule_can_be_judged_on_an_empty_case(pack: Pack) -> None:
    assert broken(pack, case_of(pack)) <= {"law_limitation"}
    assert not broken(pack, case_of(pack, kind="licence"))


def test_a_returned_letter_wants_another_way(pack: Pack) -> None:
    rule = "another_way_after_return"
    happened = {"delivery.returned": at(2)}
    back = returned(at(2))
    again = record("delivery", at(3), id="b", document="decision", way="post", delivered_at=at(3))
    other = record("delivery", at(3), id="b", document="demand_letter", way="direct", delivered_at=at(3))
    direct = record("delivery", at(3), id="b", document="decision", way="direct", delivered_at=at(3))
    posted = record("delivery", at(3), id="b", document="decision", way="notice", notice_on=date(2026, 3, 3))
    for second, wrong in ((None, {rule}), (again, {rule}), (other, {rule}), (direct, set()), (posted, set())):
        facts = case_of(pack, *([back, second] if second else [back]))
        assert broken(pack, replace(facts, happened=happened), rule) == wrong


def test_a_decision_is_not_delivered_before_it_is_made(pack: Pack) -> None:
    served = record("delivery", at(3), document="decision", way="direct", delivered_at=at(3))
    made_later, made_before = record("decision", at(4)), record("decision", at(2))
    draft = replace(made_before, state="draft", sealed_at=None)
    rule = "delivered_after_made"
    assert broken(pack, case_of(pack, made_later, served), rule) == {rule}
    assert broken(pack, case_of(pack, draft, served), rule) == {rule}
    assert not broken(pack, case_of(pack, made_before, served), rule)
    assert not broken(pack, case_of(pack, replace(made_later, corrects="9"), served), rule)


def test_the_time_for_statements_passes_before_the_decision(pack: Pack) -> None:
    told = {"delivered.penalty_prior_notice": at(2)}  # a Monday: the fifth working day after it is the 9th

    def judged(decided: datetime, *more: RecordFact) -> set[str]:
        facts = case_of(pack, *more, record("decision", decided, decision_kind="penalty"))
        return broken(pack, replace(facts, happened=told), "statement_time")

    assert judged(at(9)) == {"statement_time"}
    assert not judged(at(10))
    assert not judged(at(4), record("statement", at(3), waived=True))


def test_maker_reviewer_and_approver_are_three_unless_the_agency_merges_them(pack: Pack) -> None:
    made = record("decision")
    for decided in ({"head_opinion": "1"}, {"unit_opinion": "5", "head_opinion": "5"}, {"unit_opinion": "1"}):
        facts = case_of(pack, replace(made, decided=decided))
        assert broken(pack, facts, "three_people") == {"three_people"}
        merged = replace(facts, settings={**facts.settings, "roles_may_merge": True})
        assert not broken(pack, merged, "three_people")
    apart = replace(made, decided={"unit_opinion": "5", "head_opinion": "6"})
    assert not broken(pack, case_of(pack, apart), "three_people")


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("started_before_interview", [record("interview", started_at=at(1))], [record("interview", started_at=at(3))]),
        (
            "supplement_once",
            [record("supplement_notice"), record("supplement_notice", id="b")],
            [record("supplement_notice")],
        ),
        (
            "correction_checked",
            [record("correction_order", at(1), correct_by=date(2026, 3, 3))],
            [
                record("correction_order", at(1), correct_by=date(2026, 3, 3)),
                record("correction_check", at(4)),
            ],
        ),
        (
            "violation_recorded",
            [record("inspection", violation=True, officers=["1", "2"])],
            [record("inspection", violation=True, officers=["1", "2"], recording=["8"])],
        ),
        ("two_officers", [record("interview", officers=["1"])], [record("interview", officers=["1", "2"])]),
        (
            "complainant_told",
            [record("not_started", named=True)],
            [record("not_started", named=True, told_at=at(4))],
        ),
        (
            "loans_returned",
            [record("archive_loan", return_by=date(2026, 3, 1))],
            [record("archive_loan", return_by=date(2026, 3, 1)), record("archive_return")],
        ),
        (
            "statement_reviewed",
            [record("statement", at(3), waived=False)],
            [record("statement", at(3), waived=False), record("statement_review", at(4))],
        ),
        (
            "delivery_result",
            [record("delivery", at(3), document="decision", post_result="pending")],
            [
                record("delivery", at(3), document="decision", post_result="pending"),
                record("delivery", at(4), id="b", document="decision", post_result="signed", delivered_at=at(4)),
            ],
        ),
        (
            "law_notice",
            [record("delivery", way="notice", notice_result="expired", notice_on=date(2026, 2, 5), delivered_at=at(5))],
            [record("delivery", way="notice", notice_result="expired", notice_on=date(2026, 2, 2), delivered_at=at(5))],
        ),
        ("law_retained", [record("delivery", way="retained")], [record("delivery", way="retained", photos=["3"])]),
        (
            "law_short_procedure",
            [replace(record("on_spot_decision", fine=201, party_kind="person"), number="1号")],
            [replace(record("on_spot_decision", fine=3000, party_kind="organisation"), number="1号")],
        ),
        (
            "law_seizure_total",
            [record("seizure_extension", seized_at=at(1), until=date(2026, 5, 2))],
            [record("seizure_extension", seized_at=at(1), until=date(2026, 4, 30))],
        ),
        (
            "law_decision_contents",
            [record("decision", decision_kind="penalty", party_name="某公司")],
            [
                record(
                    "decision",
                    decision_kind="penalty",
                    **FULL,
                )
            ],
        ),
        (
            "law_remedies",
            [record("decision", reconsideration_term="三十日内", litigation_term="六个月内")],
            [record("decision", reconsideration_term="六十日内", litigation_term="六个月内")],
        ),
    ],
)
def test_each_rule_notices_what_it_is_for(
    pack: Pack, rule: str, wrong: list[RecordFact], right: list[RecordFact]
) -> None:
    case: dict[str, Any] = {"started_at": "2026-03-02T00:00:00+08:00", "complaint_named": True}
    assert broken(pack, case_of(pack, *wrong, **case), rule) == {rule}
    assert not broken(pack, case_of(pack, *right, **case), rule)


def test_a_rule_of_general_law_is_silent_once_switched_off(pack: Pack) -> None:
    switches = {setting.id: False for setting in pack.settings if setting.id.startswith("law_")}
    facts = replace(case_of(pack, *crowded()), settings=switches)
    assert not [each for each in broken(pack, facts) if each.startswith("law_")]


def test_rules_of_the_penalty_law_never_bind_a_licence(pack: Pack) -> None:
    penalty = {
        each
        for rule in pack.rules
        if any(basis.startswith("行政处罚法") for basis in rule.basis)
        for each in [rule.id]
        if each.startswith("law_")
    }
    assert len(broken(pack, case_of(pack, *crowded(), major=True)) & penalty) > 10
    assert not broken(pack, case_of(pack, *crowded(), kind="licence", major=True)) & penalty


def crowded() -> list[RecordFact]:
    """Records that break nearly everything."""
    return [
        record("interview", recusal_asked=True, officers=["1"], certificates_shown=False),
        record("statement", waived=False),
        record("preservation"),
        record("decision", decision_kind="penalty"),
        record("on_spot_decision", fine=5000, collected=True, officers=["1"]),
        record("hearing_record", started_at=at(5)),
        record("transfer", reason="crime"),
        record("delivery", document="decision", way="electronic", delivered_at=at(5)),
        record("delivery", id="b", document="decision", way="retained", delivered_at=at(5)),
    ]


def opened(pack: Pack, name: str, kind: str, answers: Mapping[str, object] | None = None, **case: object) -> set[str]:
    facts = case_of(pack, kind=kind, **case)
    found = events(pack, Event(name, NOW, answers=answers or {}), [], facts)
    return {each.deadline_id for each in found if isinstance(each, Opens)}


def test_terms_of_general_law_open_for_the_acts_they_are_about(pack: Pack) -> None:
    assert opened(pack, "record.case_start.approved", "penalty") == {"law_decision"}
    assert not opened(pack, "record.case_start.approved", "licence")
    assert opened(pack, "record.decision.sealed", "penalty") == {"law_delivery"}
    assert opened(pack, "record.acceptance_decision.sealed", "licence", acceptance="accepted") == {"law_licence"}
    assert not opened(pack, "record.acceptance_decision.sealed", "licence", acceptance="refused")
    assert opened(pack, "delivered.decision", "penalty", decision_result="penalty") == {"law_court"}
    assert not opened(pack, "delivered.decision", "penalty", decision_result="not_established")


def test_an_extension_of_a_seizure_takes_the_place_of_its_first_term(pack: Pack) -> None:
    facts = case_of(pack)
    (begun,) = events(pack, Event("seizure.imposed", at(1)), [], facts)
    assert isinstance(begun, Opens) and begun.due.at == datetime(2026, 3, 31, 16, tzinfo=UTC)
    standing = [OpenDeadline(1, "law_seizure", "", at(1))]
    until = {"until": date(2026, 4, 20)}
    ended, fresh = events(pack, Event("record.seizure_extension.submitted", at(20), answers=until), standing, facts)
    assert isinstance(ended, Closes) and not ended.met
    assert isinstance(fresh, Opens) and fresh.due.at == datetime(2026, 4, 20, 16, tzinfo=UTC)
