"""`zhilu import`: recordings of body cameras, from a folder or a USB disk."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import Console
from bot.cli.opening import opened
from bot.settings import Settings
from bot.views.moments import moment

if TYPE_CHECKING:
    from bot.use_cases.import_recordings import Import, Report, Taken


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t

    @app.command(
        "import",
        help=t("Take recordings of body cameras from a folder; each goes to the declaration it belongs to."),
    )
    def import_folder(
        folder: Annotated[Path, typer.Argument(help=t("Folder, or one file with --for."), metavar="FOLDER")],
        agency: Annotated[str | None, typer.Option(help=t("Code of the agency."))] = None,
        device: Annotated[
            str | None, typer.Option(help=t("Number of the device that all the files come from."))
        ] = None,
        only: Annotated[
            int | None, typer.Option("--for", help=t("Number of the declared recording that one file belongs to."))
        ] = None,
        shift: Annotated[
            int, typer.Option(help=t("Minutes to add to the files' times, for a camera whose clock is wrong."))
        ] = 0,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Only say what would be done."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        from bot.use_cases.import_recordings import Import

        wanted = Import(folder, agency, device, only, timedelta(minutes=shift), dry_run)
        report = asyncio.run(_import(console, wanted))
        if as_json:
            console.json(to_json(report, dry_run=dry_run))
        else:
            _show(console, report, dry_run=dry_run)
        console.end(report.ok)  # fmt: skip


def to_json(report: "Report", *, dry_run: bool) -> dict[str, Any]:
    """`{ok, dry_run, files: [{file, outcome, evidence, case, code, …}], owed: [{evidence, case, device, …}]}`."""
    files = [
        {
            "file": file.name,
            "outcome": file.outcome,
            "evidence": file.evidence,
            "case": file.case,
            "code": file.code,
            **file.params,
        }
        for file in report.files
    ]
    owed = [
        {
            "evidence": each.evidence,
            "case": each.case,
            "device": each.device,
            "began": each.began.isoformat(),
            "ended": each.ended.isoformat(),
        }
        for each in report.owed
    ]
    return {"ok": report.ok, "dry_run": dry_run, "files": files, "owed": owed}


async def _import(console: Console, wanted: "Import") -> "Report":
    from bot.use_cases.import_recordings import import_recordings

    settings = Settings()
    async with opened(settings) as open_work:
        with console.progress() as bar:
            return await import_recordings(open_work, settings, wanted, bar)


def _reason(console: Console, file: "Taken") -> str:
    t, params = console.t, dict(file.params)
    clocks = {"name": t("its name"), "container": t("the recording itself"), "mtime": t("the file's date")}
    if "clock" in params:
        params["clock"] = clocks[str(params["clock"])]
        params["began"] = moment(t, datetime.fromisoformat(str(params["began"])))
    return console.sentence(file.code, params)


def _show(console: Console, report: "Report", *, dry_run: bool) -> None:
    t = console.t
    outcomes = {
        "imported": t("would be imported") if dry_run else t("imported"),
        "already": t("there already"),
        "unmatched": t("not matched"),
        "ambiguous": t("not clear"),
        "unusable": t("not usable"),
    }
    rows = [
        (file.name, outcomes[file.outcome], file.evidence or "", file.case or "", _reason(console, file))
        for file in report.files
    ]
    if rows:
        console.table((t("file"), t("result"), t("no."), t("case"), t("why, and what to do")), rows)
    else:
        console.say(t("There are no files in this folder."))
    if report.owed:
        console.say(
            t.plural(
                "{n} declared recording is still owed:", "{n} declared recordings are still owed:", len(report.owed)
            )
        )
        console.table(
            (t("no."), t("case"), t("device"), t("began"), t("ended")),
            [
                (each.evidence, each.case or "", each.device, moment(t, each.began), moment(t, each.ended))
                for each in report.owed
            ],
        )
