"""`zhilu lexicons`: the words of dialects, listed and checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Console
from bot.settings import Settings
from models.errors import Missing

if TYPE_CHECKING:
    from transcribe.lexicon_lint import Fault


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


# Fault and remedy by code.
FAULTS: Mapping[str, str] = {
    "yaml": _("This is no YAML: {reason}. Compare the line with its neighbours; a text with a colon needs quotes."),
    "no_lexicon": _("This file holds no lexicon. Begin with id, title, language, source and entries."),
    "no_entry": _("This is no entry. One needs term, meaning and example."),
    "unknown_key": _("'{key}' is not known here. Take it out or write one of: {known}."),
    "wrong_kind": _("The value of '{key}' must be {kind}."),
    "missing": _("'{field}' is missing. Please add it."),
    "no_source": _(
        "It has no source. Give one for the whole lexicon or for this entry: a dictionary, or general usage."
    ),
    "language": _("The language code '{code}' is not known. Use one of: {known}."),
    "merger": _(
        "'{pair}: {weight}' cannot be read. Write two sounds of one kind with a weight from 0 to 1, as n/l: 0.9, "
        "in/ing: 1, jie/gai: 0.8 or tone1/tone3: 0.5."
    ),
    "duplicate": _("'{term}' stands in line {line} already. Join the two entries."),
    "example": _("The example does not contain '{term}'. Write a sentence with the word as it is spoken."),
    "meaning": _("'{term}' is explained by itself. Give its meaning in the standard language."),
    "one_character": _(
        "'{term}' has one character and would be found inside other words. Add alone: true (only between pauses) or "
        "ambiguous: true (only where this dialect was chosen)."
    ),
    "not_simplified": _("Transcripts are in Simplified characters, where '{term}' is '{form}'. Write it so."),
    "form_kind": _("'{form}' in sounds_like is no text. Put it into quotes."),
    "form_same": _("'{form}' in sounds_like is the word itself. Take it out."),
    "form_length": _(
        "'{form}' in sounds_like has another length than '{term}'. A mishearing has as many characters, at most one "
        "more or fewer."
    ),
}

KINDS: Mapping[str, str] = {
    "text": _("a text"),
    "list": _("a list"),
    "mapping": _("a mapping"),
    "true_false": _("true or false"),
}


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    group = typer.Typer(help=t("Dialect lexicons."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="lexicons")

    @group.command(
        "lint", help=t("Check lexicons; each fault with its place and remedy. Without a path: those shipped.")
    )
    def lint(
        paths: Annotated[list[Path] | None, typer.Argument(help=t("Folders or files."), metavar="PATH…")] = None,
    ) -> None:
        console.end(_lint(console, paths or []))  # fmt: skip

    @group.command("list", help=t("Lexicons in use here, those of ZHILU_LEXICONS included."))
    def list_all() -> None:
        _list(console)  # fmt: skip


def _lint(console: Console, paths: list[Path]) -> bool:
    from transcribe.dialects import SHIPPED
    from transcribe.lexicon_lint import lint

    for path in paths:
        if not path.exists():
            raise Missing("file.absent", path=str(path))
    faults = [fault for path in paths or [SHIPPED] for fault in lint(path)]
    for fault in faults:
        console.say(f"{fault.file}:{fault.line}: {fault.place or '-'}: {_sentence(console, fault)}")
    t = console.t
    console.note(t.plural("{n} fault.", "{n} faults.", len(faults)) if faults else t("No faults."))
    return not faults


def _sentence(console: Console, fault: "Fault") -> str:
    t = console.t
    shown = {name: t(", ").join(value) if isinstance(value, tuple) else value for name, value in fault.params.items()}
    if "kind" in shown:
        shown["kind"] = t(KINDS[str(shown["kind"])])
    return t(FAULTS[fault.code], **shown)


def _list(console: Console) -> None:
    from transcribe.dialects import lexicons

    t = console.t
    known = lexicons(Settings().lexicons)
    console.table(
        (t("id"), t("title"), t("language"), t("entries")),
        [(each.id, each.title, each.language, len(each.entries)) for each in known.values()],
    )
