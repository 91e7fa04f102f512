"""Sounds of offices, streets and phones in which nobody says a word, synthesised alike on every machine.

Each kind is a function of a number of samples (16 kHz) and a generator of random numbers. Voiced sounds without words
(humming, laughter, coughing) are among them: they pass any detector that only looks for a voice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.transcribe.synthesis import Sound, band, decay, harmonic, noise, place, slow, throat, time, times
from transcribe.decode import SAMPLE_RATE, Audio

Kind = Callable[[int, np.random.Generator], Sound]

LEVELS = (-45.0, -25.0, -6.0)
"""Peaks in dB below full scale."""


def recording(name: str, level: float, seconds: float = 40.0, seed: int = 0) -> Audio:
    """`seconds` of the kind `name` with its peak at `level`."""
    sound = KINDS[name](round(seconds * SAMPLE_RATE), np.random.default_rng([seed, *name.encode()]))
    peak = float(np.abs(sound).max()) or 1.0
    return Audio((sound * (10 ** (level / 20) * 32767 / peak)).astype(np.int16))


# --- nobody there --------------------------------------------------------------------------------------------


def silence(count: int, rng: np.random.Generator) -> Sound:
    return np.zeros(count)


def clicks_in_digital_silence(count: int, rng: np.random.Generator) -> Sound:
    sound = np.zeros(count)
    sound[rng.integers(0, count, count // 8000)] = rng.uniform(-1, 1, count // 8000)
    return sound


def white_noise(count: int, rng: np.random.Generator) -> Sound:
    return noise(count, rng, lambda f: np.ones_like(f))


def pink_noise(count: int, rng: np.random.Generator) -> Sound:
    return noise(count, rng, lambda f: 1 / np.sqrt(np.maximum(f, 20.0)))


def brown_noise(count: int, rng: np.random.Generator) -> Sound:
    return noise(count, rng, lambda f: 1 / np.maximum(f, 20.0))


def mains_hum(count: int, rng: np.random.Generator) -> Sound:
    hum = harmonic(np.full(count, 50.0), (1.0, 0.6, 0.5, 0.2, 0.3, 0.1, 0.15))
    return hum + 0.05 * white_noise(count, rng)


# --- street and weather --------------------------------------------------------------------------------------


def traffic(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.3 * noise(count, rng, band(30, 250))
    for at in times(count, rng, 3, 9):
        length = round(float(rng.uniform(3, 7)) * SAMPLE_RATE)
        passing = noise(length, rng, band(80, float(rng.uniform(600, 1800))))
        place(sound, at, passing * np.hanning(length) ** 2, float(rng.uniform(0.4, 1)))
    return sound


def engine(count: int, rng: np.random.Generator) -> Sound:
    pitch = 26 + 14 * slow(count, rng, 0.4)
    firing = harmonic(pitch, tuple(1 / (n + 1) ** 0.8 for n in range(40)))
    return firing * (0.8 + 0.2 * slow(count, rng, 30)) + 0.2 * noise(count, rng, band(100, 1500))


def siren(count: int, rng: np.random.Generator) -> Sound:
    t = time(count)
    sweep = np.where((t // 10) % 2 == 0, 900 + 400 * np.sin(2 * np.pi * t / 4), np.where(t % 1.2 < 0.6, 650.0, 870.0))
    return harmonic(sweep, (1, 0.5, 0.35, 0.2)) * (0.2 + 0.8 * slow(count, rng, 0.1)) + 0.1 * traffic(count, rng)


def wind(count: int, rng: np.random.Generator) -> Sound:
    gusts = noise(count, rng, band(20, 300)) * slow(count, rng, 0.5) ** 2
    return gusts + 0.3 * noise(count, rng, band(400, 900)) * slow(count, rng, 1.5) ** 3


def rain(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.3 * noise(count, rng, band(1000, 7000))
    for at in times(count, rng, 0.01, 0.12):
        t = time(400)
        place(sound, at, np.sin(2 * np.pi * float(rng.uniform(900, 5000)) * t) * decay(0.025, 0.004), 0.5)
    return sound


# --- office --------------------------------------------------------------------------------------------------


def keyboard(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.01 * pink_noise(count, rng)
    for at in times(count, rng, 0.06, 0.5):
        place(sound, at, noise(960, rng, band(1200, 5000)) * decay(0.06, 0.008), float(rng.uniform(0.3, 1)))
    return sound


def steps_and_doors(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.01 * brown_noise(count, rng)
    for at in times(count, rng, 0.45, 0.65):
        place(sound, at, noise(3200, rng, band(60, 500)) * decay(0.2, 0.03), 0.3)
    for at in times(count, rng, 5, 12):
        place(sound, at, noise(12800, rng, band(40, 900)) * decay(0.8, 0.06))
    return sound


def paper_and_chairs(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.01 * pink_noise(count, rng)
    for at in times(count, rng, 0.8, 3):
        length = round(float(rng.uniform(0.2, 0.9)) * SAMPLE_RATE)
        rustle = noise(length, rng, band(1500, 7000)) * np.hanning(length) * slow(length, rng, 40) ** 3
        place(sound, at, rustle, 0.8)
    for at in times(count, rng, 4, 9):
        length = round(float(rng.uniform(0.4, 1.1)) * SAMPLE_RATE)
        creak = throat(220 + 160 * slow(length, rng, 5), ((700, 1), (1900, 0.6)))
        place(sound, at, creak * np.hanning(length), 0.7)
    return sound


# --- phones and music ----------------------------------------------------------------------------------------


def phone_ringing(count: int, rng: np.random.Generator) -> Sound:
    """An old bell's two tones (1 s in 5), a dialling tone of 450 Hz, and the engaged tone between."""
    t = time(count)
    bell = (
        (np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 480 * t)) * (t % 5 < 1) * (0.6 + 0.4 * np.sin(40 * np.pi * t))
    )
    return np.select(
        [(t % 40) < 20, (t % 40) < 30],
        [bell / 2, np.sin(2 * np.pi * 450 * t) * (t % 0.7 < 0.35)],
        0.7 * np.sin(2 * np.pi * 450 * t),
    )


def beeps(count: int, rng: np.random.Generator) -> Sound:
    """Keys of a phone (ITU-T Q.23), a till, a reversing lorry."""
    sound = np.zeros(count)
    for at in times(count, rng, 0.15, 1.2):
        t = time(round(float(rng.uniform(0.08, 0.4)) * SAMPLE_RATE))
        low, high = rng.choice([697.0, 770.0, 852.0, 941.0]), rng.choice([1209.0, 1336.0, 1477.0, 1000.0, 2000.0])
        place(sound, at, (np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)) / 2)
    return sound


def ringtone(count: int, rng: np.random.Generator) -> Sound:
    sound = np.zeros(count)
    notes = rng.choice([523.3, 587.3, 659.3, 784.0, 880.0, 1046.5], 16)
    for number, at in enumerate(np.arange(0, count / SAMPLE_RATE, 0.16)):
        if number % 48 < 32:
            pitch = np.full(4800, notes[number % 16])
            place(sound, float(at), harmonic(pitch, (1, 0.3, 0.1)) * decay(0.3, 0.08))
    return sound


def music(count: int, rng: np.random.Generator) -> Sound:
    """Chords, a melody with vibrato in the range of a voice, a bass and a drum, 100 beats a minute."""
    sound = np.zeros(count)
    scale = 220 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    for number, at in enumerate(np.arange(0, count / SAMPLE_RATE, 0.6)):
        if number % 4 == 0:
            root = float(rng.choice(scale[:4])) / 2
            for ratio in (1, 1.26, 1.5):
                place(
                    sound,
                    float(at),
                    harmonic(np.full(38400, root * ratio), (1, 0.5, 0.3, 0.1)) * decay(2.4, 0.9),
                    0.3,
                )
        length = round(float(rng.choice([0.3, 0.6, 1.2])) * SAMPLE_RATE)
        vibrato = 1 + 0.012 * np.sin(2 * np.pi * 5.5 * time(length))
        lead = harmonic(float(rng.choice(scale)) * vibrato, (1, 0.7, 0.5, 0.35, 0.2, 0.1))
        place(sound, float(at), lead * np.sin(np.pi * np.arange(length) / length) ** 0.5, 0.4)
        place(sound, float(at), noise(3200, rng, band(50, 200 if number % 2 else 6000)) * decay(0.2, 0.04), 0.6)
    return sound


def strings(count: int, rng: np.random.Generator) -> Sound:
    """A bowed melody that glides: close to a voice without words."""
    steps = rng.choice([196.0, 220.0, 246.9, 293.7, 329.6, 392.0], count // 12000 + 2)
    pitch = np.interp(np.arange(count), np.arange(len(steps)) * 12000, steps)
    pitch = pitch * (1 + 0.01 * np.sin(2 * np.pi * 6 * time(count)))
    return harmonic(pitch, tuple(1 / (n + 1) for n in range(12))) * (0.3 + 0.7 * slow(count, rng, 1.5))


# --- people and animals without words ------------------------------------------------------------------------


def breathing(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.003 * pink_noise(count, rng)
    for number, at in enumerate(times(count, rng, 1.2, 2.2)):
        length = round(float(rng.uniform(0.7, 1.4)) * SAMPLE_RATE)
        air = noise(length, rng, band(300, 1200) if number % 2 else band(700, 3500))
        place(sound, at, air * np.hanning(length), float(rng.uniform(0.4, 1)))
    return sound


def coughing(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.005 * pink_noise(count, rng)
    for at in times(count, rng, 2, 6):
        for again in range(int(rng.integers(1, 4))):
            burst = noise(5600, rng, band(300, 3500)) * decay(0.35, 0.07)
            voiced = throat(np.linspace(260, 150, 5600), ((650, 1), (1100, 0.7))) * decay(0.35, 0.05)
            place(sound, at + 0.4 * again, burst + 0.6 * voiced, float(rng.uniform(0.5, 1)))
    return sound


def laughing(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.005 * pink_noise(count, rng)
    for at in times(count, rng, 2.5, 6):
        top = float(rng.uniform(180, 420))
        for n in range(int(rng.integers(3, 9))):
            length = 2000
            pitch = np.linspace(top * (1.1 - 0.04 * n), top * (0.9 - 0.04 * n), length)
            voice = throat(pitch, ((850, 1), (1250, 0.8), (2600, 0.3)))
            breath = noise(length, rng, band(800, 4000))
            place(sound, at + 0.2 * n, (voice + 0.3 * breath) * np.hanning(length), 0.95**n)
    return sound


def humming(count: int, rng: np.random.Generator) -> Sound:
    steps = rng.choice([130.8, 146.8, 164.8, 196.0, 220.0], count // 9000 + 2)
    pitch = np.interp(np.arange(count), np.arange(len(steps)) * 9000 + 4000, steps)
    pitch = pitch * (1 + 0.008 * np.sin(2 * np.pi * 5 * time(count)))
    phrase = (time(count) % 9 < 6.5) * (0.4 + 0.6 * slow(count, rng, 2))
    return throat(pitch, ((280, 1), (1000, 0.1))) * phrase + 0.003 * pink_noise(count, rng)


def barking(count: int, rng: np.random.Generator) -> Sound:
    sound = 0.01 * pink_noise(count, rng)
    for at in times(count, rng, 0.4, 4):
        length = 3600
        bark = throat(np.linspace(520, 330, length), ((700, 1), (1500, 0.8))) + 0.5 * noise(
            length, rng, band(400, 3000)
        )
        place(sound, at, bark * np.hanning(length) ** 0.5, float(rng.uniform(0.4, 1)))
    return sound


def distant_murmur(count: int, rng: np.random.Generator) -> Sound:
    """Noise with the spectrum and the four beats a second of many voices, none of them to be understood."""
    crowd = noise(count, rng, band(150, 900)) * (0.4 + 0.6 * slow(count, rng, 8))
    return crowd + 0.4 * noise(count, rng, band(900, 2500)) * slow(count, rng, 8) ** 2


KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        silence, clicks_in_digital_silence, white_noise, pink_noise, brown_noise, mains_hum, traffic, engine, siren,
        wind, rain, keyboard, steps_and_doors, paper_and_chairs, phone_ringing, beeps, ringtone, music, strings,
        breathing, coughing, laughing, humming, barking, distant_murmur,
    )
}  # fmt: skip
