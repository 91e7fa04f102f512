"""A list of things is typed line by line, put right, and signed for."""

from __future__ import annotations

from sqlmodel import col, select

from models.tables import Record
from tests.stories.xigang import begin, sign_on_screen
from tests.support.filling import fill
from tests.use_cases.conftest import Desk

LIST = {
    "在哪里登记": "大连市西岗区黄河路1号",
    "出示执法证件了吗": "tap:是",
    "提供人与本案": "tap:当事人",
    "提供人联系电话": "13812345678",
    "属于哪几类": ["tap:书证", "tap:就这些"],
    "还是复制件": "tap:都是原件",
    "由谁保管": "本局物证室，罗文静",
    "拒绝提供哪些": "tap:未拒绝",
    "名称、数量、特征和来源": [
        "记账凭证，3册，封面盖章，财务室\n总账，1本，蓝色硬皮，财务室\n光盘，1张，无标签，财务室",
        "tap:更正一行",
        "tap:2. 总账",
        "总账，2本，蓝色硬皮、缺角，财务室",
        "tap:更正一行",
        "tap:3. 光盘",
        "-",
        "tap:就这些",
    ],
}
NOTICE = {
    "在哪里告知": "大连市西岗区黄河路1号",
    "出示执法证件了吗": "tap:是",
    "告知了哪些权利": [
        "tap:陈述",
        "tap:申辩",
        "tap:申请回避",
        "tap:听证",
        "tap:申请复议",
        "tap:提起诉讼",
        "tap:就这些",
    ],
    "告知的具体内容": "三日内可以陈述、申辩。",
    "什么方式告知": "tap:当面交付",
    "行使哪些权利": ["tap:没有提出", "tap:就这些"],
}


async def _answers(desk: Desk, form: str) -> dict[str, str]:
    """The frozen lines of the record, by label."""
    async with desk.reading() as session:
        record = (await session.exec(select(Record).where(col(Record.form) == form))).one()
    assert record.content is not None
    return {line["label"]: line["text"] for line in record.content["answers"]}


async def test_rows_are_typed_put_right_and_removed(desk: Desk) -> None:
    await begin(desk.officer, "证据登记保存清单")
    await fill(desk.officer, LIST)
    await desk.officer.tap("确认并定稿")
    await desk.second.tap("确认并定稿")
    listed = (await _answers(desk, "evidence_list"))["证据清单"]
    assert listed == "1. 记账凭证，3册，封面盖章，财务室\n2. 总账，2本，蓝色硬皮、缺角，财务室"


async def test_a_row_without_its_source_is_refused_with_what_is_missing(desk: Desk) -> None:
    await begin(desk.officer, "证据登记保存清单")
    rows = "名称、数量、特征和来源"
    plan = {key: doings for key, doings in LIST.items() if key != rows}
    await fill(
        desk.officer, plan | {rows: ["记账凭证，3册，封面盖章", "记账凭证，3册，封面盖章，财务室", "tap:就这些"]}
    )
    said = "\n".join(await desk.officer.texts())
    assert "“记账凭证，3册，封面盖章”缺少：来源。每行请写：名称，数量，特征，来源" in said


async def test_a_witness_whom_the_record_does_not_name_is_asked_for(desk: Desk) -> None:
    await begin(desk.officer, "权利告知书")
    await fill(desk.officer, NOTICE)
    await desk.officer.tap("确认并定稿")
    await desk.second.tap("确认并定稿")
    await sign_on_screen(desk.house, desk.officer, "见证人", "王建国")
    assert "王建国" in "\n".join((await desk.officer.texts())[-3:])
