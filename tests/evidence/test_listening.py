"""Hearing a draft line by line, the word of having listened, and what became of the draft in the record."""

from __future__ import annotations

from functools import partial

import pytest

from bot.use_cases import edit_transcript as edit
from bot.use_cases import listening
from bot.use_cases.answer_question import answer_question
from bot.use_cases.compare_transcript import compare, compare_record
from bot.use_cases.dispose import _dispose_of
from bot.use_cases.use_transcript import confirm_listened, take_back, use_transcript
from dialogs.values import Answer, ReplaceLine
from models.errors import InvalidInput, Missing, Stale
from models.tables import Evidence, Record, Transcript
from models.verify import verify
from tests.evidence.conftest import World
from tests.evidence.drafts import interview, lines, roles, turn, work_off
from tests.evidence.test_transcripts import newest, use, value
from transcribe.transcript import Skipped


async def test_hearing_line_by_line(world: World) -> None:
    transcript = await interview(world, skipped=(Skipped(8.5, 9.5, "no_text"),))
    await world.act(edit.delete_line, transcript, 2)
    await world.act(listening.hear_line, transcript, 1)
    await world.act(listening.hear_line, transcript, 1)  # a second tap asks for nothing more
    assert len(await world.jobs("extract")) == 1
    shown = len(await world.said())
    assert await work_off(world, "extract") == 2  # the next line's is ready before it is asked for
    message = (await world.said())[-1]
    assert len(await world.said()) == shown + 1 and message.method == "voice"
    assert "Extract of recording no. 1, 0:02–0:05; not the original" in message.params["text"]
    assert "2. <b>A</b> 我叫王海" in message.params["text"]
    assert world.vault.read(message.files["sha256"]).startswith(b"OggS")
    assert await world.button("thear") == [str(transcript), "1", "1"]
    assert await world.button("tnext") == [str(transcript), "1"]

    await world.act(listening.hear_next, transcript, 1)  # a line left out is passed over
    assert "4. <b>?</b> [听不清]" in await newest(world) and (await world.said())[-1].method == "voice"
    await world.act(listening.hear_line, transcript, 1, 2)
    await work_off(world, "extract")
    assert "0:00–0:05" in await newest(world)
    with pytest.raises(AssertionError):  # nothing lies before the beginning
        assert await world.button("thear") != [str(transcript), "3", "1"]
    await world.act(listening.hear_next, transcript, 4)
    assert "That was the last line." in await newest(world)
    assert await world.button("tlis") == [str(transcript), "0"]

    (recording,) = await world.all(Evidence)
    assert recording.kind == "recording" and (await verify(world.database, world.vault)).ok


async def test_extracts_go_with_their_recording(world: World) -> None:
    transcript = await interview(world)
    await world.act(listening.hear_line, transcript, 1)
    await work_off(world, "extract")
    await world.act(listening.hear_line, transcript, 0)  # still owed when the decision comes
    async with world.work() as work:
        recording = await work.session.get_one(Evidence, 1)
        made = list(recording.details["extracts"].values())
        gone = await _dispose_of(work, world.people["li"], await work.session.get_one(Record, 1), recording)
    assert set(made) < set(gone) and len(made) == 2
    await work_off(world, "extract")
    assert "was disposed of by decision" in await newest(world)
    assert "extracts" not in (await world.all(Evidence))[0].details
    with pytest.raises(InvalidInput, match="not_here"):
        await world.act(listening.hear_line, transcript, 1)


async def test_listening_is_confirmed_once_and_lapses_with_the_text(world: World) -> None:
    transcript = await interview(world)
    assert not await world.act(use_transcript, transcript, 0)
    assert "Have you listened to recording no. 1" in await newest(world)
    assert not (await world.all(Transcript))[0].used and await value(world, "talk") is None
    await world.act(partial(confirm_listened, then_use=False), transcript)
    assert "Listened and compared: li" in await newest(world)
    await world.act(edit.correct_line, transcript, 1, "我叫汪海")
    await world.act(edit.show_transcript, transcript)
    assert "Listened and compared" not in await newest(world)
    assert not await world.act(use_transcript, transcript, 0)
    assert "Lines were changed since this was confirmed." in await newest(world)
    await world.act(edit.undo, transcript, 1)
    await world.act(edit.show_transcript, transcript)
    assert "Listened and compared: li" in await newest(world), "it reads as it did when it was compared"
    await world.act(edit.correct_line, transcript, 1, "我叫汪海")
    assert await world.button("tdraft")
    await world.act(partial(confirm_listened, then_use=True), transcript, who="wang")
    (stored,) = await world.all(Transcript)
    assert stored.used and stored.listened_by == world.people["wang"].id
    assert len(await world.leaves("transcript.listened")) == 2


async def test_who_speaks_must_be_known_before_it_can_have_been_compared(world: World) -> None:
    transcript = await interview(world, skipped=(Skipped(8.5, 9.5, "no_text"),))
    with pytest.raises(InvalidInput, match="roles_unknown"):
        await world.act(partial(confirm_listened, then_use=True), transcript)


async def test_the_comparison_is_with_what_the_record_says(world: World) -> None:
    transcript = await interview(world)
    with pytest.raises(Missing, match=r"transcript\.none"):
        await world.act(compare_record, world.record_id, 0)
    await world.act(edit.correct_line, transcript, 1, "我叫汪海")
    await world.act(edit.delete_line, transcript, 3)
    await world.act(compare, transcript, 0)
    assert "The machine's draft and your corrections" in await newest(world)
    assert await use(world, transcript)
    wang = Answer("talk", ReplaceLine(0, "请问你叫什么名字"), str(world.people["wang"].id))
    await world.act(answer_question, world.record_id, wang, who="wang")
    await world.act(compare_record, world.record_id, 0)
    card = await newest(world)
    assert "the record's text so far" in card and "3 lines of 4 changed" in card
    assert "<u>请问</u>你叫什么名字" in card and "我叫<s>王</s><u>汪</u>海" in card and "<s>没有挪用</s>" in card
    await world.act(compare, transcript, 0)
    assert "<u>请问</u>你叫什么名字" in await newest(world)


async def test_saying_who_speaks_does_not_drown_what_was_changed(world: World) -> None:
    transcript = await interview(world, turn(0, "嗯"), turn(3, "是啊"), turn(6, "账簿在哪里"), turn(9, "不知道"))
    assert await roles(world) == "uuqa"
    await world.act(edit.set_role, transcript, 0, "answer")
    await world.act(edit.set_role, transcript, 1, "answer")
    await world.act(edit.set_role, transcript, 3, "question")
    await world.act(compare, transcript, 0)
    card = await newest(world)
    assert "1 line of 4 changed" in card and "Of 2 more it was only said who speaks." in card
    assert "<s>A</s><u>Q</u> 不知道" in card and "嗯" not in card


async def test_a_used_draft_is_taken_back_with_what_was_changed_in_the_record(world: World) -> None:
    transcript = await interview(world)
    assert await use(world, transcript)
    await world.act(edit.show_transcript, transcript)
    assert await world.button("tout") == [str(transcript)]
    li = str(world.people["li"].id)
    await world.act(answer_question, world.record_id, Answer("talk", ReplaceLine(1, "我叫汪海"), li))
    await world.act(answer_question, world.record_id, Answer("talk", ReplaceLine(3, ""), li))
    await world.act(take_back, transcript)
    assert await value(world, "talk") == []
    assert [line.text for line in await lines(world)] == ["你叫什么名字", "我叫汪海", "你挪用了吗", ""]
    with pytest.raises(Stale, match="not_used"):
        await world.act(take_back, transcript)
    await world.act(edit.undo, transcript, 3)
    assert not await world.act(use_transcript, transcript, 0), "what was compared reads otherwise now"
    assert await use(world, transcript)
    assert [line["text"] for line in await value(world, "talk")][1:] == ["我叫汪海", "你挪用了吗", "没有挪用"]


async def test_a_record_whose_text_is_fixed_lets_nothing_be_changed(world: World) -> None:
    transcript = await interview(world)
    other = await interview(world, seconds=21)
    await world.act(partial(confirm_listened, then_use=True), transcript)
    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        record.state = "frozen"
        work.session.add(record)
    for act in (
        partial(edit.correct_line, position=0, text="x"),
        partial(edit.undo_last),
        partial(edit.swap_all_roles),
        partial(confirm_listened, then_use=True),
        partial(use_transcript, seen=0),
        partial(edit.ask_correction, position=0),
    ):
        with pytest.raises(Stale, match="wrong_state"):
            await world.act(lambda work, person, act=act: act(work, person, transcript_id=other))
    with pytest.raises(Stale, match="wrong_state"):
        await world.act(take_back, transcript)
    await world.act(edit.show_transcript, transcript)
    await world.act(edit.show_line, transcript, 0)
    await world.act(listening.hear_line, transcript, 0)


async def test_drafts_and_jobs_of_another_agency_are_not_known_to_exist(world: World) -> None:
    transcript = await interview(world)
    for act in (
        partial(edit.show_history, position=0, page=0),
        partial(edit.undo_last),
        partial(edit.undo, position=0),
        partial(edit.take_term, position=1, index=0),
        partial(edit.set_voice_role, voice="A", role="answer"),
        partial(listening.hear_line, position=0),
        partial(listening.hear_next, position=0),
        partial(listening.show_removed, page=0),
        partial(listening.hear_removed, index=0),
        partial(confirm_listened, then_use=True),
        partial(take_back),
        partial(compare, page=0),
    ):
        with pytest.raises(Missing):
            await world.act(lambda work, person, act=act: act(work, person, transcript_id=transcript), who="zhao")
    with pytest.raises(Missing):
        await world.act(compare_record, world.record_id, 0, who="zhao")
