"""What the people of 西岗区财政局 do and say in the stories."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from tests.support.filling import choose_form, fill
from tests.support.house import Chat, House

AGENCY = "西岗区财政局"
OPENING = {
    "哪一类执法": "tap:行政处罚",
    "哪两名": ["tap:林晓舟（XG", "tap:宋一鸣（XG", "tap:就这些"],
    "案件从哪里来": "tap:依职权",
    "个人还是单位": "tap:单位",
    "单位全称": "大连海晏商贸有限公司",
    "统一社会信用代码": "91210203MA0AAAAA1K",
    "法定代表人": "周海平，经理",
    "联系电话": "13812345678",
    "住址": "大连市西岗区黄河路1号",
    "案由": "涉嫌未按规定设置会计账簿",
    "基本案情": "日常检查发现该公司账簿缺失。",
    "为什么启动": "涉嫌违法，需要调查。",
    "来不及先": "tap:是",
    "为什么情况紧急": "账簿有被销毁的危险。",
}
START = {
    "法定代表人": "周海平，经理",
    "重大行政执法行为吗": "tap:否",
    "容易引起争议": "tap:否",
    "承办人的意见": "建议立案调查。",
}
INTERVIEW = {
    "在哪里询问": "大连市西岗区黄河路1号会议室",
    "出示执法证件了吗": "tap:是",
    "与本案是什么关系": "tap:当事人的法定代表人",
    "被询问人姓名": "周海平",
    "出示的是什么证件": "tap:居民身份证",
    "身份证号码？": "210203199003074516",
    "联系电话？": "13812345678",
    "住址？": "大连市西岗区黄河路1号",
    "陪同人员在场吗": "tap:否",
    "告知被询问人哪些权利": [
        "tap:陈述",
        "tap:申辩",
        "tap:申请回避",
        "tap:听证",
        "tap:申请复议",
        "tap:提起诉讼",
        "tap:就这些",
    ],
    "用什么方式告知": "tap:口头告知",
    "申请回避吗": "tap:否",
    "拒绝接受询问": "tap:未拒绝",
    "逐句记录": ["问：公司的账簿在哪里？\n答：会计拿走了，我不清楚。", "tap:就这些"],
}
INSPECTION = {
    "在哪里检查": "大连市西岗区黄河路1号",
    "出示执法证件了吗": "tap:是",
    "代表在场吗": "tap:是",
    "在场人姓名": "周海平",
    "陪同人员在场吗": "tap:否",
    "告知被检查人哪些权利": ["tap:陈述", "tap:申辩", "tap:申请回避", "tap:就这些"],
    "申请回避吗": "tap:否",
    "拒绝接受检查": "tap:未拒绝",
    "检查经过": "查看财务室，未见会计账簿。",
    "涉嫌违法的问题": "tap:是",
    "发现了什么问题": "未设置会计账簿。",
}


async def open_case(house: House, officer: Chat, **changes: str | list[str]) -> None:
    await officer.send("/new")
    await fill(officer, OPENING | changes)
    await officer.tap("确认并定稿")


async def begin(officer: Chat, form: str) -> None:
    """Open the newest case and begin a record in it."""
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("制作文书")
    await choose_form(officer, form)


async def sign_on_screen(house: House, officer: Chat, label: str, name: str | None = None) -> None:
    """Draw a signature on the page behind the button. `name`: of a signer the record does not name."""
    from bot.signing_port import Signing

    await officer.tap(f"{label}签名")
    if name is not None:
        await officer.send(name)
    message = (await house.messages(officer.id))[-1]
    url = message["reply_markup"]["inline_keyboard"][0][0]["url"]
    signing = Signing(house.app.database, house.app.make_work, house.app.wake)
    assert await signing.submit(url.rsplit("/", 1)[-1], drawn_signature()) is None
    await house.settle()


def drawn_signature() -> bytes:
    image = Image.new("RGBA", (600, 240), (255, 255, 255, 0))
    strokes = [(50, 120), (120, 40), (200, 200), (300, 60), (420, 180), (550, 90)]
    ImageDraw.Draw(image).line(strokes, fill=(0, 0, 0, 255), width=6)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def photo(colour: str = "steelblue") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(file, "JPEG")
    return file.getvalue()
