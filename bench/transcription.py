"""Our transcription beside stock faster-whisper: same weights, precision and threads, in the same run.

`python -m bench.transcription` prints one JSON object a line.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transcribe.decode import Audio, decode
from transcribe.engine import Settings, Transcriber
from transcribe.evaluation import read_manifest
from transcribe.normalisation import comparable, edit_distance
from transcribe.stock import Stock

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "audio"
LONG = "interview_long"
CLIPS_PER_GROUP = 2
GROUPS = ("mandarin", "mandarin-dialogue", "mandarin-noisy", "accented-mandarin")

Row = dict[str, Any]


def rows(audio: Path = AUDIO) -> list[Row]:
    """Rows `{name, ours, peer, unit, ratio, note}`; ratio is ours over peer, for seconds and CER less is better.

    One row with a note and no figures when the recordings are not beside the checkout.
    """
    if not (audio / f"{LONG}.ogg").is_file():
        return [_row("transcription", None, None, "", "skipped: no recordings in ../shared/audio")]
    transcriber = Transcriber(Settings(threads=2))
    stock = Stock(transcriber)
    note = f"base int8, 2 threads, beam {transcriber.settings.beam}; peer: stock faster-whisper"
    long = [(decode(audio / f"{LONG}.ogg"), _interview_reference(audio / f"{LONG}.turns.tsv"))]
    clips = [(decode(clip.path), clip.reference) for clip in _chosen(audio / "manifest.tsv")]
    # The first use allocates; neither side shall pay for it.
    transcriber.transcribe(clips[0][0])
    stock.text(clips[0][0])
    measured: list[Row] = []
    for name, sounds in (("long interview, 316 s", long), (f"{len(clips)} Mandarin clips", clips)):
        ours_seconds, ours_rate = _measure(lambda sound: transcriber.transcribe(sound).text, sounds)
        peer_seconds, peer_rate = _measure(stock.text, sounds)
        measured.append(_row(f"transcribe {name}: time", ours_seconds, peer_seconds, "s", note))
        measured.append(_row(f"transcribe {name}: errors", ours_rate, peer_rate, "CER", note))
    return measured


def _chosen(manifest: Path) -> list[Any]:
    chosen = []
    for group in GROUPS:
        trusted = [clip for clip in read_manifest(manifest) if clip.group == group and clip.tier in "AB"]
        chosen += trusted[:CLIPS_PER_GROUP]
    return chosen


def _interview_reference(turns: Path) -> str:
    lines = turns.read_text(encoding="utf-8").splitlines()[1:]
    return "".join(line.split("\t")[3] for line in lines if line)


def _measure(work: Callable[[Audio], str], sounds: list[tuple[Audio, str]]) -> tuple[float, float]:
    """Seconds of work, and errors over reference characters."""
    seconds, errors, characters = 0.0, 0, 0
    for sound, reference in sounds:
        began = time.perf_counter()
        text = work(sound)
        seconds += time.perf_counter() - began
        expected = comparable(reference)
        errors += edit_distance(expected, comparable(text))
        characters += len(expected)
    return round(seconds, 2), round(errors / characters, 4)


def _row(name: str, ours: float | None, peer: float | None, unit: str, note: str) -> Row:
    ratio = round(ours / peer, 3) if ours is not None and peer else None
    return {"name": name, "ours": ours, "peer": peer, "unit": unit, "ratio": ratio, "note": note}


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
