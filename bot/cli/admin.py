"""`zhilu admin`: start an agency for real. The use cases know the chat framework, so they are imported late."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import calendar, channels, devices, vault
from bot.cli.console import Console, existing_database
from bot.i18n import DEFAULT_LANGUAGE, translator
from bot.keeping import vault_of
from bot.settings import Settings
from models.database import Database, migrate
from models.errors import InvalidInput, Missing

if TYPE_CHECKING:
    from bot.use_cases.admin import Entry
    from bot.work import Work


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    group = typer.Typer(
        help=t("Agencies, their people and sign-in links."), no_args_is_help=True, rich_markup_mode=None
    )
    agency = typer.Typer(help=t("Agencies."), no_args_is_help=True, rich_markup_mode=None)
    officers = typer.Typer(help=t("The people of an agency."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="admin")
    group.add_typer(agency, name="agency")
    group.add_typer(officers, name="officers")

    vault.add_to(group, console)
    devices.add_to(group, console)
    calendar.add_to(group, agency, console)
    channels.add_to(agency, console)

    @agency.command("add", help=t("Add an agency."))
    def add(
        code: Annotated[str, typer.Argument(help=t("Short code: a-z, 0-9, hyphens."), metavar="CODE")],
        name: Annotated[str, typer.Argument(help=t("Full name as printed on papers."), metavar="NAME")],
        pack: Annotated[str, typer.Option(help=t("Id of the regulation pack it works under."))],
        numbering: Annotated[
            list[str] | None, typer.Option(help=t("SERIES=PATTERN of its document numbers; may be repeated."))
        ] = None,
    ) -> None:
        migrate(Settings().database)
        asyncio.run(_add(console, code, name, pack, _patterns(numbering or [])))  # fmt: skip

    @agency.command("transport", help=t("Let an agency's people use a chat service outside its network, or no longer."))
    def transport(
        code: Annotated[str, typer.Argument(help=t("Code of the agency."), metavar="CODE")],
        service: Annotated[str, typer.Argument(help=t("The chat service: telegram."), metavar="SERVICE")],
        allow: Annotated[bool, typer.Option("--allow/--forbid", help=t("Telegram carries personal data abroad."))],
    ) -> None:
        asyncio.run(_transport(console, code, service, allow))

    @agency.command("list", help=t("List agencies."))
    def listed() -> None:
        asyncio.run(_list(console))

    @agency.command("settings", help=t("What the agency has set for itself, and who set it."))
    def settings(
        code: Annotated[str, typer.Argument(help=t("Code of the agency."), metavar="CODE")],
    ) -> None:
        asyncio.run(_settings(console, code))

    @agency.command("set", help=t("Set one value; the reason is kept."))
    def choose(
        code: Annotated[str, typer.Argument(help=t("Code of the agency."), metavar="CODE")],
        setting: Annotated[str, typer.Argument(help=t("Id of the setting."), metavar="SETTING")],
        value: Annotated[
            str, typer.Argument(help=t("The new value: yes/no, a number, or an option."), metavar="VALUE")
        ],
        reason: Annotated[str, typer.Option(help=t("Why it is chosen."))],
    ) -> None:
        asyncio.run(_choose(console, code, setting, value, reason))

    @officers.command("import", help=t("Add or change people from a CSV register; nobody is removed."))
    def imported(
        register: Annotated[
            Path, typer.Argument(help=t("CSV file headed 姓名,执法证号,职务,部门,角色."), metavar="CSV")
        ],
        agency: Annotated[str, typer.Option(help=t("Code of the agency."))],
    ) -> None:
        from bot.use_cases.admin import read_register

        if not register.is_file():
            raise Missing("file.absent", path=str(register))
        asyncio.run(_import(console, read_register(register.read_bytes()), agency))

    @group.command("link", help=t("Print a link that signs one person in, once."))
    def link(
        officer: Annotated[str, typer.Argument(help=t("Name, certificate number or id."), metavar="OFFICER")],
    ) -> None:
        asyncio.run(_link(console, officer))


@asynccontextmanager
async def _work() -> AsyncIterator["Work"]:
    from bot.clock import domain_now
    from bot.shelf import load_shelf
    from bot.work import Work

    settings = Settings()
    database = Database(existing_database(settings))
    try:
        async with database.transaction() as session:
            yield Work(session, await domain_now(session), vault_of(settings), load_shelf(settings), settings)
    finally:
        await database.close()


async def _add(console: Console, code: str, name: str, pack: str, numbering: dict[str, str]) -> None:
    from bot.use_cases.admin import add_agency

    async with _work() as work:
        agency = await add_agency(work, code=code, name=name, pack=pack, numbering=numbering or None)
    console.say(console.t("Added {name} ({agency}).", name=agency.name, agency=agency.code))


async def _transport(console: Console, code: str, service: str, allow: bool) -> None:
    from bot.use_cases.admin import agency_by_code, allow_transport

    async with _work() as work:
        await allow_transport(work, await agency_by_code(work, code), service, allowed=allow)
    said = console.t("{service} is allowed.") if allow else console.t("{service} is no longer allowed.")
    console.say(said.format(service=service))


async def _list(console: Console) -> None:
    from bot.use_cases.admin import list_agencies

    async with _work() as work:
        agencies = await list_agencies(work)
    t = console.t
    rows = [(agency.code, agency.name, agency.pack, people) for agency, people in agencies]
    console.table((t("code"), t("name"), t("pack"), t("active people")), rows)


async def _settings(console: Console, code: str) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_settings import held_settings
    from bot.views.basis import basis_text
    from bot.views.settings import origin_text, value_text

    t = console.t
    async with _work() as work:
        agency = await agency_by_code(work, code)
        pack = work.shelf.newest(agency.pack)
        held = await held_settings(work, agency, pack)
    for each in held:
        console.say(f"{each.setting.id}  {each.setting.title}")
        default = value_text(t, each.setting, each.setting.value)
        for line in (
            t("In force: {value}", value=value_text(t, each.setting, each.value)),
            t("Default: {value}", value=default) if each.value != each.setting.value else "",
            basis_text(t, pack, each.setting.basis),
            origin_text(t, each),
        ):
            if line:
                console.say(f"    {line}")


async def _choose(console: Console, code: str, setting: str, value: str, reason: str) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_settings import choose_setting
    from bot.views.settings import value_text

    t = translator(DEFAULT_LANGUAGE)  # what is stored is read by everybody
    by = t("command line ({name})", name=getuser())
    async with _work() as work:
        held = await choose_setting(work, await agency_by_code(work, code), setting, value, reason, by=by)
    t = console.t
    console.say(t("{title}: {value}", title=held.setting.title, value=value_text(t, held.setting, held.value)))


async def _import(console: Console, entries: Sequence["Entry"], code: str) -> None:
    from bot.use_cases.admin import agency_by_code, import_officers

    async with _work() as work:
        result = await import_officers(work, await agency_by_code(work, code), entries)
    text = console.t(
        "Added {added}, changed {changed}, unchanged {unchanged}.",
        added=result.added,
        changed=result.changed,
        unchanged=result.unchanged,
    )
    console.say(text)


async def _link(console: Console, wanted: str) -> None:
    from bot.use_cases.admin import find_officer, sign_in_link

    async with _work() as work:
        link = await sign_in_link(work, await find_officer(work, wanted))
    console.say(link)


def _patterns(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for series, equals, pattern in pairs:
        if not (series and equals and pattern):
            raise InvalidInput("agency.pattern_unusable", text=series)
    return {series: pattern for series, _, pattern in pairs}
