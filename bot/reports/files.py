"""A report in all its forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.reports.chart import render_chart
from bot.reports.gathering import Report
from bot.reports.paper import report_paper
from bot.reports.workbook import render_xlsx
from bot.shelf import Shelf
from bot.views.report_tables import spoken, tables
from dialogs.papers.typst_pdf import render_pdf

FORMS = ("chart", "xlsx", "pdf")


def render(
    report: Report, shelf: Shelf, forms: tuple[str, ...] = FORMS, progress: Callable[[float], None] = lambda done: None
) -> Mapping[str, bytes]:
    """The files asked for. Takes seconds: run it in a worker. Raises what rendering a paper raises."""
    said, shown = spoken(report), tables(report, shelf)
    made: dict[str, bytes] = {}
    if {"chart", "pdf"} & set(forms):
        made["chart"] = render_chart(report, said, next(each for each in shown if each.name == "期限按条"))
        progress(0.4)
    if "xlsx" in forms:
        made["xlsx"] = render_xlsx(report, said, shown)
        progress(0.6)
    if "pdf" in forms:
        made["pdf"] = render_pdf(report_paper(report, said, shown, made["chart"]))
    return {form: made[form] for form in forms}
