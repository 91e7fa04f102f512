"""`zhilu report`: figures of a period, per unit and officer; on request as workbook, paper and chart."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import col, select

from bot.cli.console import Console
from bot.cli.opening import reading_of
from bot.settings import Settings
from models.errors import InvalidInput, Missing
from models.tables import Agency

if TYPE_CHECKING:
    from bot.reports.gathering import Report
    from bot.shelf import Shelf
    from bot.use_cases.figures import Figures


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t

    @app.command(
        "report", help=t("Figures of a period, per unit and officer: cases, records, deadlines, faults found.")
    )
    def report(
        period: Annotated[
            str, typer.Argument(help=t("2026, 2026-11, 2026-W47 or 2026-11-01..2026-11-15."), metavar="PERIOD")
        ],
        agency: Annotated[str, typer.Option(help=t("Code of one agency; all without it."))] = "",
        xlsx: Annotated[Path | None, typer.Option(help=t("Write the workbook here."))] = None,
        pdf: Annotated[Path | None, typer.Option(help=t("Write the paper here."))] = None,
        chart: Annotated[Path | None, typer.Option(help=t("Write the chart here, as PNG."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        shelf, found = asyncio.run(_reports(period, agency))
        wanted = {form: path for form, path in (("xlsx", xlsx), ("pdf", pdf), ("chart", chart)) if path is not None}
        if wanted:
            _write(found, shelf, wanted)
        if as_json:
            console.json({"period": period, "agencies": [_plain(each) for each in found]})
            return
        for each in found:
            _show(console, each)


async def _reports(text: str, code: str) -> "tuple[Shelf, list[Report]]":
    from bot.reports.gathering import gather

    async with reading_of(Settings()) as work:
        query = select(Agency).order_by(col(Agency.code))
        agencies = (await work.session.exec(query.where(col(Agency.code) == code) if code else query)).all()
        if not agencies:
            raise Missing("agency.unknown", agency=code[:64])
        return work.shelf, [await gather(work, each, text) for each in agencies]


def _write(found: "list[Report]", shelf: "Shelf", wanted: dict[str, Path]) -> None:
    from bot.reports.files import render

    if len(found) > 1:
        raise InvalidInput("report.one_agency")
    for form, data in render(found[0], shelf, tuple(wanted)).items():
        wanted[form].write_bytes(data)


def _plain(found: "Report") -> dict[str, Any]:
    """The figures, by the names commands have always given them."""
    return asdict(found.now) | {"before": asdict(found.before), "as_of": found.at.isoformat()}


def _show(console: Console, found: "Report") -> None:
    t = console.t
    console.say(found.agency)
    heads = (
        t("who"), t("cases opened"), t("archived"), t("records sealed"), t("returned"), t("departures"),
        t("met in time"), t("met late"), t("never met"), t("faults found"),
    )  # fmt: skip
    now = found.now
    rows: list[tuple[str, Figures]] = [(t("whole agency"), now.whole), *now.units.items(), *now.officers.items()]
    console.table(
        heads,
        [
            (name or t("no unit"), *map(str, (
                each.cases_opened, each.cases_archived, each.records_sealed, each.records_returned, each.departures,
                each.terms_in_time, each.terms_late, each.terms_overdue, sum(each.faults.values()),
            )))
            for name, each in rows
        ],
    )  # fmt: skip
    console.say()
