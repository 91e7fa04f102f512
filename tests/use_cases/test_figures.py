"""Figures of a period count what officers did and what they owed, per unit and person."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.figures import AgencyFigures, figures
from bot.use_cases.periods import period
from bot.work import Work
from dialogs.packs.schema import Deadline, Effective, Option, Pack, Question, Within
from dialogs.packs.schema import Record as Form
from models.database import Database, Session, migrate
from models.errors import InvalidInput
from models.tables import Agency, Case, Departure, Officer, OpenTerm, Record, Unit
from models.vault import Vault

PACK = Pack(
    id="own",
    short="OW",
    title="本机关办法",
    version="1.0.0",
    effective=Effective.model_validate({"from": "unknown"}),
    records=(
        Form(id="interview", title="询问笔录", stage="all"),
        Form(id="shelve", title="入卷登记", stage="all", archives_case=True),
        Form(id="archive", title="不是归档的另一种登记", stage="all"),
        Form(
            id="notice",
            title="问题通知",
            stage="all",
            finds_fault="answers.what",
            questions=(Question(id="what", type="choice", ask="哪一种？", options=(Option(id="lost", title="丢失"),)),),
        ),
    ),
    deadlines=(
        Deadline(id="films", title="交片", owed="交片", opens_on="a", closes_on=("b",), within=Within(hours=1),
                 counts_as="handover"),
        Deadline(id="recording_handover_book", title="登记", owed="登记", opens_on="a", closes_on=("b",),
                 within=Within(hours=1)),
    ),
)  # fmt: skip
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


async def counted(session: Session, agency: Agency, folder: Path) -> AgencyFigures:
    work = Work(session, NOW, Vault(folder), Shelf({"own": PACK}), Settings(_env_file=None))
    (found,) = await figures(work, agency, [period("2026-11")])
    return found


@pytest.mark.parametrize(
    "text", ["", "2026-13", "x", "2026-W60", "2026-11-15..2026-11-01", "0003", "2000-01-01..9000-01-01"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        period(text)


async def test_cases_records_terms_departures_and_faults_are_counted_for_their_officer(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/zhilu.db"
    await asyncio.to_thread(migrate, url)
    database = Database(url)
    async with database.transaction() as session:
        agency = Agency(code="some", name="某局", pack="own", created_at=NOW)
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
            agency_id=agency.id, unit_id=unit.id, pack="own@1.0.0", state="open",
            officer_id=officer.id, opened_at=NOW - timedelta(days=5),
        )  # fmt: skip
        session.add(case)
        await session.flush()
        assert case.id is not None
        draft = {"answers": {"what": {"value": "other", "state": "given"}}}  # parked by a later change of mind
        fault = {"answers": [{"question": "what", "value": "lost"}]}
        made = [
            Record(
                agency_id=agency.id, case_id=case.id, pack=case.pack, form=form, state="sealed", maker_id=officer.id,
                created_at=NOW, sealed_at=at, answers=draft, content=content,
            )
            for form, at, content in (
                ("interview", NOW - timedelta(days=1), {}),
                ("notice", NOW - timedelta(days=1), fault),
                ("shelve", NOW - timedelta(days=1), {}),
                ("archive", NOW - timedelta(days=1), {}),
                ("interview", NOW - timedelta(days=60), {}),
            )
        ]  # fmt: skip
        session.add_all(made)
        await session.flush()
        assert made[0].id is not None
        session.add(Departure(record_id=made[0].id, need="n", reason="来不及", officer_id=officer.id, at=NOW))
        for name, due, closed in (
            ("films", -1, -2),
            ("films", -3, -2),
            ("recording_handover_book", -1, None),
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
        found = await counted(session, agency, tmp_path)
    await database.close()
    whole = found.whole
    assert (whole.cases_opened, whole.records_sealed, whole.departures) == (1, 4, 1)
    assert whole.cases_archived == 1
    assert (whole.terms_in_time, whole.terms_late, whole.terms_overdue) == (1, 1, 1)
    assert whole.handed_over == {"in_time": 1, "late": 1}
    assert whole.by_deadline == {
        "own@1.0.0#films": {"in_time": 1, "late": 1},
        "own@1.0.0#recording_handover_book": {"overdue": 1},
    }
    assert whole.faults == {"lost": 1}
    assert list(found.units) == ["监督科"] and list(found.officers) == ["李明"]


async def test_namesakes_are_counted_apart(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/zhilu.db"
    await asyncio.to_thread(migrate, url)
    database = Database(url)
    async with database.transaction() as session:
        agency = Agency(code="some", name="某局", pack="own", created_at=NOW)
        session.add(agency)
        await session.flush()
        assert agency.id is not None
        units = [Unit(agency_id=agency.id, name="执法队") for _ in range(2)]
        session.add_all(units)
        await session.flush()
        for unit, certificate in zip(units, ("A1", None), strict=True):
            officer = Officer(
                agency_id=agency.id, unit_id=unit.id, name="王伟", certificate=certificate, roles=["officer"]
            )
            session.add(officer)
            await session.flush()
            assert officer.id is not None
            session.add(Case(agency_id=agency.id, unit_id=unit.id, pack="own@1.0.0", state="open",
                             officer_id=officer.id, opened_at=NOW))  # fmt: skip
    async with database.reading() as session:
        found = await counted(session, agency, tmp_path)
    await database.close()
    assert {name: each.cases_opened for name, each in found.officers.items()} == {"王伟（A1）": 1, "王伟（#2）": 1}
    assert {name: each.cases_opened for name, each in found.units.items()} == {"执法队（#1）": 1, "执法队（#2）": 1}
