"""After a disposal: papers and discs are still made, without what is gone; a disc image that holds it goes too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import col, select

from bot.papers import build_paper
from bot.shelf import Shelf
from bot.use_cases.confirm_record import show_review
from bot.use_cases.disc_images import disc_image_made
from bot.use_cases.papers import send_papers
from models.tables import Paper, Record
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
