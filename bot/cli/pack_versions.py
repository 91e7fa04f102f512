"""`zhilu packs publish` and `zhilu packs diff`: a version is kept, and two are compared in a clerk's words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.console import Console
from dialogs.packs.differences import Change, Step


def add_to(packs: typer.Typer, console: Console) -> None:
    t = console.t

    @packs.command("publish", help=t("Keep the pack as it stands under its version; from then on it is not changed."))
    def publish(
        pack: Annotated[str, typer.Argument(help=t("Id, folder or file of a pack."), metavar="PACK")],
    ) -> None:
        console.end(_publish(console, pack))

    @packs.command("diff", help=t("What differs between two packs or versions. Exit code 1 if anything does."))
    def diff(
        old: Annotated[
            str, typer.Argument(help=t("Id, folder or file; with @1.0.0 a published version."), metavar="OLD")
        ],
        new: Annotated[
            str, typer.Argument(help=t("Id, folder or file; with @1.0.0 a published version."), metavar="NEW")
        ],
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        console.end(_diff(console, old, new, as_json=as_json))


def _publish(console: Console, pack: str) -> bool:
    from bot.cli.packs import found
    from dialogs.packs.faults import PackFaults
    from dialogs.packs.publishing import publish

    try:
        file = publish(Path(name) if "/" in (name := found(pack)) else name)
    except PackFaults as refused:
        for fault in refused.faults:
            console.say(fault.line_text(console.fault_language))
        return False
    console.say(console.t("Published: {path}", path=file))
    return True


def _diff(console: Console, old: str, new: str, *, as_json: bool) -> bool:
    from dialogs.packs.differences import differences
    from dialogs.packs.published import read_pack

    before, after = read_pack(old), read_pack(new)
    changes = differences(before, after)
    references = [f"{pack.id}@{pack.version}" for pack in (before, after)]
    if as_json:
        console.json({"ok": not changes, "packs": references, "changes": [change.json() for change in changes]})
        return not changes
    t = console.t
    console.say(f"{after.title} ({references[0]} → {references[1]})")
    for change in changes:
        console.say(_sentence(console, change))
    console.note(t.plural("{n} difference.", "{n} differences.", len(changes)) if changes else t("No differences."))
    return not changes


def _sentence(console: Console, change: Change) -> str:
    t = console.t
    where = t(" › ").join(_step(console, step) for step in change.at) or t("the pack")
    match change.what:
        case "added":
            return t("Added: {what}", what=where)
        case "removed":
            return t("Removed: {what}", what=where)
        case "moved":
            return t("Moved: {what}", what=where)
    before, after = _value(console, change.before), _value(console, change.after)
    name = _field(console, change)
    return t("Changed: {what}: {field}: {before} → {after}", what=where, field=name, before=before, after=after)


def _step(console: Console, step: Step) -> str:
    from dialogs.packs.words import ELEMENTS

    chinese, english = ELEMENTS[step.family]
    if console.fault_language == "zh":
        return f"{chinese}“{step.title}”（{step.id}）" if step.title else f"{chinese} {step.id}"
    return f"{english} {step.id}"


def _field(console: Console, change: Change) -> str:
    """The field's name in the reader's language; a part of one, as `within.hours`, in its own words."""
    from dialogs.packs.schema_faults import MODEL_OF
    from dialogs.packs.words import words_of

    names = (change.field or "").split(".")
    if console.fault_language != "zh":
        return ".".join(names)
    first = words_of(change.model, names[0])
    inner = words_of(MODEL_OF[names[0]], names[1]) if len(names) > 1 and names[0] in MODEL_OF else None
    return " › ".join([first[0] if first else names[0], *([inner[0] if inner else names[1]] if len(names) > 1 else [])])


def _value(console: Console, value: Any) -> str:
    from dialogs.packs.words import value_in_words

    if console.fault_language == "zh":
        return value_in_words(value)
    if value in (None, [], {}):
        return console.t("(nothing)")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
