"""`zhilu report` gives the figures on the screen, as JSON and as files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from models.tables import DemoClock
from tests.cli.conftest import Zhilu
from tests.reports.month import MADE, month


async def _month(data: Path) -> None:
    data.mkdir(parents=True)
    made = await month(data)
    async with made.database.transaction() as session:  # whatever day it is here, it is December there
        session.add(DemoClock(offset_seconds=int((MADE - datetime.now(UTC)).total_seconds())))
    await made.database.close()


def test_a_month_comes_as_json_and_as_files(zhilu: Zhilu, data: Path, tmp_path: Path) -> None:
    asyncio.run(_month(data))
    files = {form: tmp_path / f"report.{form}" for form in ("xlsx", "pdf", "chart")}
    options = [each for form, file in files.items() for each in (f"--{form}", file)]
    found = zhilu("report", "2026-11", *options, "--json").json["agencies"][0]
    assert (found["whole"]["terms_in_time"], found["whole"]["terms_late"], found["whole"]["terms_overdue"]) == (5, 2, 2)
    assert found["before"]["whole"]["terms_overdue"] == 2 and found["officers"]["李明"]["terms_in_time"] == 3
    starts = {form: file.read_bytes()[:4] for form, file in files.items()}
    assert starts == {"xlsx": b"PK\x03\x04", "pdf": b"%PDF", "chart": b"\x89PNG"}
    shown = zhilu("report", "2026-11")
    assert shown.code == 0 and "赵强" in shown.out
    refused = zhilu("report", "november")
    assert refused.code != 0 and "november" in refused.err
