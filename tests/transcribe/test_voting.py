"""Which of several readings is believed, and the slower copy they come from."""

from __future__ import annotations

import numpy as np
import pytest

from tests.transcribe.sound import tone
from transcribe.decode import SAMPLE_RATE
from transcribe.language_model import mandarin
from transcribe.likelihood import fluency
from transcribe.tempo import slowed
from transcribe.voting import Candidate, least_risk


def test_what_most_readings_agree_on_outweighs_the_likeliest() -> None:
    readings = [
        Candidate("男子聚焦停车费", -0.300, 9),
        Candidate("男子拒交停车费", -0.305, 9),
        Candidate("男子拒交停车费。", -0.305, 10),
        Candidate("男子拒缴停车费", -0.310, 9),
    ]
    assert readings[least_risk(readings)].text.startswith("男子拒交")


def test_a_much_likelier_reading_is_believed_against_the_others() -> None:
    readings = [Candidate("记不清了", -0.1, 5), Candidate("几布青乐", -0.9, 5), Candidate("几布青了", -0.9, 5)]
    assert least_risk(readings) == 0


def test_the_language_decides_between_readings_equally_well_heard() -> None:
    texts = ("我们要去北京", "我们药去背景")
    readings = [Candidate(text, -0.3, 8, fluency(text, mandarin())) for text in texts]
    assert least_risk(readings) == 0
    assert least_risk(readings[::-1]) == 1


def test_text_without_chinese_is_neither_likely_nor_unlikely() -> None:
    assert fluency("abc 123", mandarin()) == 0.0
    assert fluency("北京", mandarin()) < 0.0


@pytest.mark.parametrize("factor", [1.12, 0.9])
def test_a_slowed_voice_is_longer_and_no_lower(factor: float) -> None:
    sound = tone(2.0).astype(np.float32) / 32768
    longer = slowed(sound, factor)
    assert len(longer) / len(sound) == pytest.approx(factor, rel=0.02)
    spectrum = np.abs(np.fft.rfft(longer * np.hanning(len(longer))))
    assert spectrum.argmax() * SAMPLE_RATE / len(longer) == pytest.approx(440.0, abs=3.0)
