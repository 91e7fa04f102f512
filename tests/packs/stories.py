"""Answers of whole records, shared by tests of both regulations."""

from __future__ import annotations

from typing import Any

from dialogs.values import Attach, Choose, Done, Skip, Unknown

OPENING: dict[str, Any] = {
    "kind_of_act": "penalty",
    "source": "complaint",
    "complaint_content": "职工反映单位账目不清，2026年3月4日受理。",
    "complaint_named": "yes",
    "complainant": "赵某，13800000000",
    "party_kind": "organisation",
    "organisation_name": "大连某某有限公司",
    "organisation_code": Unknown("现场未能提供营业执照"),
    "legal_representative": "孙某，经理",
    "party_phone": "0411-83631234",
    "party_address": "大连市西岗区某路1号",
    "matter": "涉嫌未按规定设置会计账簿",
    "brief_facts": "接到举报后查看，该单位两套账目并存。",
    "start_reason": "涉嫌违法，需要立案查清。",
    "officers": (Choose("1"), Choose("2"), Done()),
    "urgent": "yes",
    "urgency_reason": "账簿可能被转移。",
}

START: dict[str, Any] = {
    "major": "yes",
    "major_reason": "拟处较大数额罚款。",
    "handler_opinion": "建议立案调查。",
    "party_number": Unknown("未能提供"),
}

RIGHTS = (Choose("statement"), Choose("defence"), Choose("recusal"))
ALL_RIGHTS = (*RIGHTS, Choose("hearing"), Choose("reconsideration"), Choose("litigation"), Done())

INTERVIEW: dict[str, Any] = {
    "started_at": "2026-03-05 14:00",
    "recorder": (Choose("2"), Done()),
    "certificates_shown": "yes",
    "subject_role": "representative",
    "subject_name": "孙某",
    "subject_document": "none",
    "subject_no_document": "未携带证件",
    "subject_phone": "13900000000",
    "subject_address": Unknown("不愿提供"),
    "assistance_needed": "yes",
    "assistance_kinds": (Choose("interpreter"), Done()),
    "assistance_people": "周某，手语翻译",
    "rights_told": ALL_RIGHTS,
    "rights_way": "oral",
    "recusal_asked": "no",
    "refused": "none",
    "dialogue": "问：请介绍一下您的姓名。\n答：我叫孙某。\n问：账簿在哪里？\n答：在会计室。",
    "photos": (Attach("7", "photo"), Done()),
    "recording": (Attach("8", "recording", seconds=600.0), Done()),
}

INSPECTION: dict[str, Any] = {
    "started_at": "2026-03-05 10:00",
    "certificates_shown": "yes",
    "present": "yes",
    "present_name": "孙某",
    "assistance_needed": "no",
    "rights_told": (*RIGHTS, Done()),
    "recusal_asked": "no",
    "refused": "none",
    "findings": "会计室内有两套账簿。",
    "violation": "yes",
    "violation_detail": "账簿记载不一致。",
    "party_number": Unknown("未能提供"),
}

RETAINED: dict[str, Any] = {
    "document": "correction_order",
    "document_number": "〔2026〕1号",
    "way": "retained",
    "retained_reason": "受送达人拒绝接收。",
    "retained_at": "home",
    "retained_witness": "吴某",
    "witness_identity": "某社区工作人员，13900000001",
    "delivered_at": "2026-03-05 14:30",
}

NOT_SUITABLE = Skip("现场不适宜录像")
