"""`zhilu transcribe`: drafts on the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Console
from bot.settings import Settings
from models.errors import InvalidInput, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transcribe.engine import Transcriber
    from transcribe.progress import Progress
    from transcribe.transcript import Segment, Transcript


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t

    @app.command("transcribe", help=t("Transcribe recordings; with --json one object a line, in the order given."))
    def transcribe(
        audio: Annotated[list[Path], typer.Argument(help=t("Recordings."), metavar="AUDIO…")],
        as_json: Annotated[
            bool, typer.Option("--json", help=t("JSON on standard output and nothing else there."))
        ] = False,
        terms: Annotated[
            Path | None, typer.Option(help=t("Text file of names and terms of the case, one a line."))
        ] = None,
        dialect: Annotated[str | None, typer.Option(help=t("Dialect spoken, for example southwestern."))] = None,
        model: Annotated[str | None, typer.Option(help=t("Another model, by folder or name."))] = None,
    ) -> None:
        raise typer.Exit(_transcribe(console, audio, as_json=as_json, terms=terms, dialect=dialect, model=model))


def read_terms(path: Path | None) -> list[str]:
    """Terms, one a line, blank lines left out. Raises InvalidInput `file.unreadable`, Missing `file.absent`."""
    if path is None:
        return []
    if not path.is_file():
        raise Missing("file.absent", path=str(path))
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (UnicodeDecodeError, OSError) as cause:
        raise InvalidInput("file.unreadable", path=str(path)) from cause
    return [line.strip() for line in lines if line.strip()]


def _transcribe(
    console: Console, audio: list[Path], *, as_json: bool, terms: Path | None, dialect: str | None, model: str | None
) -> int:
    """Every usable recording is transcribed; 2 when one was not usable."""
    from transcribe.dialects import lexicon, lexicons
    from transcribe.files import transcribe_file

    case_terms = read_terms(terms)
    if dialect is not None:
        lexicon(dialect, lexicons(Settings().lexicons))
    unusable = 0
    transcriber = None
    for path in audio:
        try:
            if not path.is_file():
                raise Missing("file.absent", path=str(path))
            transcriber = transcriber or _transcriber(model)
            transcript = transcribe_file(
                path, transcriber, case_terms=case_terms, dialect=dialect, progress=progress_of(path.name)
            )
        except (InvalidInput, Missing) as refusal:
            console.complain(refusal, about=path.name)
            unusable += 1
            continue
        if as_json:
            console.json(transcript.to_json())
        else:
            _show_transcript(console, transcript, titled=len(audio) > 1)
    return 2 if unusable else 0


def _transcriber(model: str | None) -> "Transcriber":
    from bot.engine_settings import engine_settings
    from transcribe.engine import Transcriber

    return Transcriber(engine_settings(Settings(), model))


def _show_transcript(console: Console, transcript: "Transcript", *, titled: bool) -> None:
    if titled:
        console.say(f"# {transcript.file}")
    for segment in transcript.segments:
        speaker = f"{segment.speaker} " if segment.speaker else ""
        console.say(f"[{segment.start:.1f}–{segment.end:.1f}] {speaker}{segment.text}")
        for word in segment.dialect:
            console.say(f"    {word.term}：{word.meaning}")
        for mark in _marks(console, segment):
            console.say(f"    {mark}")
    for skipped in transcript.coverage.skipped:
        console.note(
            console.t(
                "not transcribed: {start}–{end} s ({reason})",
                start=f"{skipped.start:.1f}",
                end=f"{skipped.end:.1f}",
                reason=skipped.reason,
            )
        )


def _marks(console: Console, segment: "Segment") -> "Iterator[str]":
    """What is written otherwise than heard, what may be a term, and figures in their written form."""
    t, text = console.t, segment.text
    for change in segment.changes:
        yield t("{written}: heard as {heard}", written=text[change.start : change.end], heard=change.heard or "—")
    for each in segment.proposals:
        yield t("{heard}: perhaps {term}", heard=text[each.start : each.end], term=each.term)
    for figure in segment.figures:
        wrong = t(" (its check digit is wrong)") if figure.valid is False else ""
        yield f"{figure.spoken}：{figure.written}{wrong}"


def progress_of(name: str) -> "Progress":
    """Shows on a terminal how far the work is; silent elsewhere."""

    def show(done: float, total: float) -> None:
        if sys.stderr.isatty() and total > 0:
            sys.stderr.write(f"\r{name} {min(done / total, 1):.0%}" + ("\n" if done >= total else " "))
            sys.stderr.flush()

    return show
