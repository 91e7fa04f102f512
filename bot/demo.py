"""What a demonstration begins with: agencies, each under its own regulation, with invented people."""

from __future__ import annotations

from dataclasses import dataclass

from bot.use_cases.admin import Entry, add_agency, import_officers
from bot.work import Work
from models.tables import DemoClock


@dataclass(frozen=True)
class _Agency:
    code: str
    name: str
    pack: str
    numbering: dict[str, str]
    people: tuple[Entry, ...]


_AGENCIES = (
    _Agency(
        code="xigang-finance",
        name="西岗区财政局",
        pack="xigang-finance",
        numbering={
            "case": "西财案〔{year}〕{n}号",
            "case_start": "西财立〔{year}〕{n}号",
            "default": "西财执〔{year}〕{n}号",
        },
        people=(
            Entry("林晓舟", ("officer",), "XG210203001", "科员", "财政监督科"),
            Entry("宋一鸣", ("officer",), "XG210203002", "科员", "财政监督科"),
            Entry("江亦云", ("reviewer",), "", "科长", "财政监督科"),
            Entry("郭建平", ("approver",), "", "副局长", "局领导"),
            Entry("陆知行", ("legal_reviewer",), "", "法规专员", "法规科"),
            Entry("高振远", ("head",), "", "局长", "局领导"),
            Entry("沈若兰", ("supervisor",), "", "科长", "法规科"),
            Entry("罗文静", ("archivist",), "", "档案员", "办公室"),
        ),
    ),
    _Agency(
        code="liaoyang-housing-fund",
        name="辽阳市住房公积金管理中心",
        pack="liaoyang-housing-fund",
        numbering={
            "case": "辽公积金案〔{year}〕{n}号",
            "case_start": "辽公积金立〔{year}〕{n}号",
            "default": "辽公积金执〔{year}〕{n}号",
        },
        people=(
            Entry("何庆云", ("officer",), "LY211002001", "执法专员", "执法科"),
            Entry("杜思远", ("officer",), "LY211002002", "执法专员", "执法科"),
            Entry("秦若海", ("reviewer",), "", "副科长", "执法科"),
            Entry("冯立新", ("approver",), "", "科长", "执法科"),
            Entry("谭书敏", ("legal_reviewer",), "", "法规专员", "法制稽核部"),
            Entry("贺长青", ("head",), "", "主任", "中心领导"),
            Entry("蒋雨桐", ("supervisor",), "", "部长", "资金筹集部"),
            Entry("邵明华", ("archivist",), "", "档案管理员", "综合管理部"),
        ),
    ),
    _Agency(
        code="xinglongtai-housing-construction",
        name="兴隆台区住房和城乡建设局",
        pack="xinglongtai-housing-construction",
        numbering={
            "case": "兴住建案〔{year}〕{n}号",
            "case_start": "兴住建立〔{year}〕{n}号",
            "inspection_start": "兴住建检〔{year}〕{n}号",
            "correction_order": "兴住建改〔{year}〕{n}号",
            "default": "兴住建执〔{year}〕{n}号",
        },
        people=(
            Entry("赵启航", ("officer",), "PJ211103001", "科员", "建设管理股"),
            Entry("孟凡星", ("officer",), "PJ211103002", "科员", "建设管理股"),
            Entry("石海峰", ("reviewer",), "", "股长", "建设管理股"),
            Entry("韩雪梅", ("legal_reviewer",), "", "股长", "法制股"),
            Entry("唐国栋", ("approver",), "", "副局长", "局领导"),
            Entry("严正平", ("head",), "", "局长", "局领导"),
            Entry("白雅静", ("supervisor",), "", "主任", "办公室"),
            Entry("叶知秋", ("archivist",), "", "档案员", "办公室"),
        ),
    ),
    _Agency(
        code="fushun-human-resources",
        name="抚顺市人力资源和社会保障局",
        pack="fushun-human-resources",
        numbering={
            "case": "抚人社案〔{year}〕{n}号",
            "case_start": "抚人社启〔{year}〕{n}号",
            "decision": "抚人社罚〔{year}〕{n}号",
            "default": "抚人社执〔{year}〕{n}号",
        },
        people=(
            Entry("程远航", ("officer",), "FS210402001", "监察员", "劳动保障监察科"),
            Entry("崔晓岚", ("officer",), "FS210402002", "监察员", "劳动保障监察科"),
            Entry("夏明哲", ("reviewer",), "", "科长", "劳动保障监察科"),
            Entry("方静宜", ("legal_reviewer",), "", "科长", "政策法规科"),
            Entry("龙海生", ("approver",), "", "副局长", "局领导"),
            Entry("武建华", ("head",), "", "局长", "局领导"),
            Entry("易安然", ("supervisor",), "", "主任", "办公室"),
            Entry("康乐平", ("archivist",), "", "档案员", "办公室"),
        ),
    ),
    _Agency(
        code="liaoning-disabled-persons",
        name="辽宁省残疾人联合会",
        pack="liaoning-disabled-persons",
        numbering={
            "case": "辽残联案〔{year}〕{n}号",
            "on_spot_decision": "辽残联当罚〔{year}〕{n}号",
            "licence_decision": "辽残联许〔{year}〕{n}号",
            "default": "辽残联执〔{year}〕{n}号",
        },
        people=(
            Entry("安子轩", ("officer",), "LN210001001", "主任科员", "就业部"),
            Entry("乔雨桐", ("officer",), "LN210001002", "科员", "就业部"),
            Entry("黎正则", ("reviewer",), "", "处长", "就业部"),
            Entry("温书瑶", ("legal_reviewer",), "", "法规专员", "维权部"),
            Entry("姜文博", ("approver",), "", "副理事长", "领导班子"),
            Entry("万青山", ("head",), "", "理事长", "领导班子"),
            Entry("顾念慈", ("supervisor",), "", "主任", "办公室"),
            Entry("裴晓光", ("archivist",), "", "档案员", "办公室"),
        ),
    ),
)


# The demonstration's clock is moved at will, by day and night: its reminders come at once.
_ANY_HOUR = {"from": "00:00", "until": "00:00"}


async def seed(work: Work) -> None:
    """Make an empty database a demonstration: its clock, agencies and people."""
    work.session.add(DemoClock(id=1))
    for each in _AGENCIES:
        agency = await add_agency(work, code=each.code, name=each.name, pack=each.pack, numbering=each.numbering)
        agency.duty = _ANY_HOUR
        await import_officers(work, agency, each.people)
