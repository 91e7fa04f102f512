"""What a demonstration begins with: two agencies under two regulations, with invented people."""

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
            Entry("蒋雨桐", ("supervisor",), "", "部长", "资金筹集部"),
            Entry("邵明华", ("archivist",), "", "档案管理员", "综合管理部"),
        ),
    ),
)


async def seed(work: Work) -> None:
    """Make an empty database a demonstration: its clock, agencies and people."""
    work.session.add(DemoClock(id=1))
    for each in _AGENCIES:
        agency = await add_agency(work, code=each.code, name=each.name, pack=each.pack, numbering=each.numbering)
        await import_officers(work, agency, each.people)
