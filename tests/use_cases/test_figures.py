"""Figures of a period count what officers did and what they owed, per unit and person."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.figures import figures
from bot.use_cases.periods import period
from bot.work import Work
from dialogs.packs.loader import load_pack
from models.database import Database, migrate
from models.errors import InvalidInput
from models.tables import Agency, Case, Departure, Officer, OpenTerm, Record, Unit
from models.vault import Vault

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2025-12-31T16:00", "2026-12-31T16:00"),
        ("2026-02", "2026-01-31T16:00", "2026-02-28T16:00"),
        ("2026-W47", "2026-11-15T16:00", "2026-11-22T16:00"),
        ("2026-11-01..2026-11-15", "2026-10-31T16:00", "2026-11-15T16:00"),
    ],
)
def test_a_period_is_whole_days_in_shanghai(text: str, first: str, last: str) -> None:
    found = period(text)
    assert (found.since, found.until) == tuple(datetime.fromisoformat(f"{each}+00:00") for each in (first, last))


@pytest.mark.parametrize("text", ["", "2026-13", "x", "2026-W60", "2026-11-15..2026-11-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        period(text)


async def test_cases_records_terms_departures_and_faults_are_counted_for_their_officer(tmp_path: Path) -> None:
    reference = f"xigang-finance@{load_pack('xigang-finance').version}"
    url = f"sqlite+aiosqlite:///{tmp_path}/zhilu.db"
    await asyncio.to_thread(migrate, url)
    database = Database(url)
    async with database.transaction() as session:
        agency = Agency(code="some", name="某局", pack="xigang-finance", created_at=NOW)
        session.add(agency)
        await session.flush()
        assert agency.id is not None
        unit = Unit(agency_id=agency.id, name="监督科")
        session.add(unit)
        await session.flush()
        officer = Officer(agency_id=agency.id, unit_id=unit.id, name="李明", roles=["officer"])
        session.add(officer)
        await session.flush()
        assert officer.id is not None
        case = Case(
            agency_id=agency.id, unit_id=unit.id, pack=reference, state="open",
            officer_id=officer.id, opened_at=NOW - timedelta(days=5),
        )  # fmt: skip
        session.add(case)
        await session.flush()
        assert case.id is not None
        fault = {"answers": {"fault": {"value": "lost"}}}
        made = [
            Record(
                agency_id=agency.id, case_id=case.id, pack=case.pack, form=form, state="sealed", maker_id=officer.id,
                created_at=NOW, sealed_at=at, answers=answers,
            )
            for form, at, answers in (
                ("interview", NOW - timedelta(days=1), {}),
                ("oversight_order", NOW - timedelta(days=1), fault),
                ("interview", NOW - timedelta(days=60), {}),
            )
        ]  # fmt: skip
        session.add_all(made)
        await session.flush()
        assert made[0].id is not None
        session.add(Departure(record_id=made[0].id, need="n", reason="来不及", officer_id=officer.id, at=NOW))
        for name, due, closed in (
            ("recording_handover", -1, -2),
            ("recording_handover", -3, -2),
            ("archive", -1, None),
            ("archive_other", 5, None),
        ):
            session.add(
                OpenTerm(
                    agency_id=agency.id, case_id=case.id, deadline=name, subject=str(due), opened_by="x",
                    state="met" if closed else "open", opened_at=NOW - timedelta(days=9),
                    due_at=NOW + timedelta(days=due), closed_at=NOW + timedelta(days=closed) if closed else None,
                )
            )  # fmt: skip
    async with database.reading() as session:
        pack = load_pack("xigang-finance")
        work = Work(session, NOW, Vault(tmp_path), Shelf({pack.id: pack}), Settings(_env_file=None))
        (found,) = await figures(work, agency, [period("2026-11")])
    await database.close()
    whole = found.whole
    assert (whole.cases_opened, whole.records_sealed, whole.departures) == (1, 2, 1)
    assert (whole.terms_in_time, whole.terms_late, whole.terms_overdue) == (1, 1, 1)
    assert whole.handed_over == {"in_time": 1, "late": 1}
    assert whole.by_deadline == {
        f"{reference}#recording_handover": {"in_time": 1, "late": 1},
        f"{reference}#archive": {"overdue": 1},
    }
    assert whole.faults == {"lost": 1}
    assert list(found.units) == ["监督科"] and list(found.officers) == ["李明"]
