"""Recordings made by a body camera: declared in the chat, imported from a folder, and nothing guessed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.recording_match import Declared, Found, match
from bot.use_cases.declare_recording import declare_recording
from bot.use_cases.import_recordings import Import, Report, import_recordings
from bot.use_cases.keep_evidence import recording_ended
from bot.use_cases.transcripts import transcribe_for_dialogue
from bot.use_cases.withdraw_evidence import withdraw_evidence
from bot.work import Work
from dialogs import engine
from models.errors import InvalidInput, Missing
from models.tables import Case, Device, Evidence, OpenTerm, Record
from models.verify import verify
from tests.evidence.conftest import NOW, PACK, World
from tests.evidence.files import photo, tone

START = NOW - timedelta(hours=3)
TEN = timedelta(minutes=10)


async def device(world: World, code: str = "DV-01", agency: str = "li", holder: str | None = None) -> Device:
    async with world.work() as work:
        person = world.people[agency]
        held = world.people[holder].id if holder else None
        made = Device(agency_id=person.agency.id, code=code, kind="执法记录仪", holder_id=held, added_at=NOW)
        work.session.add(made)
    return made


async def declare(world: World, camera: Device, start: datetime = START, minutes: float = 10) -> Evidence:
    end = start + timedelta(minutes=minutes)
    made = await world.act(declare_recording, world.record_id, "sound", camera, start, end, "黄河路1号")
    assert isinstance(made, Evidence)
    return made


async def bring_in(world: World, folder: Path, **how: Any) -> Report:
    @asynccontextmanager
    async def open_work() -> AsyncIterator[Work]:
        async with world.work() as work:
            yield work

    wanted = Import(folder, **{"agency": "a", **how})
    return await import_recordings(open_work, world.settings, wanted, lambda *_: None)


def card(folder: Path, name: str, seconds: float = 1, ended: datetime | None = None) -> Path:
    """A file as a camera leaves it, last written at `ended`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tone(seconds, "wav", "pcm_s16le"))
    if ended is not None:
        os.utime(path, (ended.timestamp(), ended.timestamp()))
    return path


async def shown(world: World) -> str:
    """The recording question as the review card and the paper print it."""
    async with world.work() as work:
        from bot.use_cases.case_facts import load_facts

        record = await work.session.get_one(Record, world.record_id)
        facts = await load_facts(work, await work.session.get_one(Case, world.case_id), record)
    review = engine.review(PACK.record("scene"), engine.draft_from_json(record.answers), facts)
    return next(line.text for line in review.lines if line.question == "sound")


async def test_a_declaration_answers_the_question_and_says_that_its_file_is_owed(world: World) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world))
    assert (made.state, made.sha256, made.size, made.place) == ("declared", "", 0, "黄河路1号")
    assert (await world.draft()).answers["sound"].value == [str(made.id)]
    assert await shown(world) == "1段，共10分0秒（其中1段由执法记录仪摄录，原始文件待导入）"
    assert any("Its file is still owed" in message.params["text"] for message in await world.said())
    assert (await verify(world.database, world.vault)).ok
    (leaf,) = await world.leaves("evidence.declared")
    assert "黄河路" not in str(leaf.data)


async def test_the_term_runs_from_the_end_of_recording_and_never_from_before_the_case(world: World) -> None:
    await world.ask("sound")
    camera = await device(world)
    await declare(world, camera)
    before = await declare(world, camera, NOW - timedelta(days=2))
    first, second = await world.all(OpenTerm)
    assert first.opened_at == START + TEN
    assert second.opened_at == NOW - timedelta(days=1), "the day the case was opened"
    assert second.subject == str(before.id)


async def test_an_uploads_term_runs_from_the_end_its_container_states() -> None:
    case = Case(agency_id=1, pack="x", officer_id=1, opened_at=NOW - timedelta(days=1))
    sent = Evidence(agency_id=1, case_id=1, key="k", kind="recording", sha256="a", size=1, received_at=NOW,
                    wall_at=NOW, officer_id=1)  # fmt: skip
    assert recording_ended(case, sent) == NOW
    sent.captured_at, sent.seconds = START, 600.0
    assert recording_ended(case, sent) == START + TEN
    sent.captured_at = NOW + timedelta(hours=8)  # a camera that writes local time as UTC
    assert recording_ended(case, sent) == NOW


async def test_one_recording_is_declared_once(world: World) -> None:
    await world.ask("sound")
    camera = await device(world)
    made = await declare(world, camera)
    assert (await declare(world, camera)).id == made.id
    with pytest.raises(InvalidInput) as refusal:
        await declare(world, camera, START + timedelta(minutes=5))
    assert refusal.value.code == "declare.overlaps"
    await world.act(withdraw_evidence, made.id, "时间说错了")
    assert (await declare(world, camera)).id != made.id


async def test_there_is_nothing_to_transcribe_before_the_file_is_there(world: World) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world))
    with pytest.raises(InvalidInput) as refusal:
        await world.act(transcribe_for_dialogue, made.id)
    assert refusal.value.code == "evidence.bytes_owed"


async def test_a_file_goes_to_the_declaration_of_its_device_and_time(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world))
    path = card(tmp_path / "usb", "dv-01/REC0007.WAV", 2, START + timedelta(minutes=9))
    dry = await bring_in(world, tmp_path / "usb", dry_run=True)
    assert [file.outcome for file in dry.files] == ["imported"] and (await world.all(Evidence))[0].state == "declared"
    world.now = NOW + timedelta(hours=1)
    report = await bring_in(world, tmp_path / "usb")
    assert report.ok and report.owed == () and report.files[0].evidence == made.id
    (row,) = await world.all(Evidence)
    assert (row.state, row.file_name, row.size) == ("received", "REC0007.WAV", path.stat().st_size)
    assert world.vault.read(row.sha256) == path.read_bytes()
    assert row.received_at == world.now and row.captured_at == START and row.seconds == pytest.approx(2, abs=0.1)
    assert await shown(world) == "1段，共2秒"
    told = [message for message in await world.said() if "has arrived" in message.params["text"]]
    assert {message.chat_id for message in told} == {1, 2}, "both officers of the case"
    again = await bring_in(world, tmp_path / "usb")
    assert [file.outcome for file in again.files] == ["already"] and again.ok
    assert len(await world.all(Evidence)) == 1 and (await verify(world.database, world.vault)).ok


async def test_a_text_fixed_before_the_file_came_says_so_still(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    await declare(world, await device(world))
    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        record.state = "sealed"
        work.session.add(record)
    card(tmp_path / "usb", "DV-01.wav", 2, START + timedelta(minutes=9))
    frozen_at, world.now = world.now, NOW + timedelta(hours=1)
    assert (await bring_in(world, tmp_path / "usb")).ok
    world.now = frozen_at
    assert "原始文件待导入" in await shown(world)


async def test_a_long_recording_cut_into_files_is_one_declaration(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world), minutes=20)
    for n, minute in enumerate((5, 10, 15)):
        card(tmp_path / "usb", f"DV-01/{n}.wav", 1 + n, START + timedelta(minutes=minute))
    report = await bring_in(world, tmp_path / "usb")
    assert report.ok and [file.evidence for file in report.files] == [made.id, 2, 3]
    assert (await world.draft()).answers["sound"].value == ["1", "2", "3"]
    assert await shown(world) == "3段，共6秒"
    assert len(await world.all(OpenTerm)) == 1
    card(tmp_path / "late", "DV-01/3.wav", 1.5, START + timedelta(minutes=18))
    assert (await bring_in(world, tmp_path / "late")).files[0].evidence == 4


async def test_what_is_not_certain_is_listed_with_its_reason(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    camera, other = await device(world), await device(world, "DV-02")
    made = await declare(world, camera)
    await declare(world, other)
    folder = tmp_path / "usb"
    card(folder, "nameless.wav", 1, START + timedelta(minutes=5))
    card(folder, "DV-01/yesterday.wav", 2, START - timedelta(days=1))
    card(folder, "DV-02/a.wav", 3, START + timedelta(minutes=5))
    card(folder, "DV-02/b.wav", 4, START + timedelta(minutes=5, seconds=1))
    (folder / "DV-01" / "scene.jpg").write_bytes(photo())
    (folder / "DV-01" / "broken.mp4").write_bytes(b"no film at all" * 50)
    (folder / "DV-01" / "link.wav").symlink_to("/etc/passwd")
    report = await bring_in(world, folder)
    assert not report.ok
    assert {file.name: file.code for file in report.files} == {
        "nameless.wav": "import.no_device",
        "DV-01/yesterday.wav": "import.no_time",
        "DV-02/a.wav": "import.same_time",
        "DV-02/b.wav": "import.same_time",
        "DV-01/scene.jpg": "import.not_a_recording",
        "DV-01/broken.mp4": "audio.undecodable",
        "DV-01/link.wav": "import.not_a_file",
    }
    assert [each.evidence for each in report.owed] == [made.id, 2]
    assert all(row.state == "declared" for row in await world.all(Evidence)) and not list(world.vault.objects())
    resolved = await bring_in(world, folder / "DV-02" / "b.wav", only=2)
    assert resolved.ok and resolved.files[0].evidence == 2


async def test_a_cameras_wrong_clock_is_corrected_by_the_operator(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    await declare(world, await device(world))
    card(tmp_path / "usb", "DV-01_20200101_000000.wav", 2)
    assert (await bring_in(world, tmp_path / "usb")).files[0].code == "import.no_time"
    wrong = datetime(2019, 12, 31, 16, 0, tzinfo=UTC)
    report = await bring_in(world, tmp_path / "usb", shift=START - wrong, device="DV-01")
    assert report.files[0].outcome == "imported"


async def test_hostile_names_are_made_printable(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    await declare(world, await device(world))
    folder = tmp_path / "usb" / "DV-01"
    folder.mkdir(parents=True)
    name = os.fsdecode("现场\u202egpj.\n录像".encode("gb18030")) + ".wav"
    await asyncio.to_thread(card, folder, name, 2, START + timedelta(minutes=9))
    report = await bring_in(world, tmp_path / "usb")
    assert report.ok, report
    (row,) = await world.all(Evidence)
    assert row.file_name == "现场gpj. 录像.wav"


async def test_only_the_agency_named_is_served(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    await declare(world, await device(world))
    card(tmp_path / "usb", "DV-01.wav", 2, START + timedelta(minutes=9))
    other = await bring_in(world, tmp_path / "usb", agency="b")
    assert other.files[0].code == "import.no_device" and other.owed == ()
    for wrong, code in (({"agency": "zz"}, "agency.unknown"), ({"device": "DV-9"}, "device.unknown")):
        with pytest.raises(Missing) as refusal:
            await bring_in(world, tmp_path / "usb", **wrong)
        assert refusal.value.code == code


AT = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


def piece(name: str, minute: float, length: float = 5) -> Found:
    return Found(name, AT + timedelta(minutes=minute), AT + timedelta(minutes=minute + length))


async def test_where_there_are_several_agencies_it_must_be_said_whose_recordings_these_are(
    world: World, tmp_path: Path
) -> None:
    card(tmp_path / "usb", "DV-01.wav", 2)
    with pytest.raises(InvalidInput) as refusal:
        await bring_in(world, tmp_path / "usb", agency=None)
    assert refusal.value.code == "import.which_agency" and refusal.value.params["codes"] == ["a", "b"]


async def test_a_device_number_known_in_another_agency_too_is_no_obstacle(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world))
    await device(world, agency="zhao")
    card(tmp_path / "usb", "DV-01.wav", 2, START + timedelta(minutes=9))
    assert (await bring_in(world, tmp_path / "usb")).files[0].evidence == made.id


async def test_names_that_look_alike_once_cleaned_are_told_apart(world: World, tmp_path: Path) -> None:
    await world.ask("sound")
    made = await declare(world, await device(world))
    card(tmp_path / "usb", "DV-01/a.wav", 2, START + timedelta(minutes=9))
    card(tmp_path / "usb", "DV-01/a\u202e.wav", 3, START - timedelta(days=1))
    files = (await bring_in(world, tmp_path / "usb")).files
    assert [(file.name, file.evidence, file.code) for file in files] == [
        ("DV-01/a.wav", made.id, ""),
        ("DV-01/a.wav", None, "import.no_time"),
    ]


def test_neighbouring_recordings_are_told_apart_by_real_overlap() -> None:
    declared = [Declared(n, "A1", AT + timedelta(minutes=m), AT + timedelta(minutes=m + 10))
                for n, m in ((1, 0), (2, 12))]  # fmt: skip
    x, y, w = match([piece("A1/x", 3), piece("A1/y", 13), piece("A12/w", 3)], declared, ["A1"], TEN, {})
    assert (x.declared, y.declared) == (1, 2)
    assert w.reason == "no_device", "A1 is not A12"
    (between,) = match([piece("A1/z", 10.5, 1)], declared, ["A1"], TEN, {})
    assert (between.reason, between.candidates) == ("several", (1, 2))


@pytest.mark.parametrize("before", [False, True])
def test_what_nobody_declared_is_not_taken_for_its_neighbour(before: bool) -> None:
    """The tolerance is for a clock that differs; here another file covers what was declared."""
    whole, real, other = Declared(1, "A1", AT, AT + TEN), piece("A1/real", 1, 8), piece("A1/undeclared", 14)
    if before:
        (found,) = match([other], [whole], ["A1"], TEN, {1: [real]})
    else:
        first, found = match([real, other], [whole], ["A1"], TEN, {})
        assert first.declared == 1
    assert (found.reason, found.candidates) == ("no_time", (1,))
    (alone,) = match([other], [whole], ["A1"], TEN, {})
    assert alone.declared == 1, "a clock that is off by minutes"


def test_a_second_copy_of_what_was_imported_before_is_not_taken_as_a_further_file() -> None:
    whole = Declared(1, "A1", AT, AT + timedelta(minutes=10))
    (found,) = match([piece("A1/copy.mp4", 0)], [whole], ["A1"], TEN, {1: [piece("evidence:1", 0)]})
    assert found.reason == "same_time"
