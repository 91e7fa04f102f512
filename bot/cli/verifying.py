"""`zhilu verify`: does everything that was kept still hold?"""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DatabaseError, DBAPIError

from bot.cli.console import Console, existing_database
from bot.keeping import vault_of
from bot.settings import Settings
from models.database import Database
from models.errors import InvalidInput
from models.ledger import GENESIS
from models.ledger_reading import Fault, Head
from models.verify import Report, verify


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t

    @app.command(
        "verify",
        help=t("Recompute the ledger and compare every stored file and sealed record with it; names what differs."),
    )
    def verify_all(
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
        head: Annotated[
            str, typer.Option(help=t("A ledger head kept elsewhere, SEQ:SHA256; shows a cut or rewritten ledger."))
        ] = "",
    ) -> None:
        report = asyncio.run(_verify(Settings(), read_head(head) if head else None))
        if as_json:
            console.json(to_json(report))
        else:
            _show(console, report)
        console.end(report.ok)  # fmt: skip


def read_head(text: str) -> Head:
    """`SEQ:SHA256`. Raises InvalidInput `head.unreadable`."""
    seq, _, digest = text.partition(":")
    if not (seq.isascii() and seq.isdecimal() and len(digest) == 64 and set(digest) <= set("0123456789abcdef")):
        raise InvalidInput("head.unreadable", text=text[:80])
    return Head(int(seq), digest)


def to_json(report: Report) -> dict[str, Any]:
    """`{ok, leaves, objects, faults: [{kind, what, detail}], pending: [path], head: {seq, hash}}`."""
    return {
        "ok": report.ok,
        "leaves": report.leaves,
        "objects": report.objects,
        "faults": [asdict(fault) for fault in report.faults],
        "pending": list(report.pending),
        "head": asdict(report.head),
    }


async def _verify(settings: Settings, head: Head | None) -> Report:
    database = Database(existing_database(settings))
    try:
        return await verify(database, vault_of(settings), known_head=head)
    except DBAPIError as cause:
        # A file whose pages are damaged is a finding; a server that does not answer is not.
        if database.is_sqlite and type(cause) is DatabaseError:
            return Report(0, 0, Head(0, GENESIS), (Fault("ledger", "database", "unreadable"),))
        raise
    finally:
        await database.close()


def _show(console: Console, report: Report) -> None:
    t = console.t
    kinds = {
        "missing": t("missing"),
        "changed": t("changed"),
        "extra": t("extra"),
        "ledger": t("ledger"),
        "record": t("record"),
    }
    console.say(t.plural("{n} ledger leaf examined", "{n} ledger leaves examined", report.leaves))
    console.say(t.plural("{n} stored file examined", "{n} stored files examined", report.objects))
    console.say(t("Ledger head: {head}", head=f"{report.head.seq}:{report.head.hash}"))
    for path in report.pending:
        console.say(t("pending, younger than an hour: {path}", path=path))
    if report.faults:
        console.table(
            (t("fault"), t("what"), t("detail")),
            [(kinds[fault.kind], fault.what, fault.detail) for fault in report.faults],
        )
    console.say(t("Everything holds.") if report.ok else t.plural("{n} fault.", "{n} faults.", len(report.faults)))
