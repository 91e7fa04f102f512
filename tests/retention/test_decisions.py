"""What a decision on disposal says is what it does: no more, no less, and those who decide are shown it before."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from bot.use_cases.confirm_record import confirm_record, show_review
from bot.use_cases.correct_record import correct_record
from bot.use_cases.disc_images import disc_image_made
from bot.use_cases.review_record import approve_record
from models.errors import InvalidInput
from models.tables import Case, Officer, Opinion, Record
from tests.evidence.files import tone
from tests.retention.archive import LATER, Archive, archive, world

__all__ = ["archive", "world"]


async def _content(archive: Archive, record_id: int | None) -> Record:
    async with archive.world.database.reading() as session:
        return (await session.exec(select(Record).where(col(Record.id) == record_id))).one()


async def test_numbers_left_behind_by_another_means_delete_nothing(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    archive.world.now = LATER
    record = await archive.decision(str(kept.id), means="handed_over")
    await archive.world.act(confirm_record, record.id, 1)
    sealed = await _content(archive, record.id)
    assert sealed.state == "sealed" and sealed.content is not None
    assert [answer["question"] for answer in sealed.content["answers"]] == ["means"]
    assert (await archive.row(kept.id)).disposed_at is None and await archive.world.jobs("disposal") == []


async def test_what_cannot_be_read_whole_is_not_fixed(archive: Archive) -> None:
    kept = await archive.keep(tone(2), "voice")
    archive.world.now = LATER
    for numbers, code in (("9-7", "backwards"), ("2026-05-01", "backwards"), (f"{kept.id}、全部", "unreadable")):
        record = await archive.decision(numbers)
        await archive.world.act(show_review, record.id)
        assert "✗ “" in (await archive.world.said())[-1].params["text"], "the card says so before anybody confirms"
        with pytest.raises(InvalidInput, match=code):
            await archive.world.act(confirm_record, record.id, 1)
    assert (await archive.row(kept.id)).disposed_at is None


async def test_the_card_shows_the_list_as_it_was_read(archive: Archive) -> None:
    for seconds in (2, 3, 4):
        await archive.keep(tone(seconds), "voice")
    archive.world.now = LATER
    record = await archive.decision("3、1-2号")
    await archive.world.act(show_review, record.id)
    assert "To be deleted on approval: nos. <b>1-3</b>" in (await archive.world.said())[-1].params["text"]


async def test_a_decision_that_disposed_of_something_can_be_corrected(archive: Archive) -> None:
    first, second = await archive.keep(tone(2), "voice"), await archive.keep(tone(3), "voice")
    archive.world.now = LATER
    record = await archive.decision(str(first.id))
    await archive.world.act(confirm_record, record.id, 1)
    version = await archive.world.act(correct_record, record.id, "监销人写错")
    await archive.world.act(confirm_record, version.id, version.revision)
    assert (await _content(archive, version.id)).state == "sealed"
    assert len(await archive.world.leaves("evidence.disposed")) == 1, "it is not disposed of twice"
    said = "".join([message.params["text"] for message in await archive.world.said()])
    assert f"by the version that is corrected: nos. {first.id}" in said
    other = await archive.decision(f"{first.id}、{second.id}")
    with pytest.raises(InvalidInput, match="already"):
        await archive.world.act(confirm_record, other.id, 1)


async def test_who_decides_is_shown_what_it_deletes(archive: Archive) -> None:
    for seconds in (2, 3):
        await archive.keep(tone(seconds), "voice")
    await archive.disc()
    await archive.work_off("disc_image", disc_image_made)
    async with archive.world.work() as work:
        head = await work.session.get_one(Officer, archive.world.people["wang"].id)
        head.roles = ["head"]
        case = await work.session.get_one(Case, archive.world.case_id)
        case.second_officer_id = None  # whoever decides is none of the case's officers
        work.session.add_all([head, case])
    archive.world.now = LATER
    record = await archive.decision("2、1", form="judged")
    await archive.world.act(confirm_record, record.id, 1)
    (card,) = [message for message in await archive.world.said() if "asks for your decision" in message.params["text"]]
    assert card.chat_id == archive.world.people["wang"].chat_id
    assert "To be deleted on approval: nos. <b>1-2</b>" in card.params["text"]
    assert "the disc image of “光盘移交单”" in card.params["text"]
    (opinion,) = await archive.world.all(Opinion)
    archive.world.people["wang"].officer.roles = ["head"]
    await archive.world.act(approve_record, opinion.id, "同意", who="wang")
    await archive.remove()
    assert list(archive.world.vault.objects()) == [] and await archive.faults() == []
