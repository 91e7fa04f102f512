"""`zhilu archive`: what the terms of retention say of everything that is kept."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import col, select

from bot.cli.console import Console
from bot.cli.opening import OpenWork, opened
from bot.settings import Settings
from bot.views.moments import moment
from models.tables import Case, Evidence

if TYPE_CHECKING:
    from bot.work import Work
    from dialogs.retention import Kept


@dataclass
class Due:
    """What may be disposed of by a decision because its term is over; how much has no stated term or is not over."""

    evidence: list[tuple[Evidence, str, "Kept"]] = field(default_factory=list)
    cases: list[tuple[str, "Kept"]] = field(default_factory=list)
    undecided: int = 0
    kept: int = 0


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    group = typer.Typer(help=t("Archived records and their terms."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="archive")

    @group.command("due", help=t("List what may be disposed of because its term is over. Only a decision disposes."))
    def due(
        agency: Annotated[str | None, typer.Option(help=t("Code of the agency."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        found = asyncio.run(_due(agency))
        if as_json:
            console.json(to_json(found))
        else:
            _show(console, found)


async def _due(agency: str | None) -> Due:
    async with opened(Settings(), to_read=True) as open_work:
        return await due_now(open_work, agency)


async def due_now(open_work: OpenWork, agency: str | None) -> Due:
    """One case after the other, each in a view of its own: a long list keeps nobody waiting, and no old view alive.

    Raises Missing `agency.unknown`.
    """
    from bot.use_cases.admin import agency_by_code
    from bot.use_cases.retention import cases_that_hold

    async with open_work() as work:
        wanted = (await agency_by_code(work, agency)).id if agency else None
        cases = await cases_that_hold(work, wanted)
    due = Due()
    for case_id in cases:
        async with open_work() as work:
            await _judge(work, case_id, due)
    return due


async def _judge(work: "Work", case_id: int, due: Due) -> None:
    from bot.use_cases.retention import terms_of

    terms = await terms_of(work, await work.session.get_one(Case, case_id))
    number = terms.case.number or f"case:{terms.case.id}"
    if terms.file.over(work.now):
        due.cases.append((number, terms.file))
    held = await work.session.exec(
        select(Evidence).where(
            col(Evidence.case_id) == case_id, col(Evidence.disposed_at).is_(None), col(Evidence.state) != "declared"
        )
    )
    for evidence in held.all():
        assert evidence.id is not None
        kept = terms.evidence[evidence.id]
        if kept.over(work.now):
            due.evidence.append((evidence, number, kept))
        elif kept.end == "undecided":
            due.undecided += 1
        else:
            due.kept += 1


def to_json(due: Due) -> dict[str, Any]:
    """`{evidence: [{evidence, case, kind, sha256, size, kept_until, basis}], cases: […], undecided, kept}`."""
    return {
        "evidence": [
            {
                "evidence": evidence.id,
                "case": case,
                "kind": evidence.kind,
                "sha256": evidence.sha256,
                "size": evidence.size,
                "kept_until": _iso(kept.until),
                "basis": list(kept.basis),
            }
            for evidence, case, kept in due.evidence
        ],
        "cases": [
            {"case": case, "kept_until": _iso(kept.until), "basis": list(kept.basis)} for case, kept in due.cases
        ],
        "undecided": due.undecided,
        "kept": due.kept,
    }


def _iso(until: datetime | None) -> str | None:
    return until.astimezone(UTC).isoformat() if until else None


def _show(console: Console, due: Due) -> None:
    t = console.t
    if due.evidence:
        heads = (t("no."), t("case"), t("kind"), t("bytes"), t("term ended"), t("basis"))
        console.table(
            heads,
            [
                (evidence.id, case, evidence.kind, evidence.size, moment(t, kept.until), "、".join(kept.basis))
                for evidence, case, kept in due.evidence
                if kept.until
            ],
        )
    for case, kept in due.cases:
        ended = moment(t, kept.until) if kept.until else ""
        console.say(t("The file of {case}: its term ended on {at}.", case=case, at=ended))
    count = len(due.evidence)
    console.say(
        t.plural("{n} piece of evidence is past its term.", "{n} pieces of evidence are past their terms.", count)
    )
    console.say(t("Not over yet: {kept}. Without a stated term: {undecided}.", kept=due.kept, undecided=due.undecided))
    console.say(t("Only a decision in the chat, approved and sealed, disposes of anything."))
