"""What each part of a pack demands, and how the check grades it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogs.facts import ClashFact, DeadlineFact
from tests.compliance.cases import HOUR, NOW, checked, found, made, one, pack, recording

START = {"id": "start", "expected": "case.urgent"}
FILMED = {
    "id": "filmed",
    "questions": [{"id": "video", "type": "recording", "ask": "录像", "level": "waivable", "basis": ["DM-2"]}],
}


def deadline(**parts: Any) -> dict[str, Any]:
    stated = {"id": "owed", "title": "补报", "owed": "补报审批表", "opens_on": "case.begun", "basis": ["DM-1"]}
    return {**stated, "closes_on": ["record.start.submitted"], "within": {"hours": 24}, **parts}


def term(state: str, **parts: Any) -> DeadlineFact:
    return DeadlineFact("owed", state, NOW - 30 * HOUR, NOW - 6 * HOUR, **parts)  # type: ignore[arg-type]


def chain(**settings: Any) -> Any:
    return pack(
        {
            "id": "start",
            "review": [
                {"id": "unit", "title": "审核", "by": "reviewer"},
                {"id": "head", "title": "批准", "by": "head", "basis": ["DM-3"]},
            ],
        }
    )


# --- records ------------------------------------------------------------------------------------------------


def test_an_expected_record_that_nobody_began_is_missing_and_can_be_begun() -> None:
    lack = one(found(pack(START), case={"urgent": True}), source="record")
    assert (lack.grade, lack.code, lack.begin, lack.basis) == ("missing", "absent", "start", ("DM-1",))


def test_nothing_is_missing_while_the_record_is_not_expected() -> None:
    assert found(pack(START), case={"urgent": False}) == []


@pytest.mark.parametrize(("state", "grade"), [("draft", "open"), ("frozen", "open"), ("sealed", "done")])
def test_a_record_is_done_once_it_is_sealed_and_open_before(state: str, grade: str) -> None:
    lines = found(pack(START), made("start", state, number="3号"), case={"urgent": True})
    assert [(each.grade, each.code, each.number) for each in lines] == [(grade, state, "3号")]


def test_a_condition_that_fails_is_told_and_hides_nothing_else() -> None:
    stated = pack({"id": "start", "expected": "case.count + 'x' == 'x'"}, {"id": "other"})
    lines = found(stated, made("other"), case={"count": 3})
    assert one(lines, element="start").code == "condition_failed"
    assert one(lines, element="other").grade == "done"


# --- recordings and photos ----------------------------------------------------------------------------------


def test_a_recording_that_is_there_is_done() -> None:
    line = one(
        found(pack(FILMED), made("filmed", answers={"video": ["5"]}), evidence=(recording("5"),)), source="question"
    )
    assert (line.grade, line.basis) == ("done", ("DM-2",))


def test_a_recording_withdrawn_later_is_missing() -> None:
    record = made("filmed", answers={"video": ["5"]})
    line = one(found(pack(FILMED), record, evidence=(recording("5", "withdrawn"),)), source="question")
    assert (line.grade, line.code) == ("missing", "not_attached")


def test_a_recording_whose_file_is_owed_is_open() -> None:
    record = made("filmed", answers={"video": ["5"]})
    line = one(found(pack(FILMED), record, evidence=(recording("5", "declared"),)), source="question")
    assert (line.grade, line.code) == ("open", "owed")


def test_a_waived_recording_is_excused_by_its_reason() -> None:
    record = made("filmed", answers={"video": None}, waived={"video": "设备故障"})
    line = one(found(pack(FILMED), record), source="question")
    assert (line.grade, line.reason) == ("excused", "设备故障")


def test_a_preferred_recording_that_is_not_there_is_a_hint() -> None:
    form = {"id": "filmed", "questions": [FILMED["questions"][0] | {"level": "preferred"}]}  # type: ignore[operator]
    assert one(found(pack(form), made("filmed")), source="question").grade == "hint"


def test_a_recording_that_was_not_asked_for_is_not_demanded() -> None:
    form = {"id": "filmed", "questions": [FILMED["questions"][0] | {"when": "answers.way == 'visit'"}]}  # type: ignore[operator]
    assert [each.source for each in found(pack(form), made("filmed", answers={"way": "post"}))] == ["record"]


# --- signatures, needs, opinions ----------------------------------------------------------------------------


def test_a_refused_signature_is_shown_with_its_reason() -> None:
    stated = pack({"id": "start", "sign_off": [{"id": "party", "label": "当事人", "who": "party", "may_refuse": True}]})
    line = one(
        found(stated, made("start", signed={"party": "refused"}, refusals={"party": "不认可"})), source="signature"
    )
    assert (line.grade, line.reason, line.title) == ("excused", "不认可", "当事人")


def test_a_sealed_record_without_a_required_signature_lacks_it() -> None:
    stated = pack({"id": "start", "sign_off": [{"id": "party", "label": "当事人", "who": "party"}]})
    assert one(found(stated, made("start")), source="signature").grade == "missing"


NEEDING = {
    "id": "decision",
    "needs": [
        {"id": "told", "holds": "records.exists(r, r.form == 'notice')", "says": "还没有告知。", "first": "notice"}
    ],
}


def test_a_departure_shows_the_reason_given() -> None:
    line = one(found(pack(NEEDING, {"id": "notice"}), made("decision", departures={"told": "紧急"})), source="need")
    assert (line.grade, line.reason, line.begin) == ("departed", "紧急", "notice")


def test_a_need_that_does_not_hold_although_the_record_is_submitted_is_a_departure_without_reason() -> None:
    line = one(found(pack(NEEDING, {"id": "notice"}), made("decision")), source="need")
    assert (line.grade, line.code, line.reason) == ("departed", "unmet", None)


def test_a_need_that_holds_departs_from_nothing() -> None:
    lines = found(pack(NEEDING, {"id": "notice"}), made("decision", id="8"), made("notice"))
    assert {each.grade for each in lines} == {"done"}


def test_a_need_that_time_has_passed_over_is_no_departure() -> None:
    early = {"id": "early", "at": "submitting", "holds": "answers.on > now", "says": "太晚。"}
    once = {"id": "once", "holds": "!records.exists(r, r.form == 'hearing')", "says": "已经有了。"}
    stated = pack({"id": "hearing", "needs": [early, once]})
    first = made("hearing", answers={"on": NOW - HOUR / 2})
    assert {each.grade for each in found(stated, first)} == {"done"}
    second = replace(first, id="8", submitted_at=NOW)
    departed = [each for each in found(stated, first, second) if each.grade == "departed"]
    assert {(each.record, each.element) for each in departed} == {("8", "hearing.early"), ("8", "hearing.once")}


def test_a_draft_is_not_yet_measured_by_its_needs() -> None:
    assert [each.source for each in found(pack(NEEDING, {"id": "notice"}), made("decision", "draft"))] == ["record"]


def test_who_decided_is_told_under_the_steps_own_article() -> None:
    lines = found(chain(), made("start", decided={"unit": "2", "head": "3"}))
    assert one(lines, source="review").people == ("3",)


def test_one_person_in_two_steps_is_a_departure() -> None:
    line = one(found(chain(), made("start", decided={"unit": "2", "head": "2"})), code="decided_twice")
    assert (line.grade, line.people) == ("departed", ("2",))


def test_one_person_in_two_steps_is_excused_where_the_agency_lets_roles_merge() -> None:
    lines = found(chain(), made("start", decided={"unit": "2", "head": "2"}), settings={"roles_may_merge": True})
    assert one(lines, code="decided_twice").grade == "excused"


def test_whoever_made_a_record_does_not_decide_on_it_even_where_roles_merge() -> None:
    lines = found(chain(), made("start", decided={"unit": "1", "head": "3"}), settings={"roles_may_merge": True})
    assert one(lines, code="made_and_decided").grade == "departed"


def test_a_sealed_record_lacks_an_opinion_nobody_gave() -> None:
    assert one(found(chain(), made("start", decided={"unit": "2"})), code="undecided").element == "start.head"


# --- rules --------------------------------------------------------------------------------------------------


def rule(**parts: Any) -> dict[str, Any]:
    return {
        "id": "order",
        "title": "先告知后决定",
        "holds": "case.told",
        "says": "还没有告知。",
        "basis": ["DM-2"],
        **parts,
    }


@pytest.mark.parametrize(("grade", "told"), [("must", "missing"), ("hint", "hint")])
def test_a_rule_that_does_not_hold_says_what_is_wrong(grade: str, told: str) -> None:
    line = one(found(pack(rules=[rule(grade=grade)])), source="rule")
    assert (line.grade, line.reason) == (told, "还没有告知。")


def test_a_rule_that_holds_is_done_and_one_that_does_not_apply_is_silent() -> None:
    assert one(found(pack(rules=[rule()]), case={"told": True}), source="rule").grade == "done"
    assert found(pack(rules=[rule(when="case.major")])) == []


def test_a_rule_that_cannot_be_judged_is_to_be_checked_by_hand() -> None:
    line = one(found(pack(rules=[rule(holds="case.told > 'x' + 3")]), case={"told": 1}), source="rule")
    assert (line.grade, line.code) == ("hint", "condition_failed")


# --- terms and clashes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "closed", "grade", "code"),
    [
        ("open", None, "open", "runs"),
        ("overdue", None, "late", "overdue"),
        ("met", NOW - 7 * HOUR, "done", "met"),
        ("met", NOW - 4 * HOUR, "late", "met_late"),
        ("replaced", NOW - 7 * HOUR, "excused", "replaced"),
        ("replaced", NOW - 4 * HOUR, "late", "replaced_late"),
    ],
)
def test_a_term_is_met_late_open_or_replaced(state: str, closed: Any, grade: str, code: str) -> None:
    line = one(found(pack(deadlines=[deadline()]), deadlines=(term(state, closed_at=closed),)), source="deadline")
    assert (line.grade, line.code, line.title) == (grade, code, "补报审批表")


def test_how_late_a_term_was_met_is_exact() -> None:
    lines = found(pack(deadlines=[deadline()]), deadlines=(term("met", closed_at=NOW - 4 * HOUR),))
    assert one(lines, source="deadline").late_by == 2 * HOUR


def test_an_overdue_term_offers_the_record_that_would_close_it() -> None:
    lines = found(pack(deadlines=[deadline()]), deadlines=(term("overdue"),))
    assert one(lines, source="deadline").begin == "start"


def test_a_person_in_two_places_is_told_and_judged_by_nobody() -> None:
    clash = ClashFact("2", "7", "9", "西执〔2026〕9号", NOW - HOUR, NOW)
    line = one(found(pack({"id": "start"}), made("start"), clashes=(clash,)), source="clash")
    assert (line.grade, line.people, line.reason, line.kind) == ("hint", ("2",), "西执〔2026〕9号", "unstated")


# --- articles -----------------------------------------------------------------------------------------------


def test_findings_stand_under_each_article_they_cite_and_items_under_their_article() -> None:
    result = checked(pack({"id": "start", "basis": ["DM-1", "DM-2.3"]}), made("start"))
    assert [(each.cited, each.count("done")) for each in result.articles] == [("DM-1", 1), ("DM-2", 1)]
    assert len(result.findings) == 1
    assert result.untouched == ("DM-3",)


def test_regulation_general_law_and_the_agencys_settings_are_kept_apart() -> None:
    rules = [
        rule(id="own"),
        rule(id="law", basis=["行政处罚法-44"]),
        rule(id="set", basis=["DM-2", "setting"]),
        rule(id="above", basis=["HIGH-4"]),
    ]
    result = checked(pack(rules=rules))
    under = {(each.kind, each.cited): [finding.element for finding in each.findings] for each in result.articles}
    assert under == {
        ("own", "DM-2"): ["own"],
        ("own", "HIGH-4"): ["above"],
        ("general", "行政处罚法-44"): ["law"],
        ("setting", ""): ["set"],
    }


def test_the_gravest_comes_first() -> None:
    rules = [rule(id="hint", grade="hint"), rule(id="must")]
    assert [each.element for each in found(pack({"id": "start"}, rules=rules), made("start"))] == [
        "must",
        "hint",
        "start",
    ]
