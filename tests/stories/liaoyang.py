"""What the people of 辽阳市住房公积金管理中心 do and say in the stories."""

from __future__ import annotations

from tests.support.filling import choose_form, fill
from tests.support.house import Chat

AGENCY = "辽阳市住房公积金管理中心"
OPENING = {
    "哪一类执法": "tap:行政处罚",
    "哪两名": ["tap:何庆云（LY", "tap:杜思远（LY", "tap:就这些"],
    "案件从哪里来": "tap:依职权",
    "个人还是单位": "tap:单位",
    "单位全称": "辽阳恒远机械有限公司",
    "统一社会信用代码": "91210203MA0AAAAA1K",
    "法定代表人": "孙丽华，经理",
    "联系电话": "13812345678",
    "住址": "辽阳市白塔区中华大街8号",
    "案由": "涉嫌未按规定缴存住房公积金",
    "基本案情": "该公司自2025年6月起未为职工缴存住房公积金。",
    "为什么启动": "职工权益受损，需要调查。",
    "来不及先": "tap:是",
    "为什么情况紧急": "公司正在注销登记。",
}
START = {
    "执法人员的意见": "建议启动调查。",
    "重大行政执法行为吗": "tap:否",
}
HANDOVER = {
    "移交了哪些": "询问录音，2026年摄录。",
    "移交到哪里保存": "tap:光盘",
    "光盘的编号": "G2026-01",
    "由谁接收": "邵明华",
    "自己还留有": "tap:否",
}
END = {"因为什么终结": "tap:批准结案"}
ARCHIVE = {
    "卷名和卷号": "辽阳恒远机械有限公司案，第1卷",
    "保存多长时间": "三十年",
    "用什么方式保存": ["tap:纸质", "tap:就这些"],
    "有哪些材料": ["tap:文字记录", "tap:音像记录", "tap:就这些"],
    "收集齐全": "tap:是",
    "交给谁保管": "邵明华",
}


async def open_case(officer: Chat, **changes: str | list[str]) -> None:
    await officer.send("/new")
    await fill(officer, OPENING | changes)
    await officer.tap("确认并定稿")


async def begin(officer: Chat, form: str) -> None:
    """Open the newest case and begin a record in it."""
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("制作文书")
    await choose_form(officer, form)
