"""What the shared records of requests, evidence, statements and seizure ask, refuse and hand on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from dialogs import engine
from dialogs.conditions import Scope, compile_condition
from dialogs.engine.sheet import seen
from dialogs.facts import Facts, RecordFact
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack, Record
from dialogs.papers.blocks import Table
from dialogs.papers.compose import compose
from dialogs.values import Answer, Choose, Done, Draft, Rejected, Skip, Text, Unknown
from tests.packs.playing import NOW, facts_with, play

PACKS = load_all()
XG, LY, FS = PACKS["xigang-finance"], PACKS["liaoyang-housing-fund"], PACKS["fushun-human-resources"]
RIGHTS = tuple(map(Choose, ("statement", "defence", "recusal", "hearing", "reconsideration", "litigation")))
SCENE: dict[str, Any] = {"started_at": "2026-03-05 14:00", "certificates_shown": "yes", "refused": "none"}
CASE = {"party_name": "大连某某有限公司", "party_number": "91210200000000000X", "party_address": "某路1号"}
SEIZURE: dict[str, Any] = {
    **SCENE,
    "kind": "taking",
    "present": "yes",
    "present_name": "孙某，经理",
    "reason": "账簿有被销毁的危险。",
    "legal_basis": "《中华人民共和国行政强制法》第二十二条",
    "approval": "before",
    "items": "财务电脑，1台，黑色台式机，编号A01\n移动硬盘，2块，银色",
    "keep_place": "本局物证室，罗某",
    "until": "2026年4月1日",
    "rights_told": (*RIGHTS, Done()),
    "party_statement": "无陈述、申辩。",
    "course": "当事人在场，逐项清点后装箱加封。",
    "recording": Skip("现场不适宜录像"),
}
STATEMENT: dict[str, Any] = {
    **{key: value for key, value in SCENE.items() if key != "refused"},
    "about": "prior_notice",
    "way": "oral",
    "subject_role": "party",
    "subject_name": "孙某",
    "subject_number": Unknown("未携带"),
    "subject_phone": Unknown("不愿提供"),
    "assistance_needed": "no",
    "rights_told": (*RIGHTS, Done()),
    "rights_way": "oral",
    "recusal_asked": "no",
    "hearing_asked": "yes",
    "waived": "no",
    "content": "账簿是会计遗失的，没有故意。",
    "evidence": "遗失声明，1份，证明账簿遗失",
}


def submitted(pack: Pack, form: str, plan: dict[str, Any], facts: Facts) -> tuple[Facts, Draft]:
    """The case after `form` was answered as planned: its facts and its record are there."""
    record = pack.record(form)
    draft, after = play(pack, record, facts, plan)
    assert engine.review(record, draft, after).ready, engine.review(record, draft, after).lacking
    return replace(
        after,
        case={**after.case, **engine.submitted_facts(record, draft, after)},
        records=(*facts.records, held(record, draft)),
    ), draft


def held(record: Record, draft: Draft, state: Literal["frozen", "sealed"] = "sealed") -> RecordFact:
    answers = {
        question.id: seen(question, draft.answers[question.id].value)
        for question in record.questions
        if question.id in draft.answers
    }
    return RecordFact(
        id=record.id, form=record.id, title=record.title, stage=record.stage, state=state, maker="1", answers=answers,
        submitted_at=NOW, sealed_at=NOW,
    )  # fmt: skip


def is_expected(record: Record, facts: Facts) -> bool:
    assert record.expected is not None
    return compile_condition(record.expected).holds(Scope({}, facts))


def offered(pack: Pack, form: str, question: str, facts: Facts) -> str | None:
    record = pack.record(form)
    prompt = engine.prompt(record, engine.start("p@1", record), facts, question)
    return prompt.offer.text if prompt.offer else None


def refusal(pack: Pack, form: str, question: str, *typed: Text | Choose | Done, **case: object) -> Rejected:
    record, facts = pack.record(form), facts_with(**case)
    draft = engine.start("p@1", record)
    effect: object = None
    for sent in typed:
        step = engine.answer(record, draft, Answer(question, sent, "1"), facts)
        draft, effect = step.draft, step.effects[0]
    assert isinstance(effect, Rejected), effect
    return effect


def test_what_was_preserved_is_offered_when_it_is_handled() -> None:
    plan = {
        **SCENE,
        "present": "yes",
        "present_name": "孙某，经理",
        "reason": "账簿可能被销毁。",
        "legal_basis": "《中华人民共和国行政处罚法》第五十六条",
        "items": "记账凭证，3册，封面盖有财务专用章",
        "keep_way": "elsewhere",
        "keep_place": "本局物证室",
        "keeper": "罗某",
        "keep_until": Skip(),
        "duty_told": "yes",
        "recording": Skip("现场不适宜录像"),
    }
    facts, _ = submitted(XG, "preservation", plan, facts_with(**CASE))
    assert offered(XG, "preservation_handling", "items", facts) == "1. 记账凭证，3册，封面盖有财务专用章"
    assert offered(XG, "preservation_handling", "preserved_at", facts) == "2026年3月5日14时00分"
    assert is_expected(XG.record("preservation_handling"), facts)
    assert not is_expected(XG.record("preservation_handling"), facts_with())


@pytest.mark.parametrize("pack", [XG, LY], ids=["XG", "LY"])
def test_an_item_of_evidence_is_not_listed_without_its_source(pack: Pack) -> None:
    found = refusal(pack, "evidence_list", "items", Text("记账凭证，3册，蓝色封面"))
    assert (found.code, found.params["missing"]) == ("answer.row_incomplete", ["来源"])


def test_a_seizure_prints_its_list_and_hands_it_on() -> None:
    facts, draft = submitted(XG, "seizure", SEIZURE, facts_with(**CASE))
    made = compose(
        XG, XG.record("seizure"), draft, facts, agency_name="某局", number=None, made_at=NOW, record_hash="0" * 64
    )
    (table,) = (block for block in made.blocks if isinstance(block, Table))
    assert table.headers == ("序号", "名称", "数量", "规格、特征", "备注")
    assert table.rows == (
        ("1", "财务电脑", "1台", "黑色台式机", "编号A01"),
        ("2", "移动硬盘", "2块", "银色", "／"),
    )
    assert offered(XG, "seizure_release", "items", facts) == "1. 财务电脑，1台，黑色台式机\n2. 移动硬盘，2块，银色"
    assert dict(engine.sealed_emissions(XG.record("seizure"), draft, facts))["delivered.seizure"] == NOW
    release = XG.record("seizure_release")
    assert not is_expected(release, facts)
    assert is_expected(release, replace(facts, now=NOW.replace(month=5)))


def test_a_seizure_does_not_end_on_the_day_it_begins() -> None:
    found = refusal(XG, "seizure", "until", Text("2026年3月5日"))
    assert found.params["message"] == "期限应当晚于今天。"


def test_a_statement_that_is_not_given_up_is_reviewed_and_may_ask_for_a_hearing() -> None:
    facts, _ = submitted(LY, "statement", STATEMENT, facts_with(**CASE))
    assert facts.case["hearing_wanted"] is True
    assert is_expected(LY.record("statement_review"), facts)
    assert offered(LY, "statement_review", "content", facts) == "账簿是会计遗失的，没有故意。"
    kept = {key: value for key, value in STATEMENT.items() if key not in ("content", "evidence")}
    given_up = kept | {"waived": "yes", "waived_words": "我没有要说的。"}
    facts, _ = submitted(LY, "statement", given_up, facts_with(**CASE))
    assert not is_expected(LY.record("statement_review"), facts)


def test_a_penalty_does_not_grow_by_a_statement() -> None:
    found = refusal(LY, "statement_review", "not_heavier", Choose("no"), kind_of_act="penalty")
    assert found.params["message"] == "不得因当事人陈述、申辩而给予更重的处罚。"


def test_a_second_list_of_missing_papers_needs_a_reason() -> None:
    notice = FS.record("supplement_notice")
    needs = {need.id: compile_condition(need.holds) for need in notice.needs}
    application = RecordFact("1", "application", "申请登记表", "start", "sealed", "1", submitted_at=NOW)
    first = RecordFact("2", "supplement_notice", notice.title, "start", "frozen", "1", submitted_at=NOW)
    assert not needs["application"].holds(Scope({}, facts_with()))
    assert needs["told_once"].holds(Scope({}, replace(facts_with(), records=(application,))))
    assert not needs["told_once"].holds(Scope({}, replace(facts_with(), records=(application, first))))


def test_the_list_of_missing_papers_must_be_whole() -> None:
    found = refusal(FS, "supplement_notice", "all_listed", Choose("no"))
    assert found.params["message"] == "请把需要补正的内容写全后再告知。"


def test_nothing_asked_and_something_asked_exclude_each_other() -> None:
    found = refusal(XG, "rights_notice", "answered", Choose("none"), Choose("hearing"), Done())
    assert found.params["message"] == "选了“没有提出”，就不能再选其他项。"


def test_a_request_for_recusal_expects_a_decision() -> None:
    asked = RecordFact(
        "1", "interview", "询问笔录", "investigation", "frozen", "1", {"recusal_asked": True}, submitted_at=NOW
    )
    record = XG.record("recusal_decision")
    assert is_expected(record, replace(facts_with(), records=(asked,)))
    assert not is_expected(record, replace(facts_with(), records=(replace(asked, answers={"recusal_asked": False}),)))
    assert not is_expected(record, replace(facts_with(), records=(replace(asked, submitted_at=None),)))


@pytest.mark.parametrize("form", ["interview", "inspection", "evidence_list", "statement", "refusal_note"])
def test_what_officers_do_on_the_spot_keeps_them_busy(form: str) -> None:
    busy = XG.record(form).occupies
    assert busy is not None
    assert (busy.people, busy.from_, busy.until) == (("answers.officers",), "answers.started_at", "answers.ended_at")


def test_an_inspection_tells_the_case_what_it_found() -> None:
    assert next(each for each in XG.record("inspection").questions if each.id == "violation").sets == "violation_found"
