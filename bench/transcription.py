"""Our transcription beside stock faster-whisper: same weights, precision and threads, in the same run.

`python -m bench.transcription` prints one JSON object a line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transcribe.engine import Settings, Transcriber
from transcribe.evaluation.figures import rate, score
from transcribe.evaluation.hearing import hear, hear_stock
from transcribe.evaluation.recordings import Recording, read
from transcribe.stock import Stock

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "audio"
TRUSTED = "AB"
"""Tiers of clips whose references are good enough to count errors by."""

Row = dict[str, Any]


def rows(audio: Path = AUDIO) -> list[Row]:
    """Rows `{name, ours, peer, unit, ratio, note}`; ratio is ours over peer, and less is better for all of them.

    One row with a note and no figures when the recordings are not beside the checkout.
    """
    if not (audio / "manifest.tsv").is_file():
        return [_row("transcription", None, None, "", "skipped: no recordings in ../shared/audio")]
    settings = Settings()
    transcriber, stock = Transcriber(settings), Stock(settings)
    note = f"base int8, {settings.threads} threads, beam {settings.beam}; peer: stock faster-whisper"
    clips = [clip for clip in read([audio / "manifest.tsv"]) if clip.tier in TRUSTED]
    mandarin = [clip for clip in clips if clip.group.startswith("mandarin")]
    sets = {f"{len(mandarin)} Mandarin clips": mandarin}
    others = [clip for clip in clips if clip not in mandarin]
    sets[f"{len(others)} dialect and accented clips"] = others
    sets |= {name: read([audio / f"{name}.ogg"]) for name in ("interview_long", "interview_noisy")}
    transcriber.warm()
    stock.warm()
    return [row for name, recordings in sets.items() for row in _measured(name, recordings, transcriber, stock, note)]


def _measured(
    name: str, recordings: Sequence[Recording], transcriber: Transcriber, stock: Stock, note: str
) -> list[Row]:
    ours, peers = hear(recordings, transcriber), hear_stock(recordings, stock)
    figures = rate(
        [
            (score(recording, one), score(recording, other))
            for recording, one, other in zip(recordings, ours, peers, strict=True)
        ]
    )
    spent, peer_spent = sum(one.spent for one in ours), sum(other.spent for other in peers)
    return [
        _row(f"transcribe {name}: time", round(spent, 2), round(peer_spent, 2), "s", note),
        _row(f"transcribe {name}: errors", figures["cer"], figures["stock_cer"], "CER", note),
    ]


def _row(name: str, ours: float | None, peer: float | None, unit: str, note: str) -> Row:
    ratio = round(ours / peer, 3) if ours is not None and peer else None
    return {"name": name, "ours": ours, "peer": peer, "unit": unit, "ratio": ratio, "note": note}


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
