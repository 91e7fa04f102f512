"""Delivery's branches, the closing, access and loans: what each record reports and insists on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dialogs import engine
from dialogs.packs.schema import Pack
from dialogs.values import Attach, Choose, Done, Unknown
from tests.packs.playing import NOW, facts_with, play
from tests.packs.whole import whole_pack

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


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return whole_pack(tmp_path_factory.mktemp("packs"))


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
