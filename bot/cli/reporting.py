"""`zhilu report`: figures of a period, per unit and officer."""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import col, select

from bot.cli.console import Console
from bot.cli.opening import reading_of
from bot.settings import Settings
from models.errors import Missing
from models.tables import Agency

if TYPE_CHECKING:
    from bot.use_cases.figures import AgencyFigures


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
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        found = asyncio.run(_figures(period, agency))
        if as_json:
            console.json({"period": period, "agencies": [asdict(each) for each in found]})
            return
        for each in found:
            _show(console, each)


async def _figures(text: str, code: str) -> "list[AgencyFigures]":
    from bot.use_cases.figures import figures, period

    within = period(text)
    async with reading_of(Settings()) as work:
        query = select(Agency).order_by(col(Agency.code))
        agencies = (await work.session.exec(query.where(col(Agency.code) == code) if code else query)).all()
        if not agencies:
            raise Missing("agency.unknown", agency=code[:64])
        return [await figures(work.session, work.shelf, each, within, work.now) for each in agencies]


def _show(console: Console, found: "AgencyFigures") -> None:
    t = console.t
    console.say(found.agency)
    heads = (
        t("who"), t("cases opened"), t("archived"), t("records sealed"), t("returned"), t("departures"),
        t("met in time"), t("met late"), t("never met"), t("faults found"),
    )  # fmt: skip
    rows: list[tuple[str, Any]] = [(t("whole agency"), found.whole), *found.units.items(), *found.officers.items()]
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
