"""A month of an agency, row by row, with figures known beforehand: November 2026, beside October.

Two units, three officers. Every term is listed with the period and state it must be counted in.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Work
from dialogs.packs.loader import load_pack
from models.database import Database, Session, migrate
from models.tables import (
    Agency,
    Case,
    ChatAccount,
    Departure,
    Officer,
    OpenTerm,
    Opinion,
    Reassignment,
    Record,
    Unit,
)
from models.vault import Vault

PACK = load_pack("xigang-finance")
REFERENCE = f"{PACK.id}@{PACK.version}"
MADE = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai, the first of December


def at(text: str) -> datetime:
    """`11-05 09:00` in Shanghai, of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


# officer, deadline, due, closed -> what November counts (None: nothing)
TERMS = (
    ("李明", "recording_handover", "11-03 10:00", "11-03 09:00"),  # in time
    ("李明", "recording_handover", "11-05 10:00", "11-05 10:00"),  # in time: at its very end
    ("李明", "recording_handover", "11-06 10:00", "11-07 10:00"),  # late
    ("李明", "handover_after_return", "11-20 10:00", "11-19 10:00"),  # in time, a handover too
    ("李明", "archive", "12-01 00:00", None),  # overdue: 24:00 of the last day is of the last day
    ("王芳", "archive", "10-20 00:00", "11-02 09:00"),  # late in November, overdue in October
    ("王芳", "archive", "10-15 00:00", None),  # left over from before; overdue in October
    ("王芳", "recording_handover", "11-28 10:00", "12-01 08:10"),  # overdue: met after the month
    ("赵强", "urgent_start_papers", "11-10 10:00", "11-10 08:00"),  # in time
    ("赵强", "urgent_start_papers", "12-05 10:00", None),  # nothing: runs on
    ("赵强", "archive", "12-20 00:00", "11-30 17:00"),  # in time, long before its end
    ("赵强", "recording_handover", "10-10 10:00", "10-10 09:00"),  # in time in October
    ("赵强", "recording_handover", "10-11 10:00", "10-12 09:00"),  # late in October
)


@dataclass
class Month:
    database: Database
    folder: Path
    agency_id: int

    def work(self, session: Session, now: datetime = MADE) -> Work:
        shelf = Shelf({PACK.id: PACK})
        return Work(session, now, Vault(self.folder / "vault"), shelf, Settings(data=self.folder, _env_file=None))


async def month(folder: Path) -> Month:
    url = f"sqlite+aiosqlite:///{folder}/zhilu.db"
    await asyncio.to_thread(migrate, url)
    database = Database(url)
    async with database.transaction() as session:
        agency = Agency(code="xg", name="西岗区财政局", pack=PACK.id, created_at=at("01-05 09:00"))
        session.add(agency)
        await session.flush()
        assert agency.id is not None
        units = [Unit(agency_id=agency.id, name=name) for name in ("财政监督科", "会计管理科")]
        session.add_all(units)
        await session.flush()
        people = {}
        roles = {"李明": 0, "王芳": 0, "赵强": 1, "孙丽": 1, "高局": 1}
        for number, (name, unit) in enumerate(roles.items(), start=1):
            role = {"孙丽": "supervisor", "高局": "head"}.get(name, "officer")
            people[name] = Officer(agency_id=agency.id, unit_id=units[unit].id, name=name, roles=[role])
            session.add(people[name])
            await session.flush()
            session.add(
                ChatAccount(
                    transport="webchat", user_id=number, chat_id=number, officer_id=people[name].id, bound_at=MADE
                )
            )
        cases = {}
        for name, opened in (("李明", "11-02 09:00"), ("王芳", "10-05 09:00"), ("赵强", "11-09 09:00")):
            cases[name] = Case(
                agency_id=agency.id, unit_id=people[name].unit_id, pack=REFERENCE, state="open",
                number=f"西财案〔2026〕{len(cases) + 1}号", officer_id=people[name].id or 0, opened_at=at(opened),
            )  # fmt: skip
        session.add_all(cases.values())
        await session.flush()
        for number, (name, deadline, due, closed) in enumerate(TERMS):
            session.add(
                OpenTerm(
                    agency_id=agency.id, case_id=cases[name].id or 0, deadline=deadline, subject=str(number),
                    opened_by="x", opened_at=at("09-01 09:00"), due_at=at(due), state="met" if closed else "open",
                    closed_at=at(closed) if closed else None,
                )
            )  # fmt: skip
        session.add(
            OpenTerm(
                agency_id=agency.id, case_id=cases["李明"].id or 0, deadline="archive", subject="replaced",
                opened_by="x", opened_at=at("09-01 09:00"), due_at=at("11-08 00:00"), state="replaced",
                closed_at=at("11-09 09:00"),
            )
        )  # fmt: skip
        await _records(session, agency.id, people, cases)
    return Month(database, folder, agency.id)


async def _records(session: Session, agency_id: int, people: dict[str, Officer], cases: dict[str, Case]) -> None:
    made: dict[str, Record] = {}

    async def record(key: str, name: str, form: str, sealed: str | None, **more: object) -> None:
        made[key] = Record(
            agency_id=agency_id, case_id=cases[name].id or 0, pack=REFERENCE, form=form,
            state="sealed" if sealed else "draft", maker_id=people[name].id or 0, created_at=at("10-01 09:00"),
            sealed_at=at(sealed) if sealed else None, **more,
        )  # fmt: skip
        session.add(made[key])
        await session.flush()

    await record("interview", "李明", "interview", "11-04 09:00")
    await record("archive", "赵强", "archive", "11-30 17:00")
    await record("before", "王芳", "interview", "10-30 09:00")
    await record("lost", "王芳", "oversight_order", "11-12 09:00", content=_fault("lost"))
    # Corrected in December: still November's fault, but of the kind the correction names.
    await record("wrong", "李明", "oversight_order", "11-13 09:00", content=_fault("other"))
    wrong = made["wrong"].id
    await record("right", "李明", "oversight_order", "12-01 08:00", content=_fault("leaked"), corrects_id=wrong)
    await record("october", "赵强", "oversight_order", "10-13 09:00", content=_fault("not_made"))
    maker = people["李明"].id or 0
    corrected = made["right"].id or 0
    for need, record_id, moment in (
        ("a", made["interview"].id, "11-04 08:00"),
        ("b", made["wrong"].id, "11-13 08:00"),
        ("b", corrected, "11-13 08:00"),  # carried along by the correction: one departure
        ("c", made["before"].id, "10-30 08:00"),
    ):
        session.add(Departure(record_id=record_id or 0, need=need, reason="来不及", officer_id=maker, at=at(moment)))
    for moment in ("11-15 09:00", "11-16 09:00", "10-16 09:00"):
        session.add(
            Opinion(
                record_id=made["archive"].id or 0, round=1, step="head_opinion", result="returned", text="补正",
                officer_id=people["高局"].id, asked_at=at(moment), given_at=at(moment),
            )
        )  # fmt: skip


def _fault(kind: str) -> dict[str, object]:
    return {"answers": [{"question": "fault", "value": kind}]}


async def give_away(month: Month, moment: str) -> None:
    """李明's case becomes 赵强's."""
    async with month.database.transaction() as session:
        case = await session.get_one(Case, 1)
        session.add(
            Reassignment(
                case_id=1, seat="officer", from_id=case.officer_id, to_id=3, unit_before_id=case.unit_id,
                reason="调离", officer_id=4, at=at(moment),
            )
        )  # fmt: skip
        case.officer_id, case.unit_id = 3, 2
        session.add(case)
