"""The board as a browser without scripts gets it, and cases to fill it with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, select

from bot.board_port import Boards
from bot.shelf import reference_of
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.sign_in import create_sign_in_link
from models.tables import Agency, Case, CaseFact, DocumentNumber, LedgerLeaf, Officer, OpenTerm, Record, Unit
from tests.stories.xigang import AGENCY
from tests.support.house import House

_numbers = count(1)


@dataclass
class Answer:
    """A page, read as a browser reads it."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def tree(self) -> Any:
        return lxml.html.document_fromstring(self.text)

    @property
    def numbers(self) -> list[str]:
        """Of the cases listed, in order."""
        return [cell.text_content() for cell in self.tree.xpath("//table[contains(@class, 'cases')]/tbody/tr/th")]

    def row(self, number: str) -> str:
        [row] = [tr for tr in self.tree.xpath("//tbody/tr") if tr.xpath("./th")[0].text_content() == number]
        return str(" | ".join(cell.text_content() for cell in row.xpath("./td")))

    @property
    def total(self) -> int:
        found = re.search(r"共 (\d+) 件", self.text)
        return int(found[1]) if found else 0

    @property
    def counts(self) -> dict[str, list[int]]:
        """By unit and by stage."""
        rows = self.tree.xpath("//table[contains(@class, 'counts')]/tbody/tr")
        return {row[0].text_content(): [int(cell.text_content()) for cell in row[1:]] for row in rows}

    @property
    def notes(self) -> list[str]:
        return [each.text_content() for each in self.tree.xpath("//ul[@role='status']/li")]

    @property
    def lines(self) -> list[list[str]]:
        """Of a file."""
        assert self.text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(self.text.removeprefix("\ufeff"), newline="")))


@dataclass
class Desk:
    house: House
    browser: TestClient[Any, Any]
    signed_in: str = ""

    async def sign_in(self, name: str) -> None:
        self.browser.session.cookie_jar.clear()
        async with self.house.app.database.transaction() as session:
            officer = (await session.exec(select(Officer).where(col(Officer.name) == name))).one()
            link = await create_sign_in_link(session, officer.id or 0, datetime.now(UTC), 10)
        assert (await self.browser.post(f"/sign-in/{link}", allow_redirects=False)).status == 303
        self.signed_in = name

    async def get(self, address: str = "/board", name: str = "沈若兰", **query: str) -> Answer:
        if self.signed_in != name:
            await self.sign_in(name)
        answer = await self.browser.get(address, params=query or None, allow_redirects=False)
        return Answer(answer.status, (await answer.read()).decode(), dict(answer.headers))

    async def case(
        self,
        *due: float,
        agency: str = AGENCY,
        unit: str | None = "财政监督科",
        officers: Sequence[str] = ("林晓舟", "宋一鸣"),
        forms: Sequence[str] = (),
        deadlines: Sequence[str] = (),
        secrecy: str = "",
        state: str = "open",
        number: str = "",
    ) -> str:
        """The number of a new case with a term for each of `due`: hours from now until its end."""
        async with self.house.app.database.transaction() as session:
            work = await self.house.app.make_work(session)
            place = (await session.exec(select(Agency).where(col(Agency.name) == agency))).one()
            people = (await session.exec(select(Officer).where(col(Officer.agency_id) == place.id))).all()
            units = (await session.exec(select(Unit).where(col(Unit.agency_id) == place.id))).all()
            pack = work.shelf.newest(place.pack)
            seats = [next(each.id for each in people if each.name == name) for name in officers]
            n = next(_numbers)
            case = Case(
                agency_id=place.id or 0,
                unit_id=next((each.id for each in units if each.name == unit), None),
                pack=reference_of(pack),
                number=number or place.numbering["case"].format(year=2026, n=n),
                state=state,
                officer_id=seats[0] or 0,
                second_officer_id=seats[1] if len(seats) > 1 else None,
                opened_at=work.now,
            )
            session.add(case)
            await session.flush()
            mine = {"agency_id": case.agency_id, "case_id": case.id or 0}
            session.add(DocumentNumber(agency_id=case.agency_id, series="case", year=2026, n=n, text=case.number or ""))
            for form in forms:
                session.add(Record(form=form, pack=case.pack, maker_id=case.officer_id, created_at=work.now, **mine))
            if secrecy:
                session.add(CaseFact(case_id=case.id or 0, name="secrecy", value=secrecy))
            for hours, deadline in zip(due, (*deadlines, *(each.id for each in pack.deadlines)), strict=False):
                ends = work.now + timedelta(hours=hours)
                term = OpenTerm(deadline=deadline, opened_by="x", opened_at=work.now, due_at=ends, **mine)
                session.add(term)
            return case.number or ""

    async def leaves(self) -> list[LedgerLeaf]:
        async with self.house.app.database.reading() as session:
            query = select(LedgerLeaf).where(col(LedgerLeaf.kind) == "board.exported").order_by(col(LedgerLeaf.seq))
            return list((await session.exec(query)).all())

    async def change(self, name: str, /, **values: object) -> Officer:
        async with self.house.app.database.transaction() as session:
            officer = (await session.exec(select(Officer).where(col(Officer.name) == name))).one()
            for field, value in values.items():
                setattr(officer, field, value)
            session.add(officer)
            return officer

    async def id_of(self, kind: type[Unit] | type[Officer], name: str) -> str:
        async with self.house.app.database.reading() as session:
            return str((await session.exec(select(kind).where(col(kind.name) == name))).all()[0].id)


@pytest.fixture
async def desk(either_database: dict[str, str], tmp_path: Path) -> AsyncIterator[Desk]:
    house = await House.open(tmp_path, **either_database)
    app = house.app
    boards = Boards(app.database, app.make_work)
    site = build_web_app(app.api, app.database, app.settings, wake=app.wake, boards=boards)
    async with TestClient(TestServer(site)) as browser:
        yield Desk(house, browser)
    await house.close()
