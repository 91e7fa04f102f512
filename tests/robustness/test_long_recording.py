"""A worker is killed in the middle of an interview: the next one goes on there, an answer passes, no word is lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from bot.jobs.queue import enqueue
from bot.jobs.supervisor import environment
from bot.settings import Settings
from bot.work import Person
from models.database import Database
from models.tables import JobStretch
from tests.jobs.conftest import Server, database, person, server
from tests.jobs.test_kinds import keep
from tests.jobs.test_queue import stored
from tests.jobs.test_worker_process import ROOT, until
from tests.support.need import shared
from transcribe.decode import SAMPLE_RATE, decode
from transcribe.engine import Transcriber

__all__ = ["database", "person", "server"]

INTERVIEW, ANSWER = "audio/interview_noisy.ogg", "audio/aishell_BAC009S0150W0132.wav"
_WITHIN = 0.02

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data=tmp_path, lease_seconds=3)


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Start]:
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "bot.jobs.worker", "--with-parent", "--kinds", "transcription"]

    def one() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, env=environment(settings), cwd=ROOT))
        return started[-1]

    yield one
    for worker in started:
        worker.kill()
        worker.wait()
        assert worker.stdin is not None
        worker.stdin.close()


async def owe(database: Database, server: Server, person: Person, clip: Path, seconds: float, purpose: str) -> int:
    evidence_id = await keep(database, server, person, clip, "recording")
    async with database.transaction() as session:
        job = await enqueue(
            await server.work(session),
            "transcription",
            officer_id=person.id,
            agency_id=person.agency.id or 0,
            evidence_id=evidence_id,
            arguments={"seconds": seconds, "purpose": purpose},
        )
    assert job.id is not None
    return job.id


async def stretches(database: Database, job_id: int) -> int:
    async with database.reading() as session:
        count = select(func.count()).where(JobStretch.job_id == job_id)
        return int((await session.exec(count)).one())


def twice(recording: Path, path: Path) -> Path:
    """The recording and the recording again."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(2 * decode(recording).samples.tobytes())
    return path


def words(transcript: dict[str, Any]) -> dict[str, Any]:
    """All but the name of the file, which evidence of the test has none of."""
    return {name: value for name, value in transcript.items() if name != "file"}


@pytest.mark.whisper
@pytest.mark.slow
async def test_a_killed_workers_interview_goes_on_where_it_was(
    database: Database, server: Server, person: Person, start: Start, tmp_path: Path
) -> None:
    interview, answer = twice(shared(INTERVIEW), tmp_path / "interview.wav"), shared(ANSWER)
    long = await owe(database, server, person, interview, 220, "dialogue")
    worker = start()
    await until(database, long, lambda job: job.progress >= 0.4, seconds=300)
    worker.kill()
    worker.wait()
    killed, kept = await stored(database, long), await stretches(database, long)
    assert kept >= 2 and killed.state == "running"

    start()
    await until(database, long, lambda job: job.token != killed.token, seconds=60)
    short = await owe(database, server, person, answer, 8, "answer")
    least = killed.progress
    while (await stored(database, short)).state != "done":
        job = await stored(database, long)
        assert job.state == "running", "the answer came after the interview"
        assert await stretches(database, long) >= kept, "nothing heard is heard again"
        least = min(least, job.progress)
        await asyncio.sleep(0.05)
    assert least >= killed.progress - _WITHIN
    done = await until(database, long, lambda job: job.state == "done", seconds=300)
    unkilled = await asyncio.to_thread(lambda: Transcriber().transcribe(decode(interview)))
    assert done.result is not None and words(done.result["transcript"]) == words(unkilled.to_json())
