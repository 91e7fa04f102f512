"""The real kinds of job on real files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.jobs.kinds import KINDS, Control, Stopped, Tools
from bot.settings import Settings
from bot.work import Person
from models.database import Database
from models.errors import InvalidInput, Missing
from models.tables import Case, Evidence
from tests.evidence.files import photo, tone
from tests.jobs.conftest import Server
from tests.support.need import shared


async def keep(database: Database, server: Server, person: Person, data: bytes | Path, kind: str) -> int:
    """Evidence of a case, as if it had been received."""
    stored = server.vault.put(data)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        case = Case(agency_id=person.agency.id, pack="p@1.0.0", officer_id=person.id, opened_at=now)
        session.add(case)
        await session.flush()
        evidence = Evidence(
            agency_id=person.agency.id,
            case_id=case.id,
            key=stored.sha256,
            kind=kind,
            sha256=stored.sha256,
            size=stored.size,
            received_at=now,
            wall_at=now,
            officer_id=person.id,
        )
        session.add(evidence)
        await session.flush()
        assert evidence.id is not None
        return evidence.id


async def run(
    kind: str, database: Database, settings: Settings, server: Server, evidence_id: int, **arguments: Any
) -> Any:
    tools = Tools(settings, database, server.vault)
    return await KINDS[kind](tools).run(
        record_id=None, evidence_id=evidence_id, arguments=arguments, control=arguments.pop("control", Control())
    )


async def test_a_photo_gets_its_views(database: Database, settings: Settings, server: Server, person: Person) -> None:
    original = photo(1200, 900, taken="2026:03:05 14:00:00")
    evidence_id = await keep(database, server, person, original, "photo")
    made = await run(
        "watermark", database, settings, server, evidence_id, lines=["2026年3月5日 14:30", "甲城管〔2026〕1号"]
    )
    view = Image.open(BytesIO(server.vault.read(made["view"])))
    small = Image.open(BytesIO(server.vault.read(made["thumbnail"])))
    assert view.size == (1200, 900) and max(small.size) <= 320 and not view.getexif()
    plain = Image.open(BytesIO(original)).convert("RGB")
    assert view.getpixel((600, 890)) != plain.getpixel((600, 890)), "the band lies at the foot"
    assert server.vault.read((await _evidence(database, evidence_id)).sha256) == original


async def _evidence(database: Database, evidence_id: int) -> Evidence:
    async with database.reading() as session:
        return await session.get_one(Evidence, evidence_id)


async def test_what_is_not_there_has_a_code(
    database: Database, settings: Settings, server: Server, person: Person
) -> None:
    with pytest.raises(Missing, match="evidence"):
        await run("watermark", database, settings, server, 99, lines=[])
    with pytest.raises(Missing, match="evidence"):
        await run("transcription", database, settings, server, 99)
    evidence_id = await keep(database, server, person, b"no sound at all", "recording")
    with pytest.raises(InvalidInput, match="undecodable"):
        await run("transcription", database, settings, server, evidence_id)


@pytest.mark.whisper
async def test_a_recording_is_transcribed(
    database: Database, settings: Settings, server: Server, person: Person
) -> None:
    clip = shared("audio/aishell_BAC009S0150W0132.wav")
    evidence_id = await keep(database, server, person, clip, "recording")
    control = Control()
    made = await run("transcription", database, settings, server, evidence_id, terms=["城市管理"], control=control)
    draft = made["transcript"]
    assert draft["segments"] and draft["model"] == "base" and control.progress == 1.0
    assert draft["speakers"] is None
    assert json.loads(json.dumps(draft)) == draft


@pytest.mark.whisper
async def test_voices_are_told_apart_in_a_dialogue(
    database: Database, settings: Settings, server: Server, person: Person
) -> None:
    evidence_id = await keep(database, server, person, shared("audio/thuhcsi_dialogue3.wav"), "recording")
    made = await run("transcription", database, settings, server, evidence_id, purpose="dialogue")
    assert made["transcript"]["speakers"] == "spectral"
    assert all(segment["speaker"] for segment in made["transcript"]["segments"])


@pytest.mark.whisper
async def test_a_tone_gives_no_text(database: Database, settings: Settings, server: Server, person: Person) -> None:
    evidence_id = await keep(database, server, person, tone(3), "recording")
    made = await run("transcription", database, settings, server, evidence_id)
    assert made["transcript"]["segments"] == []


@pytest.mark.whisper
async def test_a_stopped_transcription_leaves_nothing(
    database: Database, settings: Settings, server: Server, person: Person
) -> None:
    evidence_id = await keep(database, server, person, shared("audio/interview_noisy.ogg"), "recording")
    control = Control()
    control.stop_asked = True
    with pytest.raises(Stopped):
        await run("transcription", database, settings, server, evidence_id, control=control)
