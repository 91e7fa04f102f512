"""Speaking and sending files as officers do, through either door. The speech model is replaced; all else is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import select

from bot.jobs.kinds import KINDS, Control, Tools
from dialogs import engine
from models.tables import Evidence, Record
from tests.evidence.files import photo, tone
from tests.evidence.test_transcripts import heard
from tests.support.house import House

AGENCY = "西岗区财政局"


class Hears:
    """Stands for the speech model: hears what the test says next."""

    says: tuple[str, ...] = ()

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        return {"transcript": heard(*Hears.says)}


@pytest.fixture(params=["webchat", "telegram"])
async def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setitem(cast(dict[str, Any], KINDS), "transcription", Hears)
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()


async def answers(house: House) -> Mapping[str, Any]:
    async with house.app.database.reading() as session:
        record = (await session.exec(select(Record))).one()
    return engine.draft_from_json(record.answers).answers


async def evidence(house: House) -> list[Evidence]:
    async with house.app.database.reading() as session:
        return list((await session.exec(select(Evidence).order_by(Evidence.id))).all())


async def test_speaking_correcting_sending_and_withdrawing(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await officer.send("/new")
    before = await answers(house)

    Hears.says = ("是行政处法",)
    await officer.upload(tone(1), "voice", "voice.ogg")
    assert "行政处罚" in await officer.last() and await answers(house) == before
    await officer.tap("采用")
    given = await answers(house)
    assert len(given) == len(before) + 1, await officer.transcript()

    Hears.says = ()
    await officer.upload(tone(2), "voice", "voice.ogg")
    assert "没有听到人说话" in await officer.last()

    await officer.upload(photo(taken="2026:03:05 14:00:00"), "photo", "IMG.jpg")
    assert any("该问题仍待回答" in text for text in (await officer.texts())[-3:]), await officer.transcript()
    kept = await evidence(house)
    assert [one.kind for one in kept] == ["recording", "recording", "photo"]
    assert kept[-1].details["view"] and kept[-1].details["thumbnail"]
    assert "水印图" in await officer.last(), await officer.transcript()

    await officer.tap("撤回 3 号")
    await officer.send("拍错了")
    assert (await evidence(house))[-1].state == "withdrawn"

    shown = len(await officer.texts())
    await officer.upload(b"this is no sound" * 90, "document", "fake.ogg")
    assert (await officer.last()).startswith("✗") and len(await officer.texts()) == shown + 1
    assert len(await evidence(house)) == 3
