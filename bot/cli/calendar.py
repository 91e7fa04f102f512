"""`zhilu admin calendar` and `zhilu admin agency duty`: an agency's own days and duty hours."""

import asyncio
from getpass import getuser
from typing import Annotated

import typer

from bot.cli.console import Console
from bot.cli.opening import work_of
from bot.i18n import DEFAULT_LANGUAGE, translator
from bot.settings import Settings


def add_to(group: typer.Typer, agency: typer.Typer, console: Console) -> None:
    t = console.t
    calendar = typer.Typer(
        help=t("Days an agency itself calls free or worked."), no_args_is_help=True, rich_markup_mode=None
    )
    group.add_typer(calendar, name="calendar")
    code_help, json_help = t("Code of the agency."), t("One JSON value.")

    @calendar.command("add", help=t("Call days free or worked; the newest word on a day stands."))
    def add(
        code: Annotated[str, typer.Argument(help=code_help, metavar="CODE")],
        days: Annotated[str, typer.Argument(help=t("2027-01-01 or 2027-01-01..2027-01-03"), metavar="DAYS")],
        worked: Annotated[bool, typer.Option("--worked/--free", help=t("Whether the agency works on them."))],
        name: Annotated[str, typer.Option(help=t("What the days are called."))],
    ) -> None:
        asyncio.run(_add(console, code, days, worked, name))

    @calendar.command("list", help=t("List the agency's own days."))
    def listed(
        code: Annotated[str, typer.Argument(help=code_help, metavar="CODE")],
        as_json: Annotated[bool, typer.Option("--json", help=json_help)] = False,
    ) -> None:
        asyncio.run(_list(console, code, as_json))

    @agency.command("duty", help=t("Show or set the hours in which ordinary reminders may come."))
    def duty(
        code: Annotated[str, typer.Argument(help=code_help, metavar="CODE")],
        start: Annotated[str | None, typer.Option("--from", help=t("Begin, as 08:30."), metavar="TIME")] = None,
        until: Annotated[
            str | None, typer.Option("--until", help=t("End, as 17:30; equal to the begin: any hour."), metavar="TIME")
        ] = None,
        workdays: Annotated[
            bool | None, typer.Option("--workdays/--every-day", help=t("On working days only, or every day."))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=json_help)] = False,
    ) -> None:
        asyncio.run(_duty(console, code, start, until, workdays, as_json))


async def _add(console: Console, code: str, days: str, worked: bool, name: str) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_days import days_of, state_days
    from bot.views.agency_days import span_text

    first, last = days_of(days)
    async with work_of(Settings()) as work:
        agency = await agency_by_code(work, code)
        stated = await state_days(work, agency, first, last, worked=worked, name=name, by=_by())
    console.say(span_text(console.t, (stated[0], stated[-1])))


async def _list(console: Console, code: str, as_json: bool) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_days import spans, stated_days
    from bot.views.agency_days import span_text

    async with work_of(Settings()) as work:
        agency = await agency_by_code(work, code)
        assert agency.id is not None
        days = await stated_days(work, agency.id)
    if as_json:
        console.json([
            {"day": each.day.isoformat(), "worked": each.worked, "name": each.name, "set_by": each.set_by}
            for each in days
        ])  # fmt: skip
        return
    for span in spans(days):
        console.say(span_text(console.t, span))
    if not days:
        console.say(console.t("No days of its own; the published holidays apply."))


async def _duty(
    console: Console, code: str, start: str | None, until: str | None, workdays: bool | None, as_json: bool
) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_days import set_duty
    from bot.use_cases.duty import duty_from
    from bot.views.agency_days import duty_text

    async with work_of(Settings()) as work:
        agency = await agency_by_code(work, code)
        if start is None and until is None and workdays is None:
            duty = duty_from(agency.duty)
        else:
            duty = await set_duty(work, agency, start=start, end=until, workdays=workdays, by=_by())
    if as_json:
        console.json({"from": f"{duty.start:%H:%M}", "until": f"{duty.end:%H:%M}", "workdays": duty.workdays})
    else:
        console.say(duty_text(console.t, duty))


def _by() -> str:
    """Who, in the language in which what is stored is read by everybody."""
    return translator(DEFAULT_LANGUAGE)("command line ({name})", name=getuser())
