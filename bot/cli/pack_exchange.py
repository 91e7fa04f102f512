"""`zhilu packs schema`, `export` and `import`: packs for editors, records for other form tools."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Console
from models.errors import Missing

if TYPE_CHECKING:
    from dialogs.packs.xlsform.losses import Loss


def add_to(packs: typer.Typer, console: Console) -> None:
    t = console.t

    @packs.command("schema", help=t("The JSON Schema of pack files, for editors that help while writing."))
    def schema(
        output: Annotated[Path | None, typer.Option("-o", "--output", help=t("File to write."))] = None,
    ) -> None:
        _schema(console, output)

    @packs.command("export", help=t("A record as an XLSForm workbook; says what it could not carry over."))
    def export(
        pack: Annotated[str, typer.Argument(help=t("Id, folder or file of a pack."), metavar="PACK")],
        record: Annotated[str, typer.Argument(help=t("Id of a record."), metavar="RECORD")],
        output: Annotated[Path, typer.Option("-o", "--output", help=t("File to write."))],
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        from bot.cli.packs import pack_and_record
        from dialogs.packs.xlsform.writing import write_xlsform

        loaded, form = pack_and_record(pack, record)
        _writable(output)
        _report(console, output, write_xlsform(loaded, form, output), as_json=as_json)

    @packs.command("import", help=t("A record from an XLSForm workbook; says what it could not carry over."))
    def imported(
        workbook: Annotated[Path, typer.Argument(help=t("The workbook (.xlsx)."), metavar="FILE")],
        output: Annotated[Path, typer.Option("-o", "--output", help=t("File to write."))],
        stage: Annotated[str, typer.Option(help=t("Stage the record belongs to; a form does not say it."))] = "start",
        as_json: Annotated[bool, typer.Option("--json", help=t("One JSON object on standard output."))] = False,
    ) -> None:
        from dialogs.packs.xlsform.importing import import_xlsform, record_yaml

        if not workbook.is_file():
            raise Missing("file.absent", path=str(workbook))
        record, losses = import_xlsform(workbook, stage=stage)
        _write(output, record_yaml(record))
        _report(console, output, losses, as_json=as_json)


def _schema(console: Console, output: Path | None) -> None:
    from dialogs.packs.editor_schema import editor_schema

    text = json.dumps(editor_schema(), ensure_ascii=False, indent=1)
    if output is None:
        console.say(text)
    else:
        _write(output, text + "\n")


def _writable(path: Path) -> None:
    """Raises Missing `import.no_folder`."""
    if not path.parent.is_dir():
        raise Missing("import.no_folder", path=str(path.parent))


def _write(path: Path, text: str) -> None:
    _writable(path)
    path.write_text(text, encoding="utf-8")


def _report(console: Console, output: Path, losses: "Sequence[Loss]", *, as_json: bool) -> None:
    """Each loss on a line of its own, by question; the file is written all the same."""
    t = console.t
    if as_json:
        console.json({"file": str(output), "lost": [loss.json() for loss in losses]})
        return
    for loss in losses:
        params = {"field": _named(console, loss.field), "value": _shown(console, loss.value), "became": loss.became}
        text = t("{field}: {value} → {became}", **params) if loss.became else t("{field}: {value}", **params)
        console.say(f"{loss.question or t('the record')}: {text}")
    console.note(t.plural("{n} thing not carried over.", "{n} things not carried over.", len(losses)))
    console.note(t("Written: {path}", path=output))


def _named(console: Console, field: str) -> str:
    from dialogs.packs.schema import Question, Record
    from dialogs.packs.words import words_of

    if console.fault_language != "zh":
        return field
    first, _, rest = field.partition(".")
    found = words_of(Question, first) or words_of(Record, first)
    return (f"{found[0]} {rest}" if rest else f"{found[0]}（{first}）") if found else field


def _shown(console: Console, value: object) -> str:
    from dialogs.packs.words import value_in_words

    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return "、".join(str(each.get("id") or each.get("event") or each.get("kind")) for each in value)
    return value_in_words(value) if console.fault_language == "zh" else json.dumps(value, ensure_ascii=False)
