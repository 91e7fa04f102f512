"""A report as a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.reports.gathering import Report
from bot.views.report_tables import Cell, Share, Spoken, Table
from dialogs.engine import record_hash
from dialogs.papers.blocks import Block, Fields, Images, Notice, Paper, Paragraph, Picture
from dialogs.papers.blocks import Table as Listed

_NUMERALS = "一二三四五六七八九"
_WIDE = {"指标": 9.0, "问题种类": 10.0, "期限": 5.0, "条文": 4.5, "依据": 4.0, "部门": 4.5, "人员": 3.5}
_FOLDED = {
    "逾期完成": "逾期\n完成", "逾期未完成": "逾期\n未完成", "上期按时率": "上期\n按时率", "按时移交": "按时\n移交",
    "逾期移交": "逾期\n移交", "逾期未移交": "逾期\n未移交", "上期逾期": "上期\n逾期",
}  # fmt: skip
_NOTE = (
    "按时率为按时完成的期限占本期应当完成期限的比例。期限在本期内完成的，按完成时间计入；在本期内到期、期末仍未完成的，"
    "计为逾期未完成。期限计入到期或者完成时承办案件的人员；案件改派的，改派前的计入原承办人员。"
    "被新的期限取代的不计。上期按上期期末的情况统计。"
)


def report_paper(report: Report, said: Spoken, tables: Sequence[Table], chart: bytes) -> Paper:
    """The whole report; equal figures give an equal hash."""
    digest = record_hash({"report": _without_floats(report.to_json())})
    return Paper(
        agency=report.agency,
        title=said.title,
        number=None,
        blocks=tuple(_blocks(report, said, tables, chart)),
        record_hash=digest,
        qr_text=digest,
        made_at=report.at,
        footer_note=f"{said.title}　{said.days}",
    )


def _blocks(report: Report, said: Spoken, tables: Sequence[Table], chart: bytes) -> Iterator[Block]:
    yield Fields((("本期", said.days), ("上期", said.before), ("统计截至", said.at)))
    for number, table in enumerate(tables):
        yield Paragraph("", heading=f"{_NUMERALS[number]}、{table.heading}")
        yield from _table(table)
    yield Paragraph("", heading=f"{_NUMERALS[len(tables)]}、图示")
    yield Images((Picture(chart, f"{said.title}　{said.days}"),), wide=True)
    yield Notice(_NOTE)


def _table(table: Table) -> Iterator[Block]:
    if table.note or not table.rows:
        yield Paragraph(table.note or "本期和上期均无。")
        return
    heads = tuple(_FOLDED.get(table.heads[each], table.heads[each]) for each in table.printed)
    rows = tuple(tuple(_text(row[each], table.heads[each]) for each in table.printed) for row in table.rows)
    named = tuple(n for n, head in enumerate(heads) if head in _WIDE)
    yield Listed(heads, rows, tuple(_WIDE.get(head, 2.4) for head in heads), named)


def _text(value: Cell, head: str) -> str:
    changed = head == "增减"
    if isinstance(value, Share):
        if value.value is None:
            return "—"
        return f"{value.value * 100:+.1f}" if changed else f"{value.value:.1%}"
    if isinstance(value, int):
        return f"{value:+d}" if changed and value else str(value)
    return value


def _without_floats(value: object) -> object:
    """RFC 8785 has one way to write whole numbers and texts; everything a report holds is one of them."""
    if isinstance(value, float):
        return f"{value:.6f}"
    if isinstance(value, dict):
        return {name: _without_floats(each) for name, each in value.items()}
    return [_without_floats(each) for each in value] if isinstance(value, list) else value
