"""A report's tables, the same for workbook and paper. Papers are Chinese in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.i18n import DEFAULT_LANGUAGE, translator
from bot.reports.gathering import Report, basis_of, by_article
from bot.shelf import Shelf
from bot.use_cases.figures import Counts, Figures
from bot.use_cases.periods import period
from bot.views.moments import day, end
from bot.views.periods import period_name

WHOLE = "全机关"
NO_UNIT = "未分部门"
STATES = ("按时", "逾期完成", "逾期未完成")
HIDDEN = "本机关设定统计报表不列出每名执法人员。"
_TITLES = {"week": "执法全过程记录周报", "month": "执法全过程记录月报"}
_TITLE = "执法全过程记录统计报表"


@dataclass(frozen=True)
class Share:
    """A part of a whole, 0 to 1; None where there is no whole."""

    value: float | None


Cell = str | int | Share


@dataclass(frozen=True)
class Table:
    """`name`: of the sheet. `printed`: the columns the paper has room for. `note`: instead of rows."""

    name: str
    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    printed: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True)
class Spoken:
    """The report in words: its title, the days it covers, those before, and as of when."""

    title: str
    days: str
    before: str
    at: str


def spoken(report: Report) -> Spoken:
    t = translator(DEFAULT_LANGUAGE)

    def days(text: str) -> str:
        named = period(text)
        return f"{period_name(t, text)}（{day(t, named.first)}至{day(t, named.last)}）"

    return Spoken(_TITLES.get(report.kind, _TITLE), days(report.text), days(report.before_text), end(t, report.at))


def tables(report: Report, shelf: Shelf) -> tuple[Table, ...]:
    """汇总, 部门, 人员, 期限按条, 音像移交, 问题."""
    return (
        _summary(report),
        _people("部门", "各部门情况", report, lambda each: each.units),
        _people("人员", "各执法人员情况", report, lambda each: each.officers),
        _articles(report, shelf),
        _handovers(report),
        _faults(report, shelf),
    )


def _summary(report: Report) -> Table:
    now, before = report.now.whole, report.before.whole
    counted: tuple[tuple[str, Callable[[Figures], int]], ...] = (
        ("新立案件", lambda each: each.cases_opened),
        ("归档案件", lambda each: each.cases_archived),
        ("封存文书", lambda each: each.records_sealed),
        ("审核、审批退回", lambda each: each.records_returned),
        ("偏离规定步骤（已说明理由）", lambda each: each.departures),
        ("期限：按时完成", lambda each: each.terms_in_time),
        ("期限：逾期完成", lambda each: each.terms_late),
        ("期限：逾期未完成", lambda each: each.terms_overdue),
        ("期限：以前逾期、期末仍未完成", lambda each: each.terms_left),
        ("音像记录：按时移交", lambda each: each.handed_over.get("in_time", 0)),
        ("音像记录：逾期移交", lambda each: each.handed_over.get("late", 0)),
        ("音像记录：逾期未移交", lambda each: each.handed_over.get("overdue", 0)),
        ("监督检查发现的问题", lambda each: sum(each.faults.values())),
    )
    rows: list[tuple[Cell, ...]] = [(name, of(now), of(before), of(now) - of(before)) for name, of in counted]
    rows.append(("期限按时率", *_shares(now.timeliness, before.timeliness)))
    rows.append(("音像记录按时移交率", *_shares(now.handover_timeliness, before.handover_timeliness)))
    return Table("汇总", "总体情况", ("指标", "本期", "上期", "增减"), tuple(rows), (0, 1, 2, 3))


def _shares(now: float | None, before: float | None) -> tuple[Share, Share, Share]:
    change = now - before if now is not None and before is not None else None
    return Share(now), Share(before), Share(change)


def _people(name: str, heading: str, report: Report, of: Callable[..., dict[str, Figures]]) -> Table:
    now, before = of(report.now), of(report.before)
    heads = (
        name, *STATES, "以前逾期未完成", "按时率", "上期按时率", "增减", "音像按时移交率", "新立案件", "归档",
        "封存文书", "退回", "偏离", "问题",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for each in _names(now, before):
        mine, former = now.get(each, Figures()), before.get(each, Figures())
        rows.append(
            (
                each or NO_UNIT, mine.terms_in_time, mine.terms_late, mine.terms_overdue, mine.terms_left,
                *_shares(mine.timeliness, former.timeliness), Share(mine.handover_timeliness), mine.cases_opened,
                mine.cases_archived, mine.records_sealed, mine.records_returned, mine.departures,
                sum(mine.faults.values()),
            )
        )  # fmt: skip
    hidden = HIDDEN if name == "人员" and not report.now.per_officer else ""
    return Table(name, heading, heads, tuple(rows), (0, 1, 2, 3, 5, 6, 12, 13, 14), hidden)


def _names(*several: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(name for names in several for name in names)


def _articles(report: Report, shelf: Shelf) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in by_article(shelf, translator(DEFAULT_LANGUAGE), report):
        now, before = _missed(each.now), _missed(each.before)
        counts = tuple(each.now.get(state, 0) for state in ("in_time", "late", "overdue"))
        share = Share(counts[0] / sum(counts) if sum(counts) else None)
        rows.append((each.article, each.title, *counts, share, now, before, now - before))
    heads = ("条文", "期限", *STATES, "按时率", "本期逾期", "上期逾期", "增减")
    return Table("期限按条", "期限遵守情况（按条文）", heads, tuple(rows), (0, 1, 2, 3, 4, 5, 7, 8))


def _missed(counts: Counts) -> int:
    return counts.get("late", 0) + counts.get("overdue", 0)


def _handovers(report: Report) -> Table:
    rows: list[tuple[Cell, ...]] = []
    both = ((WHOLE, report.now.whole, report.before.whole), *_by_unit(report))
    for name, now, before in both:
        if now.handed_over or before.handed_over:
            counts = (now.handed_over.get(state, 0) for state in ("in_time", "late", "overdue"))
            rows.append((name, *counts, *_shares(now.handover_timeliness, before.handover_timeliness)))
    heads = ("部门", "按时移交", "逾期移交", "逾期未移交", "按时率", "上期按时率", "增减")
    return Table("音像移交", "音像记录移交情况", heads, tuple(rows), (0, 1, 2, 3, 4, 5, 6))


def _by_unit(report: Report) -> Iterator[tuple[str, Figures, Figures]]:
    for name in _names(report.now.units, report.before.units):
        now, before = report.now.units.get(name), report.before.units.get(name)
        yield name or NO_UNIT, now or Figures(), before or Figures()


def _faults(report: Report, shelf: Shelf) -> Table:
    now, before = report.now.whole.faults, report.before.whole.faults
    basis = basis_of(shelf, translator(DEFAULT_LANGUAGE), report.pack, report.fault_basis)
    kinds = dict.fromkeys((*report.fault_kinds, *now, *before))
    rows = tuple(
        (basis, report.fault_kinds.get(kind, kind), now.get(kind, 0), before.get(kind, 0),
         now.get(kind, 0) - before.get(kind, 0))
        for kind in kinds
    )  # fmt: skip
    return Table("问题", "监督检查发现的问题", ("依据", "问题种类", "本期", "上期", "增减"), rows, (0, 1, 2, 3, 4))
