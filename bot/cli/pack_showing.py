"""`zhilu packs show`: the ids a pack and its bases have, and any element as its author would write it."""

from typing import Annotated

import typer

from bot.cli.console import Console
from models.errors import Missing


def add_to(packs: typer.Typer, console: Console) -> None:
    t = console.t

    @packs.command("show", help=t("What a pack or base holds, with ids; one element as it would be written."))
    def show(
        pack: Annotated[str, typer.Argument(help=t("Id, folder or file of a pack."), metavar="PACK")],
        element: Annotated[
            str | None, typer.Argument(help=t("Id of a record, rule, deadline or setting."), metavar="ELEMENT")
        ] = None,
    ) -> None:
        _show(console, pack, element)


def _show(console: Console, pack: str, element: str | None) -> None:
    """Raises Missing `file.absent`, `pack.element_unknown` (known), PackFaults for a pack that cannot be read."""
    from bot.cli.packs import found
    from dialogs.packs.faults import PackFaults
    from dialogs.packs.loader import locate, resolve
    from dialogs.packs.showing import listed, written
    from dialogs.packs.words import ELEMENTS

    resolved = resolve(locate(found(pack)))
    if resolved.faults:
        raise PackFaults(resolved.faults)
    if element is None:
        side = 0 if console.fault_language == "zh" else 1
        t = console.t
        rows = [(ELEMENTS[family][side], name, title) for family, name, title in listed(resolved.node)]
        console.table((t("kind"), "id", t("title")), rows)
        return
    text = written(resolved.node, element)
    if not text:
        known = sorted({name for _, name, _ in listed(resolved.node)})
        raise Missing("pack.element_unknown", element=element, known=known)
    console.say(text.rstrip("\n"))
