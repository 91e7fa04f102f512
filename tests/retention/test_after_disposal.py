"""After a disposal: papers and discs are still made, without what is gone; a disc image that holds it goes too."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.papers import build_paper
from bot.shelf import Shelf
from bot.use_cases.access import conversation_of
from bot.use_cases.confirm_record import show_review
from bot.use_cases.copies import copy_made, owe_photo_copy
from bot.use_cases.disc_images import disc_image_made
from bot.use_cases.papers import send_papers
from bot.use_cases.photo_views import photo_view_made
from bot.use_cases.receive_evidence import attach_held
from models.tables import Access, Case, Officer, Paper, Record
from tests.disc.reading import files_on
from tests.evidence import conftest
from tests.evidence.conftest import NOW
from tests.evidence.files import photo, tone
from tests.papers.reading import pdf_text
from tests.retention.archive import LATER, Archive, archive, small, world

__all__ = ["archive", "world"]


async def discs(archive: Archive) -> list[Paper]:
    async with archive.world.database.reading() as session:
        return list((await session.exec(select(Paper).where(col(Paper.format) == "iso").order_by(col(Paper.id)))).all())


async def test_a_paper_says_that_a_photo_was_disposed_of(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "PACK", small({"of": "recordings", "months": 3}))
    gone, stays = await archive.keep(photo(), "photo"), await archive.keep(photo(width=900), "photo")
    archive.world.now = LATER
    await archive.seal(str(gone.id))
    async with archive.world.database.transaction() as session:
        record = await session.get_one(Record, archive.world.record_id)
        record.state, record.content_hash, record.frozen_at = "frozen", "0" * 64, NOW
        session.add(record)
    async with archive.world.database.reading() as session:
        shelf = Shelf({"small": conftest.PACK})
        files = dict(await build_paper(session, archive.world.vault, shelf, archive.world.record_id, "frozen"))
    text = "".join(pdf_text(files["pdf"]).split())
    assert "现场照片1" in text and "：已按审批处置。" in text and "现场照片2" in text
    assert text.count("已按审批处置") == 1 and (await archive.row(stays.id)).disposed_at is None


async def test_a_disc_lists_what_was_disposed_of_and_leaves_it_out(archive: Archive) -> None:
    gone, stays = await archive.keep(tone(2), "voice"), await archive.keep(tone(3), "voice")
    archive.world.now = LATER
    await archive.seal(str(gone.id))
    await archive.disc()
    await archive.work_off("disc_image", disc_image_made)
    (paper,) = await discs(archive)
    found = files_on(archive.world.vault.read(paper.sha256))
    assert sorted(name[:4] for name in found if name[0] == "0") == [f"{stays.id:04}"]
    manifest: dict[str, Any] = json.loads(found["manifest.json"])
    (listed,) = manifest["disposed"]
    assert (listed["evidence"], listed["sha256"], listed["remark"]) == (gone.id, gone.sha256, "已按审批处置")
    assert f"{gone.id},已按审批处置,{gone.sha256}" in found["manifest.csv"].decode("utf-8-sig")
    assert "另有1件已按审批处置" in found["说明.txt"].decode("utf-8-sig")
    await archive.seal(str(stays.id))
    await archive.disc()
    await archive.work_off("disc_image", disc_image_made)
    assert "All recordings of this case were disposed of" in (await archive.world.said())[-1].params["text"]


async def test_the_disc_image_goes_with_the_recording_on_it(archive: Archive) -> None:
    first, second = await archive.keep(tone(2), "voice"), await archive.keep(tone(3), "voice")
    await archive.disc()
    await archive.work_off("disc_image", disc_image_made)
    (paper,) = await discs(archive)
    archive.world.now = LATER
    decision = await archive.decision(str(first.id))
    await archive.world.act(show_review, decision.id)
    card = (await archive.world.said())[-1].params["text"]
    assert "the disc image of “光盘移交单”" in card and f"which holds nos. {first.id}." in card
    await archive.seal(str(first.id))
    assert [path.name for path in archive.world.vault.objects()] == [second.sha256]
    (leaf,) = await archive.world.leaves("disc.disposed")
    assert leaf.subject == f"paper:{paper.id}" and leaf.data["sha256"] == paper.sha256
    assert leaf.data["evidence"] == [first.id]
    assert await archive.faults() == []
    await archive.world.act(send_papers, paper.record_id)
    message = (await archive.world.said())[-1]
    assert "was removed by a decision" in message.params["text"] and "attachment" not in message.params


async def test_a_disc_that_was_being_made_meanwhile_is_made_again_without_it(archive: Archive) -> None:
    gone, stays = await archive.keep(tone(2), "voice"), await archive.keep(tone(3), "voice")
    await archive.disc()
    (job,) = await archive.world.jobs("disc_image")
    image = archive.world.vault.put(b"an image that holds both")
    archive.world.now = LATER
    await archive.seal(str(gone.id))
    made = {"sha256": image.sha256, "size": image.size}
    await archive.apply(job, {"image": made, "evidence": [gone.id, stays.id], "gone": []}, disc_image_made)
    await archive.remove()
    assert await discs(archive) == [] and not archive.world.vault.has(image.sha256)
    await archive.work_off("disc_image", disc_image_made)
    (paper,) = await discs(archive)
    assert f"{gone.id:04}" not in {name[:4] for name in files_on(archive.world.vault.read(paper.sha256))}
    assert await archive.faults() == []


async def test_what_was_made_of_a_photo_meanwhile_is_not_kept(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "PACK", small({"of": "recordings", "months": 3}))
    kept, vault = await archive.keep(photo(), "photo"), archive.world.vault
    (view_job,) = await archive.world.jobs("watermark")
    made = [vault.put(data).sha256 for data in (b"view", b"thumbnail", b"copy")]
    async with archive.world.work() as work:
        await owe_photo_copy(work, archive.world.people["wang"].officer, await case_of(archive), kept)
    (copy_job,) = await archive.world.jobs("copy")
    archive.world.now = LATER
    await archive.seal(str(kept.id))
    await archive.apply(view_job, {"view": made[0], "thumbnail": made[1]}, photo_view_made)
    await archive.apply(copy_job, {"sha256": made[2], "size": 4}, copy_made)
    await archive.remove()
    assert list(vault.objects()) == [] and await archive.faults() == []
    assert (await archive.row(kept.id)).details.keys().isdisjoint({"view", "thumbnail", "copies"})
    said = (await archive.world.said())[-1]
    assert "was disposed of by decision" in said.params["text"] and not said.params.get("attachment")


async def test_a_view_that_a_disposal_took_away_is_made_again(archive: Archive) -> None:
    await archive.keep(photo(), "photo")
    (job,) = await archive.world.jobs("watermark")
    await archive.apply(job, {"view": "a" * 64, "thumbnail": "b" * 64}, photo_view_made)
    assert len(await archive.world.jobs("watermark")) == 2
    await archive.work_off("watermark", photo_view_made)
    assert await archive.faults() == []


async def test_a_file_that_waits_for_its_case_keeps_its_bytes(archive: Archive) -> None:
    data = tone(2)
    kept = await archive.keep(data, "voice")
    async with archive.world.work() as work:
        conversation = await conversation_of(work, archive.world.people["li"].id)
        conversation.case_id = conversation.record_id = None
        work.session.add(conversation)
    assert await archive.world.send(archive.world.file(data, "voice"), "webchat:1:waits") is None
    archive.world.now = LATER
    await archive.seal(str(kept.id))
    assert archive.world.vault.has(kept.sha256) and await archive.faults() == []
    (held,) = await archive.world.leaves("evidence.held")
    given = await archive.world.act(attach_held, archive.world.case_id, held.seq)
    assert archive.world.vault.has(given.sha256) and await archive.faults() == []


async def test_discs_go_to_officers_and_archivist_and_that_is_kept(archive: Archive) -> None:
    await archive.keep(tone(2), "voice")
    await archive.disc()
    await archive.work_off("disc_image", disc_image_made)
    (paper,) = await discs(archive)
    wang = archive.world.people["wang"]
    async with archive.world.work() as work:
        case = await work.session.get_one(Case, archive.world.case_id)
        case.second_officer_id = None
        work.session.add(case)
    for role, given in (("supervisor", False), ("archivist", True)):
        async with archive.world.work() as work:
            officer = await work.session.get_one(Officer, wang.id)
            officer.roles = wang.officer.roles = [role]
            work.session.add(officer)
        before = len(await noted(archive, wang.id, f"paper:{paper.id}"))
        await archive.world.act(send_papers, paper.record_id, who="wang")
        message = (await archive.world.said())[-1]
        assert (paper.sha256 in str(message.params)) is given
        assert ("officers and the archivist only" in message.params["text"]) is not given
        archive.world.now += timedelta(minutes=11)
        assert len(await noted(archive, wang.id, f"paper:{paper.id}")) == before + given


async def noted(archive: Archive, officer_id: int, what: str) -> list[Access]:
    return [each for each in await archive.world.all(Access) if (each.officer_id, each.what) == (officer_id, what)]


async def case_of(archive: Archive) -> Case:
    async with archive.world.database.reading() as session:
        return await session.get_one(Case, archive.world.case_id)
