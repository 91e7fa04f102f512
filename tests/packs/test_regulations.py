"""What the two regulations demand stands in their packs as data, and their records can be played through."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs import engine
from dialogs.conditions import compile_condition
from dialogs.packs.coverage import coverage
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack
from dialogs.values import Answer, Attach, Choose, Done, Rejected, Skip, Text, Unknown
from tests.packs import stories
from tests.packs.playing import NOW, facts_with, play

PACKS = load_all()
XG, LY = PACKS["xigang-finance"], PACKS["liaoyang-housing-fund"]
both = pytest.mark.parametrize("pack", [XG, LY], ids=["XG", "LY"])


def opening_plan(pack: Pack) -> dict[str, Any]:
    return {**stories.OPENING, **({"complaint_own_employer": "yes"} if pack is LY else {})}


def opened(pack: Pack) -> dict[str, object]:
    record = pack.record("case_opening")
    draft, facts = play(pack, record, facts_with(), opening_plan(pack))
    return engine.submitted_facts(record, draft, facts)


def articles(pack: Pack) -> dict[str, Any]:
    return {article["article"]: article for article in coverage(pack)["articles"]}


@both
def test_a_case_opens_with_its_facts_and_events(pack: Pack) -> None:
    record = pack.record("case_opening")
    draft, facts = play(pack, record, facts_with(), opening_plan(pack))
    assert engine.review(record, draft, facts).ready
    case = engine.submitted_facts(record, draft, facts)
    assert case["party_name"] == "大连某某有限公司"
    assert case["officers"] == ["1", "2"]
    assert (case["party_kind"], case["kind_of_act"], case["source"]) == ("organisation", "penalty", "complaint")
    assert case["urgent"] is True
    assert "party_number" not in case
    events = dict(engine.emissions(record, draft, facts))
    assert "case.opened" in events
    assert events["case.started_urgently"] == NOW


@both
def test_a_person_is_identified_or_the_reason_is_kept(pack: Pack) -> None:
    record = pack.record("case_opening")
    base = {
        key: value
        for key, value in stories.OPENING.items()
        if not key.startswith(("organisation", "legal", "complain", "urgency"))
    }
    base |= {"source": "own_check", "urgent": "no", "party_kind": "person", "person_name": "钱某"}
    identified = base | {"person_document": "resident_id", "person_number": "11010519491231002X"}
    draft, facts = play(pack, record, facts_with(), identified)
    assert engine.submitted_facts(record, draft, facts)["party_number"] == "11010519491231002X"
    assert [event for event, _ in engine.emissions(record, draft, facts)] == [
        "record.case_opening.submitted",
        "case.opened",
    ]
    unidentified = base | {"person_document": "none", "person_no_document": "拒绝出示证件"}
    draft, facts = play(pack, record, facts_with(), unidentified)
    assert engine.submitted_facts(record, draft, facts)["party_unverified_reason"] == "拒绝出示证件"


@both
def test_the_start_form_has_its_eight_items(pack: Pack) -> None:
    record = pack.record("case_start")
    plan = {**stories.START, **({"disputed": "no"} if pack is XG else {})}
    draft, facts = play(pack, record, facts_with(**opened(pack)), plan)
    review = engine.review(record, draft, facts)
    assert review.ready
    labels = {line.label: line.text for line in review.lines}
    assert labels["案件来源"] == "投诉、举报"
    assert labels["启动时间"] == "2026年3月5日15时00分"
    assert labels["紧急情况说明"] == "账簿可能被转移。"
    groups = {question.group for question in record.questions}
    opinions = {question.label for question in record.questions if question.block == "opinion"}
    assert {"启动原因", "案件来源", "基本案情", "启动时间"} <= set(labels)
    assert "当事人基本情况" in groups
    unit, head = record.review
    assert (unit.by, unit.of_unit, head.by) == ("reviewer", True, "approver")
    if pack is XG:
        assert opinions == {"承办人意见"}
        assert (unit.title, head.title) == ("承办机构意见", "局负责人意见")
        assert pack.roles["approver"] == "局相关负责人"
    else:
        assert opinions == {"执法人员意见"}
        assert (unit.title, head.title) == ("行政执法部门意见", "行政执法部门负责人意见")


@both
def test_an_interview_is_played_through(pack: Pack) -> None:
    record = pack.record("interview")
    draft, facts = play(pack, record, facts_with(**opened(pack)), stories.INTERVIEW)
    review = engine.review(record, draft, facts)
    assert review.ready and not review.lacking
    rights = next(line.text for line in review.lines if line.question == "rights_told")
    assert rights == "陈述、申辩、申请回避、听证、申请复议、提起诉讼"
    assert next(slot for slot in record.sign_off if slot.who == "party").may_refuse


@both
def test_every_right_must_be_told(pack: Pack) -> None:
    record = pack.record("interview")
    facts = facts_with()
    draft = engine.start("p@1", record)
    draft = engine.answer(record, draft, Answer("subject_role", Choose("representative"), "1"), facts).draft
    for sent in stories.ALL_RIGHTS[:-2]:
        draft = engine.answer(record, draft, Answer("rights_told", sent, "1"), facts).draft
    (effect,) = engine.answer(record, draft, Answer("rights_told", Done(), "1"), facts).effects
    assert isinstance(effect, Rejected)
    assert effect.params["missing"] == "提起诉讼"


@both
def test_one_officer_is_not_enough(pack: Pack) -> None:
    record = pack.record("interview")
    facts = facts_with()
    draft = engine.answer(record, engine.start("p@1", record), Answer("officers", Choose("1"), "1"), facts).draft
    (effect,) = engine.answer(record, draft, Answer("officers", Done(), "1"), facts).effects
    assert isinstance(effect, Rejected) and effect.code == "answer.too_few"


@both
def test_refusing_to_be_questioned_is_its_own_answer(pack: Pack) -> None:
    record = pack.record("interview")
    plan: dict[str, Any] = {key: value for key, value in stories.INTERVIEW.items() if key != "dialogue"}
    plan |= {"refused": "questioning", "refusal_detail": "当场表示不回答。", "refusal_witness": Unknown("无人在场")}
    draft, facts = play(pack, record, facts_with(), plan)
    review = engine.review(record, draft, facts)
    assert review.ready
    assert "询问内容" not in {line.label for line in review.lines}
    assert next(line.text for line in review.lines if line.label == "拒绝情况") == "拒绝接受询问"


@both
def test_an_interview_does_not_end_before_it_began(pack: Pack) -> None:
    record = pack.record("interview")
    plan = {**stories.INTERVIEW, "started_at": "2026-03-05 14:00"}
    draft, facts = play(pack, record, facts_with(), plan)
    step = engine.answer(record, draft, Answer("started_at", Text("2026-03-05 15:00"), "1"), facts)
    step = engine.answer(record, step.draft, Answer("ended_at", Text("2026-03-05 14:59"), "1"), facts)
    (effect,) = step.effects
    assert isinstance(effect, Rejected)
    assert effect.params["message"] == "结束时间不能早于开始时间。"


def test_xg_inspection_is_filmed_or_says_why_not() -> None:
    record = XG.record("inspection")
    filmed = {
        **stories.INSPECTION,
        "recording": (Attach("9", "recording", seconds=900.0), Done()),
        "shots": (Choose("scene"), Choose("papers"), Done()),
    }
    draft, facts = play(XG, record, facts_with(**opened(XG)), filmed)
    assert engine.review(record, draft, facts).ready
    draft, facts = play(XG, record, facts_with(**opened(XG)), {**stories.INSPECTION, "recording": stories.NOT_SUITABLE})
    review = engine.review(record, draft, facts)
    assert review.ready
    assert (
        next(line.text for line in review.lines if line.question == "recording") == "未录音录像，理由：现场不适宜录像"
    )
    (effect,) = engine.answer(record, draft, Answer("recording", Skip(), "1"), facts).effects
    assert isinstance(effect, Rejected) and effect.code == "answer.reason_needed"


def test_xg_shot_list_names_the_six_of_article_14() -> None:
    shots = next(question for question in XG.record("inspection").questions if question.id == "shots")
    assert len(shots.options) == 6
    assert shots.basis == ("XG-14",)
    assert "shots" not in {question.id for question in LY.record("inspection").questions}


def test_ly_inspection_needs_no_film() -> None:
    record = LY.record("inspection")
    draft, facts = play(LY, record, facts_with(**opened(LY)), {**stories.INSPECTION, "rights_way": "oral"})
    review = engine.review(record, draft, facts)
    assert review.ready
    assert not [lack.code for lack in review.lacking if lack.question == "recording"]  # it may be filmed, no more


def test_retained_delivery_differs_by_regulation() -> None:
    record = XG.record("delivery")
    draft, facts = play(
        XG, record, facts_with(**opened(XG)), {**stories.RETAINED, "retained_recording": stories.NOT_SUITABLE}
    )
    assert engine.review(record, draft, facts).ready

    record = LY.record("delivery")
    filmed = {
        **stories.RETAINED,
        "retained_means": "video",
        "retained_recording": (Attach("9", "recording", seconds=60.0), Done()),
    }
    draft, facts = play(LY, record, facts_with(**opened(LY)), filmed)
    assert engine.review(record, draft, facts).ready
    question = next(question for question in record.questions if question.id == "retained_recording")
    assert question.level == "must"
    draft = engine.answer(record, draft, Answer("retained_means", Choose("other"), "1"), facts).draft
    assert engine.next_question(record, draft, facts) == "retained_other_means"


def test_every_way_of_delivery_has_its_branch() -> None:
    ways = {
        pack.short: [o.id for q in pack.record("delivery").questions if q.id == "way" for o in q.options]
        for pack in (XG, LY)
    }
    assert ways["LY"] == ["direct", "post", "retained", "notice", "entrusted"]
    assert ways["XG"] == [*ways["LY"], "electronic"]
    for pack in (XG, LY):
        record = pack.record("delivery")
        for way in ways[pack.short]:
            draft = engine.answer(
                record, engine.start("p@1", record), Answer("way", Choose(way), "1"), facts_with()
            ).draft
            asked = {question.id for question in engine.visible(record, draft, facts_with())}
            wording = [(question.id, question.when or "") for question in record.questions]
            branch = {
                name for name, when in wording if "answers.way" in when and f"'{way}'" in when and "&&" not in when
            }
            assert branch and branch <= asked


@both
def test_management_records_play_through(pack: Pack) -> None:
    case = opened(pack)
    handover = pack.record("recording_handover")
    medium = "disc" if pack is LY else "storage"
    plan: dict[str, Any] = {
        "recordings": "询问录音一段",
        "medium": medium,
        "medium_number": "A-1",
        "receiver": "郑某",
        "own_copy": "no",
    }
    draft, facts = play(pack, handover, facts_with(**case), plan)
    assert engine.review(handover, draft, facts).ready
    ending = pack.record("act_end")
    draft, facts = play(pack, ending, facts_with(**case), {"ground": "closed", "ended_on": "2026-03-01"})
    events = dict(engine.emissions(ending, draft, facts))
    assert events["case.act_ended"] is not None
    assert events["case.act_ended"].isoformat() == "2026-02-28T16:00:00+00:00"
    archive = pack.record("archive")
    plan = {"contents": (Choose("text"), Done()), "no_audiovisual": "未使用", "complete": "yes"}
    plan |= {"volume": "2026-1", "retention_term": "三十年", "carriers": (Choose("paper"), Done())}
    draft, facts = play(pack, archive, facts_with(**case), plan | {"keeper": "冯某"})
    assert engine.review(archive, draft, facts).ready


@both
def test_a_named_complainant_is_told_before_the_record_is_whole(pack: Pack) -> None:
    record = pack.record("not_started")
    facts = facts_with(**opened(pack))
    assert record.starts_with and compile_condition(record.starts_with)
    plan = {
        "reviewed": "不属于本机关管辖。",
        "told_at": "2026-03-05 14:00",
        "told_way": "phone",
        "told_content": "已说明。",
    }
    draft, facts = play(pack, record, facts, plan)
    assert engine.review(record, draft, facts).ready
    lacking = engine.answer(record, draft, Answer("named", Choose("yes"), "1"), facts)
    assert engine.review(record, lacking.draft, facts).ready
    without = engine.start("p@1", record)
    without = engine.answer(record, without, Answer("named", Choose("yes"), "1"), facts).draft
    assert {"told_at", "told_way", "told_content"} <= {
        lack.question for lack in engine.review(record, without, facts).lacking
    }


def test_terms_differ_as_the_articles_do() -> None:
    terms = {
        pack.short: {
            one.id: (one.within.hours, one.within.days, one.basis, one.per)
            for one in pack.deadlines
            if one.within is not None and not one.id.startswith("law_")
        }
        for pack in (XG, LY)
    }
    assert terms["XG"] == {
        "urgent_start_papers": (24, None, ("XG-8",), "case"),
        "recording_handover": (24, None, ("XG-16",), "subject"),
        "handover_after_return": (24, None, ("XG-16",), "case"),
        "archive": (None, 30, ("XG-18",), "case"),
    }
    assert terms["LY"] == {
        "urgent_start_papers": (None, 3, ("LY-7",), "case"),
        "recording_handover": (None, 2, ("LY-18",), "subject"),
        "handover_after_return": (None, 3, ("LY-18",), "case"),
        "archive": (None, 30, ("LY-18",), "case"),
    }


@both
def test_overdue_reaches_the_supervisor_and_whoever_answers_for_it_before(pack: Pack) -> None:
    for deadline in pack.deadlines:
        late = [rung for rung in deadline.ladder if rung.after_hours is not None and "supervisor" in rung.to]
        assert late, deadline.id
        assert any(rung.before_hours for rung in deadline.ladder), deadline.id
    terms = {
        one.id: [rung.after_hours for rung in one.ladder if rung.after_hours is not None] for one in pack.deadlines
    }
    assert terms["urgent_start_papers"] == terms["recording_handover"] == terms["archive"] == [0, 24, 72]


def test_every_article_is_listed_and_answered_excused_or_owed() -> None:
    assert list(articles(XG)) == [f"XG-{n}" for n in range(1, 23)]
    assert list(articles(LY)) == [f"LY-{n}" for n in range(1, 27)]
    for pack in (XG, LY):
        for article in articles(pack).values():
            assert article["elements"] or article["asks_nothing"], article
            assert article["gap"] == (article["article"] in coverage(pack)["gaps"])
    assert {"deadline urgent_start_papers", "record case_start"} <= set(articles(XG)["XG-8"]["elements"])
    assert articles(XG)["XG-22"]["gap"] is False
    assert not coverage(XG)["gaps"] + coverage(LY)["gaps"]


def test_agency_settings_are_kept_apart_from_the_text() -> None:
    shown = coverage(LY)
    assert "setting retained_without_video" in shown["settings"]
    assert "行政处罚法-42" in shown["general_law"]
    assert not any("setting" in article["elements"] for article in shown["articles"])


def test_only_the_regulation_that_asks_for_a_disc_has_one_made() -> None:
    assert not any(record.makes for record in XG.records)
    assert [record.id for record in LY.records if record.makes] == ["recording_handover"]
    (make,) = LY.record("recording_handover").makes
    assert (make.kind, make.of, make.basis) == ("disc_image", "recordings", ("LY-18",))
    assert "file recording_handover.disc_image" in articles(LY)["LY-18"]["elements"]
