"""`zhilu admin agency channel`: how an agency's people may be reached beside the chat."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.channels import ChannelFault, Given
from bot.cli.console import Console
from bot.cli.opening import work_of
from bot.settings import Settings
from models.errors import InvalidInput, Missing


def add_to(agency: typer.Typer, console: Console) -> None:
    t = console.t

    @agency.command("channel", help=t("List, switch on or off, or test ways to remind people beside the chat."))
    def channel(
        code: Annotated[str, typer.Argument(help=t("Code of the agency."), metavar="CODE")],
        name: Annotated[
            str, typer.Argument(help=t("email or webhook; without it all are listed."), metavar="CHANNEL")
        ] = "",
        allow: Annotated[
            bool | None, typer.Option("--allow/--forbid", help=t("Case numbers and links may leave the server."))
        ] = None,
        url: Annotated[str, typer.Option(help=t("Where a webhook calls; http or https."))] = "",
        secret_file: Annotated[
            Path | None, typer.Option(help=t("File with the webhook's secret; without it one is made."))
        ] = None,
        test: Annotated[str, typer.Option(help=t("Send a test notice to this person."), metavar="OFFICER")] = "",
    ) -> None:
        given = Given(url, _secret(secret_file))
        if not name:
            _nothing_more(allow, given, test)
            asyncio.run(_list(console, code))
            return
        if allow is None and not test:
            raise InvalidInput("channel.nothing_said")
        if not allow and given != Given():
            raise InvalidInput("channel.only_with_allow")
        if allow is not None:
            asyncio.run(_decide(console, code, name, given, allow=allow))
        if test:
            asyncio.run(_test(console, code, name, test))


def _nothing_more(allow: bool | None, given: Given, test: str) -> None:
    if allow is not None or test or given != Given():
        raise InvalidInput("channel.unnamed")


def _secret(file: Path | None) -> str:
    """A secret comes in a file: what is typed on a command line others can read."""
    if file is None:
        return ""
    if not file.is_file():
        raise Missing("file.absent", path=str(file))
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise InvalidInput("file.unreadable", path=str(file)) from cause


async def _list(console: Console, code: str) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_channels import list_channels

    t = console.t
    async with work_of(Settings()) as work:
        found = await list_channels(work, await agency_by_code(work, code))
    rows = [(each.name, t("on") if each.on else t("off"), each.people, each.leads_to) for each in found]
    console.table((t("channel"), t("state"), t("people who chose it"), t("leads to")), rows)


async def _decide(console: Console, code: str, name: str, given: Given, *, allow: bool) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.agency_channels import allow_channel, forbid_channel

    t, secret = console.t, None
    async with work_of(Settings()) as work:
        agency = await agency_by_code(work, code)
        if allow:
            secret = await allow_channel(work, agency, name, given)
        else:
            await forbid_channel(work, agency, name)
    console.say(
        t("{service} is allowed.", service=name) if allow else t("{service} is no longer allowed.", service=name)
    )
    if secret:
        console.note(t("The secret to check signatures with; it is not shown again:"))
        console.say(secret)


async def _test(console: Console, code: str, name: str, wanted: str) -> None:
    from bot.use_cases.admin import agency_by_code, find_officer
    from bot.use_cases.agency_channels import prepare_test

    t = console.t
    async with work_of(Settings()) as work:
        agency = await agency_by_code(work, code)
        channel, notice = await prepare_test(work, agency, name, await find_officer(work, wanted))
    try:
        await channel.send(notice)
    except ChannelFault as fault:
        console.note(t("Not delivered: {reason}", reason=str(fault)))
        console.end(holds=False)
    console.say(t("Delivered to {name}.", name=notice.officer))
