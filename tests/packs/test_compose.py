"""A record becomes a paper: rows, groups, dialogue, photos, opinions, signatures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogs.packs.loader import load_pack
from dialogs.papers.blocks import Dialogue, Fields, Images, Notice, Opinion, Paper, Paragraph, SignOff
from dialogs.papers.compose import Decided, Signed, compose
from dialogs.papers.docx_file import render_docx
from dialogs.values import Attach, Choose, Done
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
    assert [len(row) for row in made.blocks[0].rows][:2] == [4, 2]


def test_an_interview_prints_what_was_said_then_the_photos_then_the_signatures() -> None:
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"})
    kinds = [type(block) for block in made.blocks]
    assert kinds == [Fields, Paragraph, Dialogue, Fields, Images, Paragraph, SignOff]
    dialogue = next(block for block in made.blocks if isinstance(block, Dialogue))
    assert [(turn.role, turn.text) for turn in dialogue.turns][:2] == [
        ("问", "请介绍一下您的姓名。"),
        ("答", "我叫孙某。"),
    ]
    images = next(block for block in made.blocks if isinstance(block, Images))
    assert images.items[0].caption == "照片1（2026年3月5日15时00分）"
    sign_off = made.blocks[-1]
    assert isinstance(sign_off, SignOff)
    assert [slot.label for slot in sign_off.slots] == [
        "被询问人",
        "询问人",
        "询问人（记录人）",
        "翻译、监护人或陪同人员",
    ]
    assert rows(made)["拒绝情况"] == "未拒绝"


def test_a_refusal_to_sign_names_its_witness_and_drops_the_confirmation() -> None:
    signed = {"party": Signed("孙某", NOW, "refused", None, "不认可", "周某")}
    made = paper("interview", stories.INTERVIEW, pictures={"7": b"photo"}, signatures=signed)
    sign_off = made.blocks[-1]
    assert isinstance(sign_off, SignOff)
    assert sign_off.slots[0].note == "孙某于2026年3月5日15时00分拒绝签名或者盖章，理由：不认可；见证人：周某。"
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
    assert made.footer_note == f"依据：西岗区财政局行政执法全过程记录实施办法（规则包 xigang-finance {XG.version}）"
    assert render_docx(made).startswith(b"PK")
