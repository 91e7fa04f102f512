"""Receiving files: what is kept, what it answers, and what is refused without a trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.use_cases.access import conversation_of
from bot.use_cases.receive_evidence import attach_held, keep_photo
from bot.use_cases.withdraw_evidence import ask_withdrawal, withdraw_evidence
from models.errors import Denied, InvalidInput, Missing, Stale
from models.tables import Case, Conversation, Evidence, Officer, OpenTerm, Record
from models.verify import verify
from tests.evidence import conftest
from tests.evidence.conftest import NOW, World
from tests.evidence.files import photo, pixel_bomb, tone


async def refused(world: World, data: bytes, kind: str, code: str, **more: object) -> dict[str, object]:
    """Sending is refused with `code`, and nothing at all has changed."""
    with pytest.raises(InvalidInput) as caught:
        await world.send(world.file(data, kind, **more))
    assert caught.value.code == code
    assert await world.all(Evidence) == [] and list(world.vault.objects()) == []
    assert await world.said() == [] and await world.jobs("watermark") == []
    return caught.value.params


async def test_a_photo_answers_the_question_for_photos(world: World) -> None:
    await world.ask("photos")
    data = photo(taken="2026:03:05 14:00:00")
    kept = await world.send(world.file(data, "document", "IMG_1.jpg", "image/jpeg"), "webchat:1:5")
    assert kept is not None
    assert (kept.kind, kept.question, kept.record_id, kept.key) == ("photo", "photos", world.record_id, "webchat:1:5")
    assert kept.captured_at == datetime(2026, 3, 5, 6, 0, tzinfo=UTC) and kept.place == "38.90000, 121.60000"
    assert kept.received_at == NOW and kept.details["width"] == 640
    assert world.vault.read(kept.sha256) == data
    given = (await world.draft()).answers["photos"]
    assert (given.value, given.state) == ([str(kept.id)], "collecting")
    (leaf,) = await world.leaves("evidence.received")
    assert leaf.data["sha256"] == kept.sha256 and leaf.data["size"] == len(data)
    receipt = (await world.said())[0].params["text"]
    assert "Time in the file (unproven): March 5, 2026 14:00" in receipt
    assert "Received by the server: March 5, 2026 14:30" in receipt and kept.sha256[:16] in receipt
    (job,) = await world.jobs("watermark")
    assert "Case 甲城管〔2026〕1号" in job.arguments["lines"] and "Officer: li" in job.arguments["lines"]
    assert (await verify(world.database, world.vault)).ok


async def test_the_same_message_is_kept_once(world: World) -> None:
    await world.ask("photos")
    first = await world.send(world.file(photo(), "photo"), "webchat:1:5")
    again = await world.send(world.file(photo(), "photo"), "webchat:1:5")
    assert first is not None and again is not None and again.id == first.id
    assert len(await world.all(Evidence)) == 1 and len(await world.jobs("watermark")) == 1


async def test_an_album_has_one_receipt_that_counts(world: World) -> None:
    await world.ask("photos")
    for number, colour in enumerate(("red", "green", "blue")):
        await world.send(world.file(photo(colour=colour), "photo"), f"webchat:1:{number}", album="A7")
    receipts = [message for message in await world.said() if message.slot == "album:A7"]
    assert [receipt.state for receipt in receipts] == ["superseded", "superseded", "queued"]
    assert "3 files of this album received, nos. 1 to 3" in receipts[-1].params["text"]
    assert (await world.draft()).answers["photos"].value == ["1", "2", "3"]


async def test_a_recording_opens_its_hand_over_term(world: World) -> None:
    await world.ask("sound")
    kept = await world.send(world.file(tone(2), "voice", media_type="audio/ogg"))
    assert kept is not None and kept.kind == "recording" and kept.question == "sound"
    assert kept.seconds == pytest.approx(2, abs=0.1) and kept.details["codec"] == "opus"
    (term,) = await world.all(OpenTerm)
    assert (term.deadline, term.subject) == ("hand_over", str(kept.id))
    assert await world.button("tmake") == [str(kept.id)]
    assert await world.jobs("transcription") == []


async def test_a_voice_at_a_text_question_is_to_be_transcribed(world: World) -> None:
    await world.ask("story")
    kept = await world.send(world.file(tone(1), "voice"))
    assert kept is not None and kept.question == "story"
    (job,) = await world.jobs("transcription")
    assert (job.arguments["purpose"], job.arguments["question"], job.evidence_id) == ("answer", "story", kept.id)
    assert job.arguments["seconds"] == kept.seconds
    assert "城市管理" in job.arguments["terms"] and "a市城市管理局" in job.arguments["terms"]
    assert "story" not in (await world.draft()).answers
    card = (await world.said())[-1]
    assert card.slot == f"job:{job.id}" and await world.button("jcancel") == [str(job.id)]
    assert await world.all(OpenTerm) == [], "a dictated answer is no recording of the enforcement"


@pytest.mark.parametrize(("kind", "seconds", "purpose"), [("voice", 1, "answer"), ("audio", 1, "dialogue"),
                                                          ("voice", 61, "dialogue")])  # fmt: skip
async def test_what_a_recording_means_at_a_dialogue(world: World, kind: str, seconds: int, purpose: str) -> None:
    await world.ask("talk")
    await world.send(world.file(tone(seconds), kind, "a.ogg"))
    (job,) = await world.jobs("transcription")
    assert job.arguments["purpose"] == purpose
    assert len(await world.all(OpenTerm)) == 1


async def test_a_photo_at_a_text_question_is_kept_and_the_question_stays(world: World) -> None:
    await world.ask("story")
    kept = await world.send(world.file(photo(), "photo"))
    assert kept is not None and (kept.record_id, kept.question) == (world.record_id, None)
    assert "it is no answer to “经过”" in (await world.said())[0].params["text"]


async def test_a_forwarded_photo_says_so(world: World) -> None:
    await world.ask("photos")
    await world.send(world.file(photo(), "photo", forwarded=True), origin="张三<b>")
    assert "Forwarded from 张三&lt;b&gt;: not taken on site." in (await world.said())[0].params["text"]
    assert "Forwarded: not taken on site." in (await world.jobs("watermark"))[0].arguments["lines"]


async def test_the_wrong_kind_is_refused_without_a_trace(world: World) -> None:
    await world.ask("sound")
    await refused(world, photo(), "photo", "answer.not_a_recording")
    await world.ask("photos")
    await refused(world, tone(1), "voice", "answer.not_a_photo")


@pytest.mark.parametrize(
    ("data", "kind", "name", "code"),
    [
        (b"", "document", "a.pdf", "upload.empty"),
        (b"", "voice", "", "upload.empty"),
        (b"hello, this is text" * 50, "document", "voice.ogg", "audio.undecodable"),
        (b"hello, this is text" * 50, "voice", "", "audio.undecodable"),
        (b"hello, this is text" * 50, "document", "a.jpg", "photo.not_an_image"),
        (tone(3)[:60], "voice", "", "audio.undecodable"),
        (photo()[:400], "photo", "", "photo.broken"),
        (pixel_bomb(), "photo", "", "photo.too_many_pixels"),
        (pixel_bomb(), "document", "nameless", "photo.too_many_pixels"),
        (photo(2500, 2000), "photo", "", "photo.too_many_pixels"),
    ],
    ids=[f"file{n}" for n in range(10)],  # never the bytes themselves: a recording made anew has others
)
async def test_bad_files_are_refused_without_a_trace(
    world: World, data: bytes, kind: str, name: str, code: str
) -> None:
    await world.ask("papers")
    await refused(world, data, kind, code, name=name)


async def test_limits_come_from_the_settings(world: World) -> None:
    await world.ask("papers")
    world.settings.recording_seconds = 2
    assert (await refused(world, tone(3), "voice", "audio.too_long"))["limit"] == 2
    world.settings.upload_bytes = 100
    assert (await refused(world, b"x" * 101, "document", "upload.too_large")) == {"size": 101, "limit": 100}


async def test_a_cut_off_recording_is_kept_with_a_warning(world: World) -> None:
    await world.ask("sound")
    whole = tone(5)
    kept = await world.send(world.file(whole[: len(whole) // 2], "voice"))
    assert kept is not None and kept.details["truncated"] and 0.5 < (kept.seconds or 0) < 4.5
    assert "cut off" in (await world.said())[0].params["text"]


async def test_any_other_file_is_a_file(world: World) -> None:
    await world.ask("papers")
    kept = await world.send(world.file(b"%PDF-1.7 ...", "document", "x" * 500 + ".pdf", "application/pdf"))
    assert kept is not None and kept.kind == "file" and len(kept.file_name) == 200
    assert (await world.draft()).answers["papers"].value == [str(kept.id)]


async def test_a_file_without_a_record_waits_for_its_case(world: World) -> None:
    data = photo(taken="2026:03:05 14:00:00")
    assert await world.send(world.file(data, "document", "IMG.jpg"), "webchat:1:9") is None
    assert await world.all(Evidence) == [] and len(list(world.vault.objects())) == 1
    assert (await verify(world.database, world.vault)).ok
    case_id, seq = map(int, await world.button("keep"))
    assert case_id == world.case_id
    received, world.now = world.now, datetime(2026, 3, 6, tzinfo=UTC)
    kept = await world.act(attach_held, case_id, seq)
    assert (kept.kind, kept.key, kept.case_id, kept.record_id) == ("photo", "webchat:1:9", case_id, None)
    assert kept.received_at == received and kept.captured_at is not None
    assert (await world.act(attach_held, case_id, seq)).id == kept.id
    with pytest.raises(Missing):
        await world.act(attach_held, case_id, seq, who="zhao")
    with pytest.raises(Missing):
        await world.act(attach_held, case_id, seq, who="wang")


async def test_without_a_case_there_is_nothing_to_keep_it_for(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        await world.send(world.file(photo(), "photo"), who="zhao")
    assert caught.value.code == "evidence.no_case" and list(world.vault.objects()) == []


async def test_after_the_record_the_case_last_worked_on_is_meant(world: World) -> None:
    async with world.work() as work:
        conversation = await conversation_of(work, world.people["li"].id)
        conversation.case_id = world.case_id
        work.session.add(conversation)
    kept = await world.send(world.file(photo(), "photo"))
    assert kept is not None and (kept.case_id, kept.record_id) == (world.case_id, None)


async def test_a_record_whose_text_is_fixed_gets_no_more(world: World) -> None:
    await world.ask("photos")
    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        record.state = "frozen"
        work.session.add(record)
    kept = await world.send(world.file(photo(), "photo"))
    assert kept is not None and (kept.case_id, kept.record_id, kept.question) == (world.case_id, None, None)


async def test_only_officers_of_the_case(world: World) -> None:
    async with world.work() as work:
        conversation = await conversation_of(work, world.people["zhao"].id)
        conversation.case_id, conversation.record_id = world.case_id, world.record_id
        work.session.add(conversation)
    with pytest.raises(Missing, match="unknown"):
        await world.send(world.file(photo(), "photo"), who="zhao")
    world.people["li"].officer.roles = ["approver"]
    with pytest.raises(Denied, match="role"):
        await world.send(world.file(photo(), "photo"))


async def test_a_signed_papers_photo_is_kept_with_the_record(world: World) -> None:
    async with world.work() as work:
        record, case = (
            await work.session.get_one(Record, world.record_id),
            await work.session.get_one(Case, world.case_id),
        )
        file = world.file(photo(), "photo")
        assert await keep_photo(work, world.people["li"], case, record, file) == file.sha256
        assert await keep_photo(work, world.people["li"], case, record, file) == file.sha256
    (kept,) = await world.all(Evidence)
    assert kept.record_id == world.record_id and kept.sha256 == file.sha256


async def test_withdrawing_keeps_it_visible(world: World) -> None:
    await world.ask("photos")
    kept = await world.send(world.file(photo(), "photo"))
    assert kept is not None and await world.button("ewd") == [str(kept.id)]
    await world.act(ask_withdrawal, kept.id)
    async with world.database.reading() as session:
        conversation = (await session.exec(select(Conversation))).one()
    assert (conversation.mode, conversation.mode_data) == ("withdraw_evidence", {"evidence": kept.id})
    with pytest.raises(InvalidInput, match="reason"):
        await world.act(withdraw_evidence, kept.id, "  ")
    with pytest.raises(Missing):
        await world.act(withdraw_evidence, kept.id, "x", who="zhao")
    await world.act(withdraw_evidence, kept.id, "拍错了地方")
    (row,) = await world.all(Evidence)
    assert (row.state, row.reason) == ("withdrawn", "拍错了地方")
    assert world.vault.path(row.sha256).is_file()
    assert (await world.draft()).answers["photos"].value == [str(kept.id)]
    (leaf,) = await world.leaves("evidence.withdrawn")
    assert "拍错了地方" not in str(leaf.data)
    with pytest.raises(Stale):
        await world.act(withdraw_evidence, kept.id, "again")
    assert (await verify(world.database, world.vault)).ok


async def test_evidence_of_a_fixed_text_is_not_withdrawn(world: World) -> None:
    await world.ask("photos")
    kept = await world.send(world.file(photo(), "photo"))
    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        record.state = "sealed"
        work.session.add(record)
    assert kept is not None
    with pytest.raises(InvalidInput, match="fixed"):
        await world.act(withdraw_evidence, kept.id, "x")


@pytest.mark.parametrize("role", ["officer", "archivist"])
async def test_a_fixed_record_lets_no_file_into_an_archived_case(
    world: World, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """The chat stands at the record until it is sealed; its text is fixed, so files are the case's business."""
    forms = [form.model_copy(update={"by": ("officer", "archivist")}) for form in conftest.PACK.records]
    monkeypatch.setattr(conftest, "PACK", conftest.PACK.model_copy(update={"records": tuple(forms)}))
    await world.ask("papers")
    world.people["li"].officer.roles = [role]
    async with world.work() as work:
        record, case = await work.session.get_one(Record, world.record_id), await work.session.get_one(Case, 1)
        officer = await work.session.get_one(Officer, world.people["li"].id)
        record.state, case.state, officer.roles = "frozen", "archived", [role]
        work.session.add_all([record, case, officer])
    with pytest.raises((Denied, InvalidInput)) as refusal:
        await world.send(world.file(b"%PDF-1.7", "document", "a.pdf"))
    assert refusal.value.code == {"officer": "evidence.no_case", "archivist": "role.required"}[role]
    assert await world.all(Evidence) == [] and list(world.vault.objects()) == []
