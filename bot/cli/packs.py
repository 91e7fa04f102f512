"""`zhilu packs`: lint, coverage, play."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.console import Console
from models.errors import Missing


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    packs = typer.Typer(help=t("Regulation packs."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(packs, name="packs")

    @packs.command("lint", help=t("Check packs; each fault with its place and remedy. Without a path: those shipped."))
    def lint(
        paths: Annotated[
            list[str] | None, typer.Argument(help=t("Folders, files or ids of packs."), metavar="PATH…")
        ] = None,
    ) -> None:
        console.end(_lint(console, paths or []))  # fmt: skip

    @packs.command("coverage", help=t("Per regulation: each article, the elements that cite it, and the gaps."))
    def coverage(
        names: Annotated[
            list[str] | None, typer.Argument(help=t("Folders, files or ids of packs."), metavar="PACK…")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        console.end(_coverage(console, names or [], as_json=as_json))  # fmt: skip

    @packs.command("play", help=t("Hold the conversation of one record in the terminal; nothing is kept."))
    def play(
        pack: Annotated[str, typer.Argument(help=t("Id, folder or file of a pack."), metavar="PACK")],
        record: Annotated[str, typer.Argument(help=t("Id of a record."), metavar="RECORD")],
    ) -> None:
        from bot.cli.play import Play
        from dialogs.packs.loader import load_pack

        loaded = load_pack(_found(pack))
        forms = {form.id: form for form in loaded.records}
        if record not in forms:
            raise Missing("pack.form_unknown", form=record, known=sorted(forms))
        console.end(Play(console, loaded, forms[record]).run())


def _found(name: str) -> str:
    """A pack's name that leads somewhere. Raises Missing `file.absent`."""
    from dialogs.packs.loader import locate

    if not locate(name).exists():
        raise Missing("file.absent", path=name)
    return name


def _lint(console: Console, paths: list[str]) -> bool:
    from dialogs.packs.lint import lint
    from dialogs.packs.loader import SHIPPED

    faults = [fault for path in paths or [str(SHIPPED)] for fault in lint(_readable(path))]
    for fault in dict.fromkeys(fault.line_text(console.fault_language) for fault in faults):
        console.say(fault)
    t = console.t
    console.note(t.plural("{n} fault.", "{n} faults.", len(faults)) if faults else t("No faults."))
    return not faults


def _readable(path: str) -> str | Path:
    """As `lint` wants it: a shipped id stays one, anything else is a path that must be there."""
    found = _found(path)
    return Path(found) if "/" in found else found


def _coverage(console: Console, names: list[str], *, as_json: bool) -> bool:
    from dialogs.packs.coverage import coverage
    from dialogs.packs.loader import load_all, load_pack

    packs = [load_pack(_found(name)) for name in names] or list(load_all().values())
    results = [coverage(pack) for pack in packs]
    # A part that is openly named as still to come is a gap, but no fault; an article forgotten is one.
    holds = all(article["later"] for result in results for article in result["articles"] if article["gap"])
    if as_json:
        console.json({"ok": holds, "packs": results})
    else:
        for result in results:
            _show_coverage(console, result)
    return holds


def _show_coverage(console: Console, result: dict[str, Any]) -> None:
    t = console.t
    console.say(f"{result['title']} ({result['pack']} {result['version']})")
    console.table(
        (t("article"), t("about"), t("answered by")),
        [
            (
                article["article"],
                article["about"],
                (t("GAP") + f" {article['later'] or ''}").strip()
                if article["gap"]
                else article["asks_nothing"] or t(", ").join(article["elements"]),
            )
            for article in result["articles"]
        ],
    )
    console.say(t("Gaps: {gaps}", gaps=t(", ").join(result["gaps"]) or "0"))
    console.say()
