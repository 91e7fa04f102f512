"""Doing a thing twice, or coming back as somebody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from bot.transports.webchat.sign_in import create_sign_in_link
from bot.use_cases.sign_in import bind_by_link, person_of
from bot.use_cases.transcripts import transcribe_again
from models.errors import InvalidInput, Missing
from models.tables import Agency, ChatAccount, Evidence, Job, Officer
from tests.stories.xigang import begin, photo
from tests.use_cases.conftest import Desk

NOW = datetime.now(UTC)


async def test_an_account_may_pass_to_another_person(desk: Desk) -> None:
    async with desk.transaction() as session:
        gone = await session.get_one(Officer, desk.second.id)
        gone.active = False
        session.add(gone)
    async with desk.transaction() as session:
        work = await desk.house.app.make_work(session)
        account = desk.second.id
        assert await person_of(work, "webchat", account) is None
        token = await create_sign_in_link(session, desk.officer.id, NOW, 60)
        person = await bind_by_link(work, "webchat", account, account, f"/start {token}")
        assert person is not None
        assert person.id == desk.officer.id
        found = await person_of(work, "webchat", account)
        assert found is not None
        assert found.id == desk.officer.id
        bound = select(ChatAccount).where(col(ChatAccount.user_id) == account, col(ChatAccount.transport) == "webchat")
        assert len((await session.exec(bound)).all()) == 1


async def test_a_failed_transcription_is_begun_anew_once(desk: Desk) -> None:
    await begin(desk.officer, "询问笔录")
    await desk.officer.upload(photo(), "photo", "a.jpg")
    async with desk.transaction() as session:
        work = await desk.house.app.make_work(session)
        person = await person_of(work, "webchat", desk.officer.id)
        assert person is not None
        evidence = (await session.exec(select(Evidence))).one()
        watermark = (await session.exec(select(Job).where(col(Job.kind) == "watermark"))).one()
        watermark.state = "failed"
        agency = await session.get_one(Agency, person.agency.id)
        assert agency.id is not None
        assert evidence.id is not None
        failed = Job(
            kind="transcription",
            agency_id=agency.id,
            officer_id=person.id,
            record_id=evidence.record_id,
            evidence_id=evidence.id,
            arguments={"purpose": "dialogue", "question": "dialogue", "seconds": 9.0},
            state="failed",
            applied=True,
            created_at=NOW,
        )
        session.add_all([watermark, failed])
        await session.flush()
        assert watermark.id is not None
        assert failed.id is not None
        with pytest.raises(Missing, match=r"job\.unknown"):
            await transcribe_again(work, person, watermark.id)
        await transcribe_again(work, person, failed.id)
        with pytest.raises(InvalidInput, match=r"job\.unfinished"):
            await transcribe_again(work, person, failed.id)
