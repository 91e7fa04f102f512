"""`zhilu models`: which speech models are here, whether they are whole, and how fast they load."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Console
from bot.settings import Settings
from models.errors import Unavailable

if TYPE_CHECKING:
    from transcribe.installed import Facts


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


KINDS = {"default": _("comes with Zhilu"), "folder": _("folder"), "hub": _("hub's cache")}


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    group = typer.Typer(help=t("Speech models."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="models")
    json_option = typer.Option("--json", help=t("JSON on standard output and nothing else there."))
    model_help = t("Folder or name; without one: the model in use here.")

    @group.command("list", help=t("Models on this machine: the default, the folder of models, the hub's cache."))
    def list_all(
        folders: Annotated[list[Path] | None, typer.Argument(help=t("More folders, each a model."))] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _list(console, folders or [], as_json=as_json)

    @group.command("verify", help=t("Check that a model's files are complete and right and that it can hear."))
    def verify(
        model: Annotated[str, typer.Argument(help=model_help, show_default=False)] = "",
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _verify(console, model, as_json=as_json)

    @group.command("warm", help=t("Load a model and hear one second: seconds and memory."))
    def warm(
        model: Annotated[str, typer.Argument(help=model_help, show_default=False)] = "",
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _warm(console, model, as_json=as_json)


def _list(console: Console, folders: list[Path], *, as_json: bool) -> None:
    from transcribe.installed import installed

    t = console.t
    found = installed(Settings().whisper_models, folders)
    if as_json:
        console.json([_as_json(each) for each in found])
        return
    console.table(
        (t("model"), t("where"), "MB", t("languages"), t("Cantonese"), t("missing files")),
        [
            (
                each.name,
                t(KINDS[each.kind]),
                round(each.size / 1e6),
                t("many") if each.multilingual else t("English only"),
                t("yes") if each.cantonese else t("heard as Mandarin"),
                t(", ").join(each.missing) or "—",
            )
            for each in found
        ],
    )


def _as_json(facts: "Facts") -> dict[str, object]:
    return {
        "name": facts.name,
        "kind": facts.kind,
        "path": str(facts.path),
        "bytes": facts.size,
        "multilingual": facts.multilingual,
        "cantonese": facts.cantonese,
        "missing": list(facts.missing),
    }


def _verify(console: Console, model: str, *, as_json: bool) -> None:
    from bot.engine_settings import engine_settings
    from transcribe.installed import verify

    t = console.t
    settings = engine_settings(Settings(), model)
    try:
        name, files = verify(settings.model, settings.options)
    except Unavailable as fault:
        if fault.code == "model.not_installed":
            raise
        if as_json:
            console.json({"ok": False, "code": fault.code, **fault.params})
        console.complain(fault)
        console.end(False)
    if as_json:
        console.json({"ok": True, "model": name, "sha256": files})
        return
    for file, digest in files.items():
        console.say(f"{digest}  {file}")
    console.say(t("The model {name} is complete and can hear.", name=name))


def _warm(console: Console, model: str, *, as_json: bool) -> None:
    from bot.engine_settings import engine_settings
    from transcribe.installed import warm

    t = console.t
    settings = engine_settings(Settings(), model)
    heard = warm(settings.model, settings.options)
    if as_json:
        seconds = {"load_seconds": round(heard.loading, 3), "hear_seconds": round(heard.hearing, 3)}
        console.json({"model": heard.name, **seconds, "memory_bytes": heard.memory})
        return
    console.say(
        t(
            "{name}: loaded in {loading} s, one second heard in {hearing} s, {memory} MB of memory in all.",
            name=heard.name,
            loading=f"{heard.loading:.1f}",
            hearing=f"{heard.hearing:.1f}",
            memory=round(heard.memory / 1e6),
        )
    )
