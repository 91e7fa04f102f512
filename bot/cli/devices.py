"""`zhilu admin devices`: the register of recording devices."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import Console
from bot.cli.opening import reading_of, work_of
from bot.settings import Settings
from models.errors import Missing


def add_to(group: typer.Typer, console: Console) -> None:
    t = console.t
    devices = typer.Typer(help=t("The recording devices of an agency."), no_args_is_help=True, rich_markup_mode=None)
    group.add_typer(devices, name="devices")
    agency_help = t("Code of the agency.")

    @devices.command("import", help=t("Add or change devices from a CSV register; none is removed."))
    def imported(
        register: Annotated[Path, typer.Argument(help=t("CSV file headed 编号,种类,型号,保管人,状况."), metavar="CSV")],
        agency: Annotated[str, typer.Option(help=agency_help)],
    ) -> None:
        if not register.is_file():
            raise Missing("file.absent", path=str(register))
        asyncio.run(_import(console, register.read_bytes(), agency))

    @devices.command("list", help=t("List devices and who holds them."))
    def listed(
        agency: Annotated[str, typer.Option(help=agency_help)],
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        asyncio.run(_list(console, agency, as_json=as_json))


async def _import(console: Console, content: bytes, code: str) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.import_devices import import_devices, read_devices

    async with work_of(Settings()) as work:
        done = await import_devices(work, await agency_by_code(work, code), read_devices(content))
    text = "Added {added}, changed {changed}, unchanged {unchanged}."
    console.say(console.t(text, added=done.added, changed=done.changed, unchanged=done.unchanged))


async def _list(console: Console, code: str, *, as_json: bool) -> None:
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.devices import devices_of
    from models.tables import Officer

    t = console.t
    async with reading_of(Settings()) as work:
        rows = []
        for device in await devices_of(work, (await agency_by_code(work, code)).id):
            holder = await work.session.get(Officer, device.holder_id) if device.holder_id else None
            rows.append((device.code, device.kind, device.model, device.state, holder.name if holder else ""))
    if as_json:
        names = ("code", "kind", "model", "state", "holder")
        console.json({"devices": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    states = {"held": t("in use"), "lost": t("lost"), "retired": t("retired")}
    shown = [(row[0], row[1], row[2], states[row[3]], row[4]) for row in rows]
    console.table((t("no."), t("kind"), t("model"), t("state"), t("holder")), shown)
