"""`zhilu backup` and `zhilu restore`."""

import asyncio
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.console import Console, existing_database
from bot.keeping import vault_of
from bot.settings import Settings
from models.backup import Made, Source, make_backup
from models.database import Database
from models.errors import Unavailable
from models.ledger_reading import Fault
from models.restore import Restored, Target, restore_backup
from models.vault import Vault

T = TypeVar("T")


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    json_help = t("One JSON object on standard output.")

    @app.command(
        "backup", help=t("Back up everything beside the running service; a later run copies only what is new.")
    )
    def backup(
        folder: Annotated[Path, typer.Argument(help=t("Folder of the backup."), metavar="DIR")],
        as_json: Annotated[bool, typer.Option("--json", help=json_help)] = False,
    ) -> None:
        made = _guarded(_backup(console, Settings(), folder))
        if as_json:
            console.json(backup_json(made))
        else:
            _say_made(console, made, folder)
        console.end(made.ok)  # fmt: skip

    @app.command("restore", help=t("Put a backup back into an empty data folder, after verifying all of it."))
    def restore(
        folder: Annotated[Path, typer.Argument(help=t("Folder of the backup."), metavar="DIR")],
        check: Annotated[bool, typer.Option("--check", help=t("Only check the backup's files."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=json_help)] = False,
    ) -> None:
        settings = Settings()
        done = _guarded(_restore(console, settings, folder, check=check))
        if as_json:
            console.json(restore_json(done))
        else:
            _say_restored(console, done, settings, check=check)
        console.end(done.ok)  # fmt: skip


def backup_json(made: Made) -> dict[str, Any]:
    """`{ok, head, files, size, copied, dropped, faults: [{kind, what, detail}]}`."""
    return {"ok": made.ok, **asdict(made)}


def restore_json(done: Restored) -> dict[str, Any]:
    """`{ok, restored, made_at, head, leaves, faults: [{kind, what, detail}], packs: [folder]}`."""
    manifest = done.manifest
    return {
        "ok": done.ok,
        "restored": done.restored,
        "made_at": manifest.made_at.isoformat() if manifest else None,
        "head": manifest.head if manifest else None,
        "leaves": done.leaves,
        "faults": [asdict(fault) for fault in done.faults],
        "packs": [str(path) for path in done.packs],
    }


def _guarded(work: Coroutine[Any, Any, T]) -> T:
    """A disk that is full or gone is a refusal, not a crash."""
    try:
        return asyncio.run(work)
    except OSError as cause:
        raise Unavailable("backup.disk", reason=cause.strerror or str(cause)) from cause


async def _backup(console: Console, settings: Settings, folder: Path) -> Made:
    database = Database(existing_database(settings))
    source = Source(database, _vault(settings), settings.data / "webchat", settings.packs)
    try:
        with console.progress(files=True) as bar:
            return await make_backup(source, folder, bar)
    finally:
        await database.close()


def _vault(settings: Settings) -> Vault:
    """Files are copied as they lie: without its key a backup is still made, and its encrypted files not looked into."""
    try:
        return vault_of(settings)
    except Unavailable:
        return Vault(settings.vault)


async def _restore(console: Console, settings: Settings, folder: Path, *, check: bool) -> Restored:
    target = Target(settings.data, settings.database, lambda root: vault_of(settings, root))
    with console.progress(files=True) as bar:
        return await restore_backup(folder, target, bar, check=check)


def _say_made(console: Console, made: Made, folder: Path) -> None:
    t = console.t
    console.say(t("Backed up to {folder}: {files} files, {size} bytes; {copied} new, {dropped} gone.", folder=folder,
                  files=made.files, size=made.size, copied=made.copied, dropped=made.dropped))  # fmt: skip
    console.say(t("Ledger head: {head}", head=made.head))
    if made.faults:
        _faults(console, made.faults)
        console.say(t("The installation has lost or damaged these files. What an earlier backup has of them was kept."))


def _say_restored(console: Console, done: Restored, settings: Settings, *, check: bool) -> None:
    t = console.t
    if not done.ok:
        _faults(console, done.faults)
    if check:
        console.say(t("Every file of the backup is as it was.") if done.ok else t("The backup is not whole."))
    elif not done.restored:
        console.say(t("Nothing was restored."))
    elif done.ok:
        console.say(t("Restored into {folder} and verified.", folder=settings.data))
    else:
        console.say(t("Restored into {folder} and verified, without the files named above.", folder=settings.data))
    for path in done.packs:
        console.say(t("The agency's own packs lie in {path}: name the folder in ZHILU_PACKS.", path=path))
    if done.manifest is not None and (done.restored or (check and done.ok)):
        console.say(t("Ledger head: {head}", head=done.manifest.head))


def _faults(console: Console, faults: tuple[Fault, ...]) -> None:
    t = console.t
    console.table((t("fault"), t("what"), t("detail")), [(fault.kind, fault.what, fault.detail) for fault in faults])
