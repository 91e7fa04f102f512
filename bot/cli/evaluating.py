"""`zhilu evaluate`: how well recordings with references are transcribed, by which model and dialect best."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.console import Console
from bot.cli.speech import progress_of, read_terms
from bot.settings import Settings

if TYPE_CHECKING:
    from transcribe.engine import Transcriber
    from transcribe.evaluation.figures import Score
    from transcribe.evaluation.recordings import Recording
    from transcribe.stock import Stock

NO_DIALECT = "none"
"""Named beside dialects to compare them with choosing none."""


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    what = t(
        "Manifests (tables separated by tabs: file, reference_normalised, group, tier, terms), folders, recordings. A "
        "recording outside a manifest has its text beside it: x.txt, empty when nobody speaks, or x.turns.tsv."
    )

    @app.command("evaluate", help=t("Measure drafts of recordings against what is said in them."))
    def evaluate(
        paths: Annotated[list[Path], typer.Argument(help=what, metavar="PATH…")],
        as_json: Annotated[
            bool,
            typer.Option("--json", help=t("One JSON object a line on standard output, for each model and dialect.")),
        ] = False,
        against: Annotated[
            Literal["stock", "nothing"], typer.Option(help=t("Also run stock faster-whisper on the same weights."))
        ] = "stock",
        models: Annotated[
            list[str] | None, typer.Option("--model", help=t("A model by folder or name; several are compared."))
        ] = None,
        dialects: Annotated[
            list[str] | None,
            typer.Option("--dialect", help=t("A dialect; several are compared, with 'none' also none.")),
        ] = None,
        terms: Annotated[
            Path | None, typer.Option(help=t("Text file of names and terms of the case, one a line."))
        ] = None,
    ) -> None:
        chosen = [None if dialect == NO_DIALECT else dialect for dialect in dialects or [NO_DIALECT]]
        _evaluate(
            console, paths, models or [""], chosen, read_terms(terms), as_json=as_json, stock=against == "stock"
        )  # fmt: skip


def _evaluate(
    console: Console,
    paths: Sequence[Path],
    models: Sequence[str],
    dialects: Sequence[str | None],
    terms: Sequence[str],
    *,
    as_json: bool,
    stock: bool,
) -> None:
    from transcribe.dialects import lexicon, lexicons
    from transcribe.evaluation.figures import summary
    from transcribe.evaluation.recordings import read

    known = lexicons(Settings().lexicons)
    for named in filter(None, dialects):
        lexicon(named, known)
    recordings = read(paths)  # what cannot be used is refused before a model is loaded
    runs: list[dict[str, Any]] = []
    for model in models:
        # Only one of the two is in memory at a time, and a model only while it is measured.
        peers = _stock_scores(_stock(model) if stock else None, recordings, terms)
        transcriber = _transcriber(model)
        for dialect in dialects:
            ours = _scores(transcriber, recordings, dialect, terms)
            run = {"model": model or transcriber.model.name, "dialect": dialect} | summary(ours, peers)
            runs.append(run)
            if as_json:
                console.json(run)
    if not as_json:
        _show(console, runs)


def _scores(
    transcriber: "Transcriber", recordings: "Sequence[Recording]", dialect: str | None, terms: Sequence[str]
) -> "list[Score]":
    from transcribe.evaluation.figures import score
    from transcribe.evaluation.hearing import hear

    transcriber.warm()
    heard = hear(recordings, transcriber, dialect=dialect, terms=terms, progress=progress_of(dialect or "Zhilu"))
    return [score(recording, each, terms) for recording, each in zip(recordings, heard, strict=True)]


def _stock_scores(
    stock: "Stock | None", recordings: "Sequence[Recording]", terms: Sequence[str]
) -> "list[Score] | None":
    from transcribe.evaluation.figures import score
    from transcribe.evaluation.hearing import hear_stock

    if stock is None:
        return None
    stock.warm()
    heard = hear_stock(recordings, stock, progress=progress_of("faster-whisper"))
    return [score(recording, each, terms) for recording, each in zip(recordings, heard, strict=True)]


def _transcriber(model: str) -> "Transcriber":
    from bot.engine_settings import engine_settings
    from transcribe.engine import Transcriber

    return Transcriber(engine_settings(Settings(), model))


def _stock(model: str) -> "Stock | None":
    """None for a model that is none of Whisper's: there is no stock to compare it with."""
    from bot.engine_settings import engine_settings
    from transcribe import engines
    from transcribe.stock import Stock

    settings = engine_settings(Settings(), model)
    return Stock(settings) if engines.split(settings.model)[0] == engines.DEFAULT else None


def _show(console: Console, runs: Sequence[dict[str, Any]]) -> None:
    """Errors, then all else that was measured; where runs are compared, those of a group stand below each other."""
    t = console.t
    groups = [("groups", group, group) for group in runs[0]["groups"]]
    groups += [("tiers", tier, t("tier {tier}", tier=tier)) for tier in runs[0]["tiers"]]
    rows = [(title, run, run[kind][name]) for kind, name, title in groups for run in runs]
    rows += [(t("all Mandarin groups"), run, run["mandarin"]) for run in runs if run["mandarin"]]
    rows += [(t("all"), run, run["all"]) for run in runs]
    heads = [t("group"), *([t("model"), t("dialect")] if len(runs) > 1 else [])]
    names = [
        [title, *([Path(run["model"]).name, run["dialect"] or "—"] if len(runs) > 1 else [])] for title, run, _ in rows
    ]
    stock = "stock_cer" in runs[0]["all"]
    errors = [t("clips"), t("characters"), "CER", "95%", *([t("stock CER"), t("difference 95%")] if stock else [])]
    console.table(
        heads + errors, [first + _errors(row[2], stock=stock) for first, row in zip(names, rows, strict=True)]
    )
    measured = [name for name in _TITLES if any(figures.get(name) is not None for _, _, figures in rows)]
    console.say()
    console.table(
        heads + [t(_TITLES[name]) for name in measured],
        [
            first + [_with_stock(row[2], name) for name in measured]
            for first, row in zip(names, rows, strict=True)
        ],
    )  # fmt: skip
    if stock:
        console.say(t("In brackets: stock faster-whisper."))


def _errors(figures: dict[str, Any], *, stock: bool) -> list[str]:
    cells = [str(figures["clips"]), str(figures["chars"]), _ratio(figures, "cer"), _span(figures, "ci95")]
    return cells + ([_ratio(figures, "stock_cer"), _span(figures, "difference_ci95")] if stock else [])


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


_TITLES = {
    "term_recall": _("terms"),
    "false_terms_per_1000": _("false terms/1,000"),
    "figure_recall": _("figures"),
    "invented_per_minute": _("invented/min"),
    "coverage": _("coverage"),
    "speaker_error": _("speaker errors"),
    "real_time_factor": _("time/sound"),
}


def _ratio(figures: dict[str, Any], key: str) -> str:
    return "—" if figures.get(key) is None else f"{figures[key]:.3f}"


def _span(figures: dict[str, Any], key: str) -> str:
    ends = figures.get(key)
    return f"{ends[0]:.3f}–{ends[1]:.3f}" if ends else "—"


def _with_stock(figures: dict[str, Any], name: str) -> str:
    """Ours, and stock's in brackets where it was measured too."""
    ours, peer = _ratio(figures, name), f"stock_{name}"
    return f"{ours} ({_ratio(figures, peer)})" if figures.get(peer) is not None else ours
