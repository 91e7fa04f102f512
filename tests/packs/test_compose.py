"""A record becomes a paper: rows, groups, dialogue, photos, opinions, signatures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogs.packs.loader import load_pack
from dialogs.papers.blocks import (
    Annex,
    Dialogue,
    Fields,
    Images,
    Notice,
    Opinion,
    Paper,
    Paragraph,
    Seal,
    SignatureSlot,
    SignOff,
)
from dialogs.papers.compose import Decided, Signed, compose
from dialogs.papers.docx_file import render_docx
from dialogs.values import Attach, Choose, Done, Draft, Given
from models.errors import Missing
from tests.packs import stories
from tests.packs.playing import NOW, facts_with, play

XG = load_pack("xigang-finance")
CASE: dict[str, Any] = {
    "party_kind": "organisation",
    "party_name": "大连某某有限公司",
    "party_number": "91210200000000000X",
    "legal_representative": "孙某",
    "party_phone": "0411-83631234",
    "party_address": "某路1号",
    "matter": "涉嫌未按规定设置会计账簿",
    "source": "own_check",
    "started_at": "2026-03-05T14:00:00+08:00",
    "brief_facts": "两套账目并存。",
    "start_reason": "需要查清。",
    "urgent": False,
    "officers": ["1", "2"],
}


def paper(record_id: str, plan: dict[str, Any], **options: Any) -> Paper:
    record = XG.record(record_id)
    draft, facts = play(XG, record, facts_with(**CASE), plan)
    if withdrawn := options.pop("withdrawn", None):
        kept = tuple(replace(each, state="withdrawn") if each.id == withdrawn else each for each in facts.evidence)
        facts = replace(facts, evidence=kept)
    whole: dict[str, Any] = {"agency_name": "某局", "number": None, "made_at": NOW, "record_hash": "0" * 64} | options
    return compose(XG, record, draft, facts, **whole)


def rows(made: Paper) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in made.blocks:
        if isinstance(block, Fields):
            for row in block.rows:
                found |= dict(zip(row[::2], row[1::2], strict=True))
    return found


def signatures(made: Paper) -> tuple[SignatureSlot, ...]:
    return next(block.slots for block in made.blocks if isinstance(block, SignOff))


def start_form(**options: Any) -> Paper:
    plan = {key: value for key, value in stories.START.items() if key != "party_number"} | {"disputed": "no"}
    return paper("case_start", plan, **options)


def test_the_start_form_is_one_bordered_form() -> None:
    made = start_form(number="西财立〔2026〕1号")
    assert all(isinstance(block, Fields | Opinion) for block in made.blocks)
    assert made.title == "立案审批表" and made.number == "西财立〔2026〕1号"
    table = rows(made)
    assert table["案件来源"] == "依职权检查发现"
    assert table["当事人基本情况"].splitlines() == [
        "姓名（名称）：大连某某有限公司",
        "证件号码：91210200000000000X",
        "法定代表人（负责人）：孙某",
        "联系电话：0411-83631234",
        "住址（住所）：某路1号",
    ]
    assert [block.heading for block in made.blocks if isinstance(block, Opinion)] == [
        "承办人意见",
        "承办机构意见",
        "局负责人意见",
    ]


def test_opinions_carry_who_and_when() -> None:
    made = start_form(
        signatures={"handler_opinion": Signed("李明", NOW, image=b"png")},
        opinions={"unit_opinion": Decided("吴某", NOW, "情况属实。"), "head_opinion": Decided("陈某", NOW)},
    )
    handler, unit, head = (block for block in made.blocks if isinstance(block, Opinion))
    assert (handler.text, handler.name, handler.date, handler.image) == (
        "建议立案调查。",
        "李明",
        "2026年3月5日",
        b"png",
    )
    assert (unit.text, unit.name) == ("情况属实。", "吴某")
    assert (head.text, head.name) == ("同意。", "陈某")


def test_short_answers_stand_in_pairs() -> None:
    made = start_form()
    assert isinstance(made.blocks[0], Fields)
    assert [len(row) for row in made.blocks[0].rows][:3] == [2, 4, 2]


def test_an_interview_prints_what_was_said_then_the_signatures_then_the_photos() -> None:
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"})
    kinds = [type(block) for block in made.blocks]
    assert kinds == [Fields, Paragraph, Dialogue, Fields, Paragraph, SignOff, Paragraph, Images]
    dialogue = next(block for block in made.blocks if isinstance(block, Dialogue))
    assert [(turn.role, turn.text) for turn in dialogue.turns][:2] == [
        ("问", "请介绍一下您的姓名。"),
        ("答", "我叫孙某。"),
    ]
    images = next(block for block in made.blocks if isinstance(block, Images))
    assert images.items[0].caption == "照片1（2026年3月5日15时00分）"
    assert [slot.label for slot in signatures(made)] == [
        "被询问人签名或者盖章",
        "询问人签名",
        "询问人（记录人）签名",
        "翻译、监护人或陪同人员签名",
    ]
    assert rows(made)["照片"] == "1张（附后）"
    assert rows(made)["拒绝情况"] == "未拒绝"


def test_a_refusal_to_sign_names_its_witness_and_drops_the_confirmation() -> None:
    signed = {"party": Signed("孙某", NOW, "refused", None, "不认可", "周某")}
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"}, signatures=signed)
    assert signatures(made)[0].note == "孙某于2026年3月5日15时00分拒绝签名或者盖章，理由：不认可；见证人：周某。"
    assert XG.record("interview").closing_text not in [b.text for b in made.blocks if isinstance(b, Paragraph)]


def test_withdrawn_photos_leave_the_paper_and_missing_ones_are_told() -> None:
    made = paper("interview", stories.INTERVIEW, withdrawn="7")
    assert not any(isinstance(block, Images) for block in made.blocks)
    with pytest.raises(Missing) as missing:
        paper("interview", stories.INTERVIEW)
    assert missing.value.code == "evidence.missing"


def test_a_waived_recording_prints_its_reason() -> None:
    plan = {**stories.RETAINED, "retained_recording": stories.NOT_SUITABLE}
    assert rows(paper("delivery", plan))["留置送达音像记录"] == "未录音录像，理由：现场不适宜录像"


def test_a_paper_is_printed_with_its_small_print() -> None:
    plan = {
        **stories.INSPECTION,
        "recording": (Attach("9", "recording", seconds=900.0), Done()),
        "shots": (Choose("scene"), Done()),
    }
    made = paper("inspection", plan, notices=["本件共两份"], draft_mark=True)
    assert made.blocks[-1] == Notice("本件共两份")
    assert made.draft and made.qr_text == "0" * 64
    assert made.footer_note == f"按《西岗区财政局行政执法全过程记录实施办法》制作（规则{XG.version}版）"
    assert render_docx(made).startswith(b"PK")


def test_beginning_and_end_are_one_period_at_the_head() -> None:
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"})
    assert isinstance(made.blocks[0], Fields)
    assert made.blocks[0].rows[0] == ("询问时间", "2026年3月5日14时00分至15时00分")
    assert "询问结束时间" not in rows(made)


def test_each_officer_stands_on_a_line() -> None:
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"})
    assert rows(made)["询问人"] == "李明（执法证号：辽B-001）\n王芳（执法证号：辽B-002）"


def test_the_case_is_named_on_papers_of_the_file_and_not_on_those_that_go_out() -> None:
    draft, facts = Draft("xigang-finance@1", "interview", 1), facts_with(**CASE, number="西财执〔2026〕12号")
    whole: dict[str, Any] = {"agency_name": "某局", "number": None, "made_at": NOW, "record_hash": "0" * 64}
    kept, sent = (compose(XG, XG.record(each), draft, facts, **whole) for each in ("interview", "decision"))
    assert (kept.case_number, sent.case_number) == ("西财执〔2026〕12号", None)


@pytest.mark.parametrize("form", ["decision", "seizure", "evidence_request", "acceptance_decision", "transfer"])
def test_a_paper_that_goes_out_bears_the_seal_and_keeps_its_approval_apart(form: str) -> None:
    whole: dict[str, Any] = {"agency_name": "某局", "number": None, "made_at": NOW, "record_hash": "0" * 64}
    made = compose(XG, XG.record(form), Draft("xigang-finance@1", form, 1), facts_with(**CASE), **whole)
    kinds = [type(block) for block in made.blocks]
    assert Seal("某局") in made.blocks
    assert not any("印章" in slot.label for slot in signatures(made))
    approved = [n for n, kind in enumerate(kinds) if kind is Opinion]
    if approved:
        assert kinds.index(SignOff) < kinds.index(Annex) < approved[0]


def test_the_date_of_the_decision_stands_under_the_seal() -> None:
    given = Given("2026-03-09", "answered", 1, "1", NOW)
    draft = Draft("xigang-finance@1", "decision", 1, {"decided_on": given})
    whole: dict[str, Any] = {"agency_name": "某局", "number": None, "made_at": NOW, "record_hash": "0" * 64}
    made = compose(XG, XG.record("decision"), draft, facts_with(**CASE), **whole)
    assert Seal("某局", "2026年3月9日") in made.blocks


def test_a_group_without_a_single_answer_is_struck_through() -> None:
    skipped = Given(None, "skipped", 1, "1", NOW)
    group = next(each for each in XG.record("decision").questions if each.group)
    questions = tuple(
        each.model_copy(update={"when": None}) for each in XG.record("decision").questions if each.group == group.group
    )
    record = XG.record("decision").model_copy(update={"questions": questions})
    draft = Draft("xigang-finance@1", "decision", 1, {each.id: skipped for each in questions})
    whole: dict[str, Any] = {"agency_name": "某局", "number": None, "made_at": NOW, "record_hash": "0" * 64}
    made = compose(XG, record, draft, facts_with(**CASE), **whole)
    assert rows(made)[str(group.group)] == "／"
