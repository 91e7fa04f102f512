"""Worker processes as the server runs them: killed, stopped past their lease, ended with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.jobs.queue import cancel_job
from bot.jobs.supervisor import WorkerProcess, environment
from bot.nursery import Nursery
from bot.settings import Settings
from bot.work import Person
from models.database import Database
from models.tables import Job
from tests.jobs.conftest import Server
from tests.jobs.test_queue import owe, stored

MODULE = "tests.jobs.counting_worker"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data=tmp_path, lease_seconds=2)


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Callable[[], asyncio.subprocess.Process]]:
    started: list[subprocess.Popen[bytes]] = []

    def one() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, "--with-parent", "--kinds", "count"],
            stdin=subprocess.PIPE,
            env=environment(settings),
            cwd=ROOT,
        )
        started.append(process)
        return process

    yield one
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()


async def until(database: Database, job_id: int, reached: Callable[[Job], bool], seconds: float = 30) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job = await stored(database, job_id)
        if reached(job):
            return job
        await asyncio.sleep(0.05)
    raise AssertionError(f"job stands at {job.state} {job.progress} {job.fault}")


async def test_progress_and_result_come_through_the_row(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=15)
    process = start()
    halfway = await until(database, job_id, lambda job: job.progress > 0.3)
    assert halfway.state == "running"
    done = await until(database, job_id, lambda job: job.state == "done")
    assert done.result == {"counted": 15, "by": process.pid, "after": 0}


async def test_a_fault_with_a_code_fails_at_once_another_is_tried_again(
    database, server: Server, person: Person, start
) -> None:
    refused = await owe(database, server, person, refuse=True)
    broken = await owe(database, server, person, **{"break": True})
    start()
    job = await until(database, refused, lambda job: job.state == "failed")
    assert (job.fault, job.fault_params, job.attempts) == ("count.refused", {"n": 1}, 1)
    job = await until(database, broken, lambda job: job.state == "failed")
    assert (job.fault, job.attempts) == ("job.gave_up", 5)


async def test_cancelling_stops_the_work(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=300)
    start()
    await until(database, job_id, lambda job: job.state == "running")
    async with database.transaction() as session:
        await cancel_job(await server.work(session), person, job_id)
    job = await until(database, job_id, lambda job: job.state == "cancelled", seconds=5)
    assert job.result is None


async def test_a_killed_workers_job_is_done_by_another(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=40)
    first = start()
    await until(database, job_id, lambda job: job.progress > 0.3)
    first.kill()
    first.wait()
    second = start()
    job = await until(database, job_id, lambda job: job.state == "done")
    assert job.attempts == 1, "it had moved on: the first attempt does not count against it"
    assert job.result is not None and (job.result["counted"], job.result["by"]) == (40, second.pid)
    assert job.result["after"] >= 12


async def test_a_worker_frozen_past_its_lease_changes_nothing(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=30)
    frozen = start()
    await until(database, job_id, lambda job: job.progress > 0.05)
    frozen.send_signal(signal.SIGSTOP)
    other = start()
    await until(database, job_id, lambda job: job.attempts == 2)
    frozen.send_signal(signal.SIGCONT)
    job = await until(database, job_id, lambda job: job.state == "done")
    assert job.result is not None and (job.result["counted"], job.result["by"]) == (30, other.pid)
    await asyncio.sleep(1)
    assert (await stored(database, job_id)).result == job.result
    assert frozen.poll() is None


async def test_short_work_is_done_while_long_work_is_under_way(database, server: Server, person: Person, start) -> None:
    long = await owe(database, server, person, steps=300, seconds=300)
    start()
    await until(database, long, lambda job: job.state == "running")
    alike = await owe(database, server, person, steps=3, seconds=300)
    short = await owe(database, server, person, steps=3, seconds=5)
    await until(database, short, lambda job: job.state == "done", seconds=10)
    assert (await stored(database, long)).state == "running"
    assert (await stored(database, alike)).state == "queued", "what is as long waits for its turn"


async def test_time_left_is_told_once_it_can_be(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=300)
    start()
    job = await until(database, job_id, lambda job: job.seconds_left is not None, seconds=30)
    assert 5 < job.seconds_left < 120 and job.progress > 0.1


async def test_ending_in_good_order_gives_the_job_back(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=300)
    process = start()
    await until(database, job_id, lambda job: job.state == "running")
    process.terminate()
    assert await asyncio.to_thread(process.wait, 5) == 0
    job = await stored(database, job_id)
    assert (job.state, job.attempts, job.token) == ("queued", 0, None)


async def test_a_worker_ends_with_its_parent(database, server: Server, person: Person, start) -> None:
    job_id = await owe(database, server, person, steps=300)
    process = start()
    await until(database, job_id, lambda job: job.state == "running")
    process.stdin.close()
    assert await asyncio.to_thread(process.wait, 5) == 0


async def test_the_supervisor_starts_a_killed_worker_again_and_ends_it_on_close(
    database, settings: Settings, server: Server, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    job_id = await owe(database, server, person, steps=10)
    nursery = Nursery()
    worker = WorkerProcess(settings, ["count"], MODULE)
    nursery.spawn("worker", worker.keep_running)
    await until(database, job_id, lambda job: job.progress > 0.1)
    first = worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    job = await until(database, job_id, lambda job: job.state == "done")
    second = worker.pid
    assert second is not None and second != first and job.result is not None and job.result["by"] == second
    await nursery.close()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_workers_get_the_settings_but_no_secret(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHILU_TELEGRAM_TOKEN", "1:secret")
    variables = environment(settings)
    assert not any("1:secret" in value for value in variables.values())
    monkeypatch.delenv("ZHILU_TELEGRAM_TOKEN")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None) == settings
