"""What the people of 兴隆台区住房和城乡建设局 do and say in the stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dialogs.zone import SHANGHAI
from tests.evidence.files import tone
from tests.stories.xigang import begin, photo, sign_on_screen
from tests.support.filling import fill
from tests.support.house import Chat, House

Answers = Mapping[str, str | Sequence[str]]

AGENCY = "兴隆台区住房和城乡建设局"
SITE = "盘锦市兴隆台区泰山路18号"
FILES = {
    "upload:recording": lambda: (tone(1.0, container="wav", codec="pcm_s16le"), "document", "检查录像.wav"),
    "upload:photo": lambda: (photo(), "photo", "照片.jpg"),
}
PARTY = {
    "哪两名": ["tap:赵启航（PJ", "tap:孟凡星（PJ", "tap:就这些"],
    "个人还是单位": "tap:单位",
    "单位全称": "盘锦辽河湾置业有限公司",
    "统一社会信用代码": "91210203MA0AAAAA1K",
    "法定代表人": "于海洋，总经理",
    "联系电话": "13812345678",
    "住址": SITE,
}
INSPECTION_OPENING = PARTY | {
    "哪一类执法": "tap:行政监督检查",
    "案件从哪里来": "tap:依职权",
    "案由": "在建工程质量安全检查",
    "基本案情": "辽河湾二期工地在建，列入巡查范围。",
    "为什么启动": "年度检查计划安排。",
}
PENALTY_OPENING = PARTY | {
    "哪一类执法": "tap:行政处罚",
    "案件从哪里来": "tap:其他部门移交",
    "哪个机关交办或移": "兴隆台区应急管理局，兴应急移〔2026〕3号",
    "什么问题": "2026年3月2日收到移交函，附现场照片6张。",
    "案由": "涉嫌未取得施工许可证擅自施工",
    "基本案情": "辽河湾三期未取得施工许可证，已施工至三层。",
    "为什么启动": "涉嫌违法，需要调查。",
}
START = {
    "为什么立案": "涉嫌未取得施工许可证擅自施工。",
    "重大行政执法行为吗": "tap:是",
    "为什么属于": "拟责令停止施工并处较大数额罚款。",
    "承办人的意见": "建议立案。",
}
INSPECTION = {
    "在哪里检查": SITE,
    "出示执法证件了吗": "tap:是",
    "代表在场吗": "tap:是",
    "在场人姓名": "于海洋",
    "陪同人员在场吗": "tap:否",
    "需要告知当事人": "tap:是",
    "告知了哪些权利": ["tap:陈述", "tap:申辩", "tap:申请回避", "tap:就这些"],
    "告知的内容": "对检查有权陈述、申辩，有权申请检查人员回避。",
    "用什么方式告知": "tap:口头告知",
    "申请回避吗": "tap:否",
    "拒绝接受检查": "tap:未拒绝",
    "检查经过": "查看三号楼脚手架，连墙件缺失，查阅了技术交底。",
    "当事人提供的资料": "tap:是",
    "哪些资料": ["安全技术交底，3份，未签字", "tap:就这些"],
    "质量安全问题了吗": "tap:是",
    "发现了什么问题": "三号楼脚手架连墙件缺失，存在安全隐患。",
    "检查全程的录像": ["upload:recording", "tap:就这些"],
}
START_OF_INSPECTION = {
    "哪一种检查": "tap:巡查",
    "检查的依据": "《建设工程安全生产管理条例》第四十三条",
    "检查从哪里来": "tap:年度检查计划",
    "哪些事项": "脚手架、临时用电、起重机械。",
    "怎样安排": "2026年3月，两名执法人员到辽河湾二期工地查看现场和资料。",
    "哪一类启动文件": "tap:年度检查计划",
    "名称和文号": "2026年度建设工程检查计划，兴住建发〔2026〕2号",
    "电子文件还是拍照": "tap:拍照",
    "逐页拍下": ["upload:photo", "tap:就这些"],
}
SUMMARY = {
    "结果汇总起来": "检查1个工地，发现安全隐患1处。",
    "质量安全问题了吗": "tap:是",
    "哪些问题": ["脚手架连墙件缺失，《建设工程安全生产管理条例》第六十四条，三号楼", "tap:就这些"],
    "怎样处理": ["tap:责令", "tap:就这些"],
    "处理的内容和理由": "责令五日内改正。",
    "处理的依据": "《建设工程安全生产管理条例》第六十四条",
    "告诉被检查人": "tap:当场",
}
ORDER = {
    "违法、违规行为或者质量安全问题": "三号楼脚手架连墙件缺失。",
    "违反了哪部": "《建设工程安全生产管理条例》第二十八条",
    "责令改正的依据": "《建设工程安全生产管理条例》第六十四条",
    "要求怎样改正": "补齐连墙件，经验收后使用。",
    "当场交给": "tap:是",
    "由谁签收": "于海洋",
}
CHECK = {
    "在哪里核查": SITE,
    "出示执法证件了吗": "tap:是",
    "哪一份责令改正文书": "责令改正通知书 兴住建改〔2026〕1号",
    "改正的情况": "tap:按期全部改正",
    "怎样核查的": "逐层查看，连墙件已补齐，验收记录齐全。",
    "接下来怎样处理": "tap:核查结束",
    "代表在场吗": "tap:是",
    "在场人姓名": "于海洋",
}
STORED = {
    "移交了哪些": "检查录像1段。",
    "哪一个专用存储器": "法制股专用存储器1号",
    "由谁接收": "叶知秋",
    "自己还留有": "tap:否",
}
END = {"因为什么终结": "tap:检查结果"}
ARCHIVE = {
    "卷名和卷号": "辽河湾二期监督检查，第1卷",
    "保存多长时间": "三十年",
    "用什么方式保存": ["tap:纸质", "tap:就这些"],
    "有哪些材料": ["tap:文字记录", "tap:音像记录", "tap:就这些"],
    "收集齐全": "tap:是",
    "交给谁保管": "叶知秋",
}


class Person(Chat):
    """A chat whose `upload:…` sends a file, so that a whole record can be answered from a table."""

    async def send(self, text: str) -> str:
        if text in FILES:
            data, kind, name = FILES[text]()
            return await self.upload(data, kind, name)
        return await super().send(text)


async def person(house: House, role: str, index: int = 0) -> Person:
    chat = await house.person(AGENCY, role, index)
    return Person(house, chat.id, chat.name)


async def open_case(officer: Person, opening: Answers) -> None:
    await officer.send("/new")
    await fill(officer, opening)
    await officer.tap("确认并定稿")


async def make(officer: Person, form: str, answers: Answers, *, second: Person | None = None) -> None:
    """Fill in a record of the newest case and fix its text, both officers confirming where `second` is named."""
    await begin(officer, form)
    await fill(officer, answers)
    await officer.tap("确认并定稿")
    if second is not None:
        await second.tap("确认并定稿")


async def sign(house: House, officer: Person, *labels: str) -> None:
    for label in labels:
        await sign_on_screen(house, officer, label)


def in_days(days: int) -> str:
    return (datetime.now(SHANGHAI) + timedelta(days=days)).strftime("%Y-%m-%d")
