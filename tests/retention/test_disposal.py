"""Disposal: by a sealed decision, of what it names, never before its term; verification knows the difference."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from bot.cli.archive import due_now, to_json
from bot.use_cases.confirm_record import confirm_record
from bot.use_cases.open_evidence import open_evidence
from bot.use_cases.show_evidence import list_evidence, show_evidence
from models.errors import InvalidInput
from models.tables import CaseEvent, Evidence, Job
from models.verify import verify
from tests.evidence import conftest
from tests.evidence.conftest import NOW
from tests.evidence.files import photo, tone
from tests.retention.archive import LATER, Archive, archive, small, world

__all__ = ["archive", "world"]


async def test_what_is_past_its_term_goes_by_decision_and_its_entry_stays(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    archive.world.now = LATER
    await archive.seal(f"{kept.id}号")
    row = await archive.row(kept.id)
    assert row.disposed_at == LATER and row.sha256 == kept.sha256 and row.state == "received"
    assert list(archive.world.vault.objects()) == []
    assert await archive.faults() == []
    (leaf,) = await archive.world.leaves("evidence.disposed")
    assert leaf.data["sha256"] == kept.sha256 and leaf.data["decision"] == 2
    assert any(f"Disposed of: nos. {kept.id}" in message.params["text"] for message in await archive.world.said())
    with pytest.raises(InvalidInput, match="not_here"):
        await archive.world.act(open_evidence, kept.id)


async def test_nothing_goes_before_its_term_and_everybody_is_told_why(archive: Archive) -> None:
    sound, picture = await archive.keep(tone(2), "voice"), await archive.keep(photo(), "photo")
    file = await archive.keep(b"%PDF-1.7", "document", "a.pdf")
    await archive.seal(f"{sound.id}、{picture.id}-{file.id}、99")
    assert [(await archive.row(each.id)).disposed_at for each in (sound, picture, file)] == [None] * 3
    assert len(list(archive.world.vault.objects())) == 3 and await archive.world.jobs("disposal") == []
    said = "\n".join([message.params["text"] for message in await archive.world.said()])
    for sentence in ("runs until 2026-06-05", "No. 2 is kept permanently", "No. 3: the case is not archived", "no. 99"):
        assert sentence in said


async def test_a_decision_that_would_be_refused_is_not_fixed(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    record = await archive.decision(str(kept.id))
    with pytest.raises(InvalidInput) as refusal:
        await archive.world.act(confirm_record, record.id, 1)
    assert refusal.value.code == "disposal.too_early" and refusal.value.params["until"] == "2026-06-05"
    archive.world.now = LATER
    await archive.world.act(confirm_record, record.id, 1)
    assert (await archive.row(kept.id)).disposed_at == LATER, "nobody has to sign or approve this small form"


async def test_bytes_that_other_evidence_names_too_stay(archive: Archive) -> None:
    data = tone(2)
    first, second = await archive.keep(data, "voice"), await archive.keep(data, "audio", "again.ogg")
    assert first.id == second.id, "the key of the test's messages is their hash"
    await archive.world.ask("sound")
    second_row = await archive.world.send(archive.world.file(data, "voice"), "webchat:1:other")
    assert second_row is not None
    archive.world.now = LATER
    await archive.seal(str(first.id))
    assert archive.world.vault.path(first.sha256).is_file() and await archive.faults() == []
    await archive.seal(str(second_row.id))
    assert list(archive.world.vault.objects()) == [] and await archive.faults() == []


async def test_missing_without_a_decision_is_a_fault_whatever_the_row_says(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    archive.world.vault.remove(kept.sha256)
    async with archive.world.database.transaction() as session:
        row = await session.get_one(Evidence, kept.id)
        row.disposed_at = NOW
        session.add(row)
    assert {(fault.kind, fault.detail.partition(":")[0]) for fault in await archive.faults()} == {
        ("missing", "named_by"),
        ("record", "disposal_not_in_ledger"),
    }


async def test_disposed_bytes_that_come_back_are_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tone(2)
    kept = await archive.keep(data, "voice")
    archive.world.now = LATER
    await archive.seal(str(kept.id))
    archive.world.vault.put(data)
    report = await verify(archive.world.database, archive.world.vault)
    assert report.pending == (f"{kept.sha256[:2]}/{kept.sha256}",)
    monkeypatch.setattr("models.verify.PENDING_SECONDS", 0)
    assert [fault.detail for fault in await archive.faults()] == [f"disposed_of:evidence:{kept.id}"]


async def test_what_is_due_is_listed_with_its_term(archive: Archive) -> None:
    sound = await archive.keep(tone(2), "voice")
    await archive.keep(photo(), "photo")
    before = to_json(await due_now(archive.world.work, None))
    assert (before["evidence"], before["kept"]) == ([], 2)
    archive.world.now = LATER
    found = to_json(await due_now(archive.world.work, "a"))
    other = to_json(await due_now(archive.world.work, "b"))
    (item,) = found["evidence"]
    assert item["evidence"] == sound.id and item["kept_until"] == "2026-06-05T16:00:00+00:00"
    assert item["basis"] == ["SM-1"] and found["kept"] == 1 and other["kept"] == 0
    json.dumps(found)


async def test_a_files_term_runs_from_archiving(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "PACK", small({"of": "case", "years": 1}))
    file = await archive.keep(b"%PDF-1.7", "document", "a.pdf")
    async with archive.world.work() as work:
        work.session.add(CaseEvent(case_id=archive.world.case_id, name="record.store.sealed", at=NOW))
    archive.world.now = datetime(2027, 3, 6, tzinfo=UTC)
    due = to_json(await due_now(archive.world.work, None))
    assert [row["evidence"] for row in due["evidence"]] == [file.id]


async def test_terms_are_shown_on_the_list_and_the_card(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    await archive.world.act(list_evidence, archive.world.case_id)
    listed = (await archive.world.said())[-1].params["text"]
    assert "kept until June 5, 2026" in listed and "1 piece" in listed
    await archive.world.act(show_evidence, kept.id)
    assert "Kept: kept until June 5, 2026" in (await archive.world.said())[-1].params["text"]
    archive.world.now = LATER
    await archive.seal(str(kept.id))
    await archive.world.act(show_evidence, kept.id)
    card = (await archive.world.said())[-1]
    assert "disposed of on" in card.params["text"] and not any("evo:" in str(row) for row in card.params["rows"])


async def test_the_web_chats_copy_goes_too(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    copy = archive.world.settings.data / "webchat" / kept.sha256
    copy.parent.mkdir()
    copy.write_bytes(b"copy")
    archive.world.now = LATER
    await archive.seal(str(kept.id))
    assert not copy.exists()
    async with archive.world.database.reading() as session:
        assert (await session.exec(select(Job).where(col(Job.kind) == "disposal"))).one().arguments["sha256"]
