"""A long recording and short answers through one real worker process: waiting, memory, and a kill half-way.

    python -m bench.long_recording RECORDING [--begin-at 0] [--kill-at 0.5] [--cancel-at 0.6]

Five seconds of speech out of it are the short answer: sent on its own first and last (idle), and again and again while
the long one is under way, from its first second on. With `--cancel-at 1` the long one runs to its end. With
`--begin-at` it goes on from a checkpoint in which what the first windows hold is repeated up to there: to hear three
hours takes half an hour.

Prints one JSON object a line. Not among the modules of `python -m bench` for the time it takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlmodel import col, func, select

from bot.jobs.supervisor import environment
from bot.settings import Settings
from models.database import Database, migrate
from models.tables import Agency, Case, Evidence, Job, JobStretch, Officer
from models.vault import Vault
from transcribe.checkpoint import Checkpoint, Stretch
from transcribe.decode import SAMPLE_RATE, Audio, decode
from transcribe.engine import Transcriber
from transcribe.progress import Cancelled
from transcribe.voice_activity import speech_spans

ANSWER_SECONDS = 5.0
IDLE_ANSWERS = 12
HEARD = 10  # steps that are heard for `--begin-at`, and repeated
LEASE_SECONDS = 6
_PAUSE = (5.0, 20.0)  # between answers; drawn, so that they meet the long one's steps and the worker's polls anywhere

Row = dict[str, Any]


class Bench:
    """A database, a vault and a worker process in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(_env_file=None, data=folder, lease_seconds=LEASE_SECONDS)
        self.database = Database(self.settings.database)
        self.vault = Vault(self.settings.vault)
        self.most_memory = 0.0  # MiB, of any worker
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "bot.jobs.worker", "--with-parent", "--kinds", "transcription"]
        self._worker = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment(self.settings))

    def kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()

    def look_at_memory(self) -> float:
        """MiB the worker held at most (VmHWM of /proc/PID/status)."""
        with suppress(OSError, IndexError):
            lines = Path(f"/proc/{self._worker.pid}/status").read_text().splitlines()  # type: ignore[union-attr]
            highest = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
            self.most_memory = max(self.most_memory, highest)
            return highest
        return 0.0

    async def keep(self, recording: Path, seconds: float) -> Evidence:
        stored, now = self.vault.put(recording), datetime.now(UTC)
        async with self.database.transaction() as session:
            agency = Agency(code=stored.sha256[:8], name="甲局", pack="p", created_at=now)
            session.add(agency)
            await session.flush()
            officer = Officer(agency_id=agency.id, name="李明", roles=["officer"])
            session.add(officer)
            await session.flush()
            case = Case(agency_id=agency.id, pack="p@1.0.0", officer_id=officer.id, opened_at=now)
            session.add(case)
            await session.flush()
            evidence = Evidence(
                agency_id=agency.id, case_id=case.id, officer_id=officer.id, key=stored.sha256, kind="recording",
                sha256=stored.sha256, size=stored.size, received_at=now, wall_at=now, seconds=seconds,
            )  # fmt: skip
            session.add(evidence)
        return evidence

    async def owe(self, evidence: Evidence, seconds: float, progress: float = 0.0, kept: Sequence[Stretch] = ()) -> int:
        purpose = "answer" if seconds <= ANSWER_SECONDS else "dialogue"
        async with self.database.transaction() as session:
            job = Job(
                kind="transcription", agency_id=evidence.agency_id, officer_id=evidence.officer_id,
                evidence_id=evidence.id, arguments={"seconds": seconds, "purpose": purpose},
                created_at=datetime.now(UTC),
                progress=progress,
            )  # fmt: skip
            session.add(job)
            await session.flush()
            session.add_all(
                JobStretch(job_id=job.id, position=position, data=data) for position, data in enumerate(kept)
            )
        assert job.id is not None
        return job.id

    async def job(self, job_id: int) -> Job:
        async with self.database.reading() as session:
            return await session.get_one(Job, job_id)

    async def stretches(self, job_id: int) -> int:
        async with self.database.reading() as session:
            count = select(func.count()).where(col(JobStretch.job_id) == job_id)
            return int((await session.exec(count)).one())

    async def until(self, job_id: int, reached: Callable[[Job], bool], pause: float = 0.02) -> Job:
        while True:
            job = await self.job(job_id)
            if reached(job):
                return job
            if job.state in ("failed", "cancelled"):
                raise RuntimeError(f"job is {job.state}: {job.fault} {job.fault_params}")
            await asyncio.sleep(pause)

    async def answer(self, evidence: Evidence) -> float:
        """Seconds from the moment an answer's job is owed until its result is stored."""
        begun = time.monotonic()
        await self.until(await self.owe(evidence, ANSWER_SECONDS), lambda job: job.state == "done")
        return time.monotonic() - begun

    async def answers_until(self, evidence: Evidence, job_id: int, reached: Callable[[Job], bool]) -> list[float]:
        """Send answers one after another until the long job has come so far; how long each took."""
        waited = []
        while not reached(await self.job(job_id)):
            waited.append(await self.answer(evidence))
            self.look_at_memory()
            await asyncio.sleep(random.uniform(*_PAUSE))
        return waited


def repeated(audio: Audio, recording: str, share: float) -> list[Stretch]:
    """A checkpoint for about the first `share` of the windows, made of a few that are heard and repeated."""
    kept: list[Stretch] = []
    with suppress(Cancelled):
        Transcriber().transcribe(
            audio,
            checkpoint=Checkpoint(recording, keep=lambda _, stretch: kept.append(stretch)),
            cancelled=lambda: len(kept) > HEARD,
        )
    windows = kept[0]["windows"]
    heard = kept[1:]
    block = sum(step["windows"] for step in heard)
    for first in range(block, round(share * len(windows)) - block, block):
        later = windows[first]["speech"][0]["start"] - windows[0]["speech"][0]["start"]
        kept += [{**step, "segments": [_moved(segment, later) for segment in step["segments"]]} for step in heard]
    return kept


def _moved(segment: dict[str, Any], later: float) -> dict[str, Any]:
    words = [{**word, "start": word["start"] + later, "end": word["end"] + later} for word in segment["words"]]
    return {**segment, "start": segment["start"] + later, "end": segment["end"] + later, "words": words}


async def measure(recording: Path, begin_at: float, kill_at: float, cancel_at: float) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="zhilu-bench-") as folder:
        audio = decode(recording)
        answer = Path(folder) / "answer.wav"
        spoken = max(speech_spans(Audio(audio.samples[: 600 * SAMPLE_RATE])), key=lambda span: span.seconds)
        begin = round(spoken.start * SAMPLE_RATE)
        with wave.open(str(answer), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.writeframes(audio.samples[begin : begin + round(ANSWER_SECONDS * SAMPLE_RATE)].tobytes())
        seconds = audio.duration
        bench = Bench(Path(folder) / "data")
        await asyncio.to_thread(migrate, bench.settings.database)
        try:
            long, short = await bench.keep(recording, seconds), await bench.keep(answer, ANSWER_SECONDS)
            kept = await asyncio.to_thread(repeated, audio, long.sha256, begin_at) if begin_at else []
            del audio
            return await _measure(bench, long, short, kept, begin_at, kill_at, cancel_at)
        finally:
            bench.kill()
            await bench.database.close()


async def _measure(
    bench: Bench,
    long: Evidence,
    short: Evidence,
    kept: list[Stretch],
    begin_at: float,
    kill_at: float,
    cancel_at: float,
) -> list[Row]:
    seconds = long.seconds or 0.0
    bench.start()
    await bench.answer(short)  # loads the model
    idle = [await _apart(bench.answer, short) for _ in range(IDLE_ANSWERS)]
    began = time.monotonic()
    job_id = await bench.owe(long, seconds, begin_at, kept)
    await bench.until(job_id, lambda job: job.state == "running")
    waited = await bench.answers_until(short, job_id, lambda job: job.progress >= kill_at)
    first_memory, worked = bench.look_at_memory(), time.monotonic() - began
    bench.kill()
    killed = await bench.job(job_id)
    stood = await bench.stretches(job_id)
    bench.start()
    began = time.monotonic()
    resumed = await bench.until(job_id, lambda job: job.attempts > 1 or job.token != killed.token)
    least = min(resumed.progress, killed.progress)
    while await bench.stretches(job_id) == stood:
        await asyncio.sleep(0.02)
    back, again = time.monotonic() - began, await bench.job(job_id)
    ended = (lambda job: job.state == "done") if cancel_at >= 1 else (lambda job: job.progress >= cancel_at)
    waited += await bench.answers_until(short, job_id, ended)
    bench.look_at_memory()
    rows = [
        _row("answer of 5 s, idle: median", median(idle), "s", f"{len(idle)} answers before the long one"),
        _row("answer of 5 s beside the long one: median", median(waited), "s", f"{len(waited)} answers"),
        _row("answer of 5 s beside the long one: longest", max(waited), "s", f"longest idle {max(idle):.2f}"),
        _row("waiting, ratio of medians", median(waited) / median(idle), "×", ""),
        _row("memory of the worker, most", bench.most_memory, "MiB", f"VmHWM; before the kill {first_memory:.0f}"),
        _row("killed at", killed.progress * seconds, "s", f"of {seconds:.0f}, after {worked:.0f} s; {stood} stretches"),
        _row("first new stretch at", again.progress * seconds, "s", f"never stood below {least * seconds:.0f} s"),
        _row("from the new process to its first new stretch", back, "s", f"lease {LEASE_SECONDS} s included"),
    ]
    if cancel_at < 1:
        async with bench.database.transaction() as session:
            job = await session.get_one(Job, job_id)
            job.cancel_asked = True
            session.add(job)
        began = time.monotonic()
        while (await bench.job(job_id)).state != "cancelled":
            await asyncio.sleep(0.02)
        rows.append(_row("cancelled within", time.monotonic() - began, "s", ""))
    late = [await _apart(bench.answer, short) for _ in range(IDLE_ANSWERS)]
    rows.append(_row("answer of 5 s, idle again: median", median(late), "s", f"longest {max(late):.2f}"))
    return rows


async def _apart(work: Callable[[Evidence], Any], evidence: Evidence) -> float:
    await asyncio.sleep(random.uniform(1.0, 3.0))
    return float(await work(evidence))


def _row(name: str, ours: float, unit: str, note: str) -> Row:
    return {"name": name, "ours": round(ours, 2), "peer": None, "unit": unit, "ratio": None, "note": note}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.long_recording", description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--begin-at", type=float, default=0.0)
    parser.add_argument("--kill-at", type=float, default=0.5)
    parser.add_argument("--cancel-at", type=float, default=0.6)
    options = parser.parse_args()
    for row in asyncio.run(measure(options.recording, options.begin_at, options.kill_at, options.cancel_at)):
        print(json.dumps(row, ensure_ascii=False), flush=True)
