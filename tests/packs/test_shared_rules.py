"""Rules across the records of a case: what is noticed, and what is left in peace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialogs import engine
from dialogs.compliance.judging import Judge
from dialogs.deadlines import Event, OpenDeadline, events
from dialogs.deadlines.events import Closes, Opens
from dialogs.facts import Facts, RecordFact
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack
from dialogs.packs.source import read_file
from dialogs.values import Attach, Choose, Done, Unknown
from tests.packs.playing import NOW, facts_with, play

PACKS = Path(engine.__file__).parent.parent / "packs"
BASIS = ["T-1"]
CONTENTS = (
    "party_name", "facts", "evidence", "legal_basis", "result", "perform_way", "perform_term", "reconsideration_term",
    "litigation_term",
)  # fmt: skip
NAMES = {"id": "case", "short": "T", "title": "试用规定", "version": "1.0.0", "effective": {"from": "unknown"}}


def stated(base: str, family: str) -> list[tuple[str, str]]:
    """Ids of a base's elements, each with its stage ('' without)."""
    files = sorted((PACKS / base).glob("*.yaml"))
    lists = [found for file in files if (found := read_file(file).get(family))]
    return [(str(each.text("id")), each.text("stage") or "") for found in lists for each in found.items()]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A regulation that takes everything shared and every demand of general law."""
    forms = stated("common", "records")
    written: dict[str, Any] = NAMES | {
        "extends": ["common", "general-law"],
        "articles": [{"no": 1, "about": "试用"}],
        "kinds_of_act": [{"id": each, "title": each, "basis": BASIS} for each in ("penalty", "licence")],
        "stages": [{"id": each, "title": "阶段", "basis": BASIS} for each in sorted({stage for _, stage in forms})],
        "records": [{"id": form, "basis": BASIS} for form, _ in forms],
        "rules": [{"id": each, "basis": BASIS} for each, _ in stated("common", "rules")],
        "secrecy": [{"id": each, "basis": BASIS} for each, _ in stated("common", "secrecy")],
    }
    kind = {"id": "kind_of_act", "options": [{"id": "licence", "title": "行政许可"}]}
    written["records"][0]["questions"] = [kind]
    path = tmp_path_factory.mktemp("packs") / "case"
    path.mkdir()
    (path / "pack.yaml").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    assert not [fault.line_text() for fault in lint(path) if fault.code.startswith(("condition", "deadline"))]
    return load_pack(path)


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
                    **dict.fromkeys(CONTENTS, "有"),
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
    case = {"started_at": "2026-03-02T00:00:00+08:00", "complaint_named": True}
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


# --- delivery: what each branch reports -----------------------------------------------------------------------

PHOTO = (Attach("7", "photo"), Done())
SERVED: dict[str, Any] = {"document": "decision", "document_number": Unknown("没有文号"), "recipient": "某公司"}
POST: dict[str, Any] = SERVED | {
    "way": "post",
    "post_kind": "express",
    "post_number": "EMS1",
    "posted_on": "2026-03-02",
    "post_address": "大连市西岗区某路1号",
    "post_proof": PHOTO,
}


def reported(pack: Pack, plan: Mapping[str, Any]) -> dict[str, datetime | None]:
    form = pack.record("delivery")
    draft, facts = play(pack, form, facts_with(party_name="某公司"), plan)
    assert engine.review(form, draft, facts).ready
    return dict(engine.emissions(form, draft, facts)[1:])


def test_a_letter_is_delivered_when_it_is_signed_for(pack: Pack) -> None:
    plan = POST | {"post_result": "signed", "post_receipt": PHOTO, "signed_by": "recipient"}
    assert reported(pack, plan | {"delivered_at": "2026-03-04 10:30"}) == {
        "delivered.decision": datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
    }


def test_a_letter_that_came_back_or_is_under_way_delivers_nothing(pack: Pack) -> None:
    back = {
        "post_result": "returned",
        "returned_on": "2026-03-04",
        "returned_reason": "moved",
        "next_way": "notice",
    }
    assert reported(pack, POST | back) == {"delivery.returned": datetime(2026, 3, 3, 16, tzinfo=UTC)}
    assert reported(pack, POST | {"post_result": "pending"}) == {}


def test_a_public_notice_delivers_when_its_time_is_over(pack: Pack) -> None:
    plan = SERVED | {
        "way": "notice",
        "other_ways_failed": "邮寄退回，上门无人。",
        "notice_course": "下落不明。",
        "notice_carrier": "本机关公告栏",
        "notice_on": "2026-02-01",
    }
    assert reported(pack, plan | {"notice_result": "running"}) == {}
    assert set(reported(pack, plan | {"notice_result": "expired", "delivered_at": "2026-03-05 09:00"})) == {
        "delivered.decision"
    }


def test_paper_left_behind_needs_its_witness_or_why_there_is_none(pack: Pack) -> None:
    form = pack.record("delivery")
    plan = SERVED | {"way": "retained", "retained_reason": "拒收", "retained_at": "business"}
    witnessed = plan | {"retained_witness": "吴某", "witness_identity": "居委会"}
    assert set(reported(pack, witnessed | {"document": "demand_letter"})) == {"delivered.demand_letter"}
    draft, facts = play(pack, form, facts_with(party_name="某公司"), plan | {"retained_witness": Unknown("无人愿意")})
    assert "见证人：" not in engine.review(form, draft, facts).lines[0].text
    assert any("无人愿意" in line.text for line in engine.review(form, draft, facts).lines)


def test_a_closing_ends_the_act_only_once_it_is_sealed(pack: Pack) -> None:
    form = pack.record("closing")
    plan = {
        "matter": "案由",
        "case_number": "〔2026〕1号",
        "party_name": "某公司",
        "started_at": "2026-03-01 09:00",
        "officers": (Choose("1"), Choose("2"), Done()),
        "ground": "performed",
        "decision": "罚款一万元",
        "course": "已缴清",
        "remedy": "未申请行政复议，未提起行政诉讼。",
        "handler_opinion": "建议结案。",
    }
    draft, facts = play(pack, form, facts_with(), plan)
    assert engine.emissions(form, draft, facts) == (("record.closing.submitted", None),)
    assert engine.sealed_emissions(form, draft, facts) == (("case.act_ended", None),)


def test_a_written_reason_is_asked_of_a_refused_request(pack: Pack) -> None:
    form = pack.record("access_request")
    plan: dict[str, Any] = {
        "applicant_kind": "party",
        "applicant": "某公司",
        "applicant_number": "营业执照",
        "applicant_contact": "13800000000",
        "ways": (Choose("copy"), Done()),
        "content": "询问笔录",
        "purpose": "诉讼",
        "asked_at": "2026-03-02",
    }
    draft, facts = play(pack, form, facts_with(), plan | {"decision": "registered"})
    assert dict(engine.emissions(form, draft, facts)) == {
        "record.access_request.submitted": None,
        "access.requested": datetime(2026, 3, 1, 16, tzinfo=UTC),
    }
    refused = plan | {
        "decision": "refused",
        "refusal_ground": (Choose("privacy"), Done()),
        "reason": "涉及他人隐私。",
        "answered_way": "written",
    }
    draft, facts = play(pack, form, facts_with(), refused)
    assert "access.answered" in dict(engine.emissions(form, draft, facts))
    (step,) = form.review
    assert step.when == "answers.decision != 'registered'"


def test_a_loan_has_a_day_to_bring_it_back_on(pack: Pack) -> None:
    form = pack.record("archive_loan")
    plan = {
        "unit": "法规科",
        "borrower": "郑某",
        "reason": "行政复议答复",
        "materials": "案卷正卷；1卷；纸质",
        "uses": (Choose("read"), Done()),
        "return_by": "2026-03-20",
        "duties_told": "yes",
    }
    draft, facts = play(pack, form, facts_with(), plan)
    assert dict(engine.sealed_emissions(form, draft, facts)) == {"loan.begun": None}
    assert engine.seen_answers(form, draft, facts)["return_by"] == date(2026, 3, 20)
    with pytest.raises(AssertionError, match="归还日期应当是今天或者以后"):
        play(pack, form, facts_with(), plan | {"return_by": (NOW - timedelta(days=2)).strftime("%Y-%m-%d")})
