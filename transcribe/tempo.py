"""The same voice slower or faster, its pitch kept (FFmpeg's `atempo`, a waveform-similarity overlap-add)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

from transcribe.decode import SAMPLE_RATE

_LAYOUT = "mono"
_FORMAT = "flt"


def slowed(sound: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """`sound` (16 kHz mono) made `factor` times as long, 0.5 to 2."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format=_FORMAT, layout=_LAYOUT, time_base=Fraction(1, SAMPLE_RATE)
    )
    tempo = graph.add("atempo", f"{1 / factor:.6f}")
    sink = graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1).astype(np.float32), format=_FORMAT, layout=_LAYOUT)
    frame.sample_rate = SAMPLE_RATE
    frame.pts = 0
    source.push(frame)
    source.push(None)
    parts = []
    while True:
        try:
            pulled: Any = sink.pull()
            parts.append(pulled.to_ndarray().reshape(-1))
        except (av.error.EOFError, av.error.BlockingIOError):
            break
    return np.concatenate(parts) if parts else sound
