"""`zhilu packs`: lint, coverage, play; versions and exchange are in modules of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import pack_exchange, pack_showing, pack_versions
from bot.cli.console import Console
from models.errors import InvalidInput, Missing

if TYPE_CHECKING:
    from dialogs.packs.schema import Pack, Record


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
        case: Annotated[
            list[str] | None, typer.Option(help=t("A fact of the case, as urgent=true."), metavar="NAME=VALUE")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        from bot.cli.play import Play

        loaded, form = pack_and_record(pack, record)
        console.end(Play(console, loaded, form, case=_facts(loaded, case or []), as_json=as_json).run())

    pack_showing.add_to(packs, console)
    pack_versions.add_to(packs, console)
    pack_exchange.add_to(packs, console)


def found(name: str) -> str:
    """A pack's name that leads somewhere. Raises Missing `file.absent`."""
    from dialogs.packs.loader import locate

    if not locate(name).exists():
        raise Missing("file.absent", path=name)
    return name


def pack_and_record(pack: str, record: str) -> "tuple[Pack, Record]":
    """Raises Missing `file.absent`, `pack.form_unknown` (known), PackFaults for a pack that cannot be used."""
    from dialogs.packs.loader import load_pack

    loaded = load_pack(found(pack))
    forms = {form.id: form for form in loaded.records}
    if record not in forms:
        raise Missing("pack.form_unknown", form=record, known=sorted(forms))
    return loaded, forms[record]


def _facts(pack: "Pack", given: list[str]) -> dict[str, object]:
    """Case facts as typed. Raises InvalidInput `play.fact_unknown` (text, known)."""
    from dialogs.packs.known import known_of

    known, found = known_of(pack).facts, dict[str, object]()
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            raise InvalidInput("play.fact_unknown", text=text, known=sorted(known))
        found[name] = {"true": True, "false": False}.get(value, value)
    return found


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
    name = found(path)
    return Path(name) if "/" in name else name


def _coverage(console: Console, names: list[str], *, as_json: bool) -> bool:
    from dialogs.packs.coverage import coverage
    from dialogs.packs.loader import load_all, load_pack

    packs = [load_pack(found(name)) for name in names] or list(load_all().values())
    results = [coverage(pack) for pack in packs]
    holds = not any(result["gaps"] for result in results)
    if as_json:
        console.json({"ok": holds, "packs": results})
    else:
        for pack, result in zip(packs, results, strict=True):
            _show_coverage(console, pack, result)
    return holds


def _show_coverage(console: Console, pack: "Pack", result: dict[str, Any]) -> None:
    """In Chinese what answers an article goes by its titles, elsewhere by its ids."""
    from dialogs.packs.coverage import answered_by

    t = console.t
    titles = answered_by(pack) if console.fault_language == "zh" else {}
    console.say(f"{result['title']} ({result['pack']} {result['version']})")
    rows = []
    for article in result["articles"]:
        elements = titles.get(article["article"]) or article["elements"]
        answered = article["asks_nothing"] or t(", ").join(elements)
        rows.append((article["article"], article["about"], t("GAP") if article["gap"] else answered))
    console.table((t("article"), t("about"), t("answered by")), rows)
    console.say(t("Gaps: {gaps}", gaps=t(", ").join(result["gaps"]) or "0"))
    console.say()
