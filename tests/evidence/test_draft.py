"""A draft an officer can sign: what was not heard, who speaks, every change and its undoing."""

from __future__ import annotations

import pytest

from bot.use_cases import edit_transcript as edit
from bot.use_cases import listening
from bot.use_cases.use_transcript import use_transcript
from models.errors import InvalidInput, Missing, Stale
from models.tables import TranscriptChange
from tests.evidence.conftest import World
from tests.evidence.drafts import draft, interview, lines, roles, turn, work_off
from tests.evidence.files import tone
from tests.evidence.test_transcripts import finish, newest, use, value
from transcribe.transcript import Removed, Skipped


async def test_speech_without_text_is_a_line_to_be_decided(world: World) -> None:
    transcript = await interview(
        world,
        skipped=(Skipped(8.5, 9.5, "no_text"), Skipped(10.2, 12.0, "removed"), Skipped(17, 19, "no_text")),
        removed=(Removed(10.0, 12.0, "请不吝点赞", "credits"),),
    )
    card = await newest(world)
    assert "4. <b>?</b> <i>0:08–0:12</i> [听不清]" in card and "6. <b>?</b> <i>0:17–0:19</i> [听不清]" in card
    assert "2 lines are to be decided" in card
    with pytest.raises(InvalidInput) as caught:
        await world.act(use_transcript, transcript, 0)
    assert caught.value.params["lines"] == [4, 6]
    await world.act(edit.show_line, transcript, 3)
    assert "“请不吝点赞” here and left it out: credits of subtitles" in await newest(world)
    await world.act(edit.correct_line, transcript, 3, "没有没有")
    await world.act(edit.set_role, transcript, 3, "answer")
    await world.act(edit.delete_line, transcript, 5)
    await world.act(edit.show_transcript, transcript, 0)
    assert "to be decided" not in await newest(world)
    assert await use(world, transcript)
    assert [line["text"] for line in await value(world, "talk")][3:] == ["没有没有", "没有挪用"]


async def test_unheard_speech_stays_on_the_paper_where_an_officer_leaves_it(world: World) -> None:
    transcript = await interview(world, skipped=(Skipped(8.5, 12.0, "no_text"),))
    await world.act(edit.swap_all_roles, transcript)
    assert await roles(world) == "aqauq", "who spoke there is known to nobody yet"
    await world.act(edit.swap_all_roles, transcript)
    await world.act(edit.set_role, transcript, 3, "answer")
    assert await use(world, transcript)
    assert (await value(world, "talk"))[3]["text"] == "[听不清]"


async def test_nothing_heard_but_speech_found_is_a_draft(world: World) -> None:
    await world.ask("talk")
    await world.send(world.file(tone(20), "audio", "a.ogg"))
    await finish(world, draft(skipped=(Skipped(1, 5, "no_text"),)))
    assert "[听不清]" in await newest(world)


async def test_what_the_machine_left_out_is_listed_with_reasons_and_heard(world: World) -> None:
    removed = tuple(Removed(number, number + 1, f"<谢谢{number}>", "loop" if number else "new") for number in range(8))
    transcript = await interview(world, removed=removed)
    assert await world.button("tcut") == [str(transcript), "0"]
    await world.act(listening.show_removed, transcript, 0)
    card = await newest(world)
    assert "<s>&lt;谢谢0&gt;</s>\n   not heard with enough confidence" in card
    assert "2. <i>0:01–0:02</i>" in card and "the same words over and over" in card and "谢谢6" not in card
    await world.act(listening.show_removed, transcript, 1)
    assert "谢谢7" in await newest(world)
    await world.act(listening.hear_removed, transcript, 7)
    assert await work_off(world, "extract") == 1
    assert (await world.said())[-1].method == "voice" and "谢谢7" in await newest(world)
    with pytest.raises(Missing, match="line"):
        await world.act(listening.hear_removed, transcript, 8)


async def test_one_tap_turns_a_voice(world: World) -> None:
    transcript = await interview(world)
    assert "1. <b>Q A</b>" in await newest(world) and await roles(world) == "qaqa"
    assert await world.button("tvoice") == [str(transcript), "A", "a"]
    await world.act(edit.set_voice_role, transcript, "B", "question")
    assert await roles(world) == "qqqq"
    await world.act(edit.set_voice_role, transcript, "A", "answer")
    await world.act(edit.set_role, transcript, 0, "question")
    assert await roles(world) == "qqaq"
    for expected in ("aqaq", "qqqq", "qaqa"):
        await world.act(edit.undo_last, transcript)
        assert await roles(world) == expected
    with pytest.raises(Stale, match="nothing_to_undo"):
        await world.act(edit.undo_last, transcript)
    with pytest.raises(Missing, match="no_voice"):
        await world.act(edit.set_voice_role, transcript, "C", "answer")
    assert len(await world.leaves("transcript.corrected")) == 6


async def test_one_voice_is_no_choice(world: World) -> None:
    await interview(world, turn(0, "你叫什么名字", "A"), turn(3, "我叫张三", "A"))
    with pytest.raises(AssertionError, match="tvoice"):
        await world.button("tvoice")


async def test_every_change_of_a_line_is_kept_and_taken_back_one_by_one(world: World) -> None:
    transcript = await interview(world)
    await world.act(edit.correct_line, transcript, 1, "我叫汪海")
    await world.act(edit.correct_line, transcript, 1, "我叫汪洋", who="wang")
    await world.act(edit.set_role, transcript, 1, "question")
    await world.act(edit.delete_line, transcript, 1)
    await world.act(edit.show_history, transcript, 1, 0)
    card = await newest(world)
    assert card.index("left out") < card.index("who speaks") < card.index("wang · typed") < card.index("li · typed")
    assert "我叫汪<s>海</s><u>洋</u>" in card and "The machine's draft: A 我叫王海" in card
    for role, text in (
        ("question", "我叫汪洋"),
        ("answer", "我叫汪洋"),
        ("answer", "我叫汪海"),
        ("answer", "我叫王海"),
    ):
        await world.act(edit.undo, transcript, 1)
        line = (await lines(world))[1]
        assert (line.role, line.text) == (role, text)
    with pytest.raises(Stale, match="nothing_to_undo"):
        await world.act(edit.undo, transcript, 1)
    await world.act(edit.correct_line, transcript, 1, "不对")
    await world.act(edit.restore_line, transcript, 1)
    await world.act(edit.undo, transcript, 1)
    assert (await lines(world))[1].text == "不对", "going back to the draft can be undone too"
    await world.act(edit.show_history, transcript, 1, 2)
    assert len(await world.all(TranscriptChange)) == 11
    assert (await lines(world))[1].draft_text == "我叫王海"
    leaves = await world.leaves("transcript.corrected")
    assert len(leaves) == 11 and not any("汪" in str(leaf.data) for leaf in leaves)


async def test_what_was_not_heard_so_is_taken_back_and_a_term_is_taken(world: World) -> None:
    transcript = await interview(world)
    card = await newest(world)
    assert "你<i>挪用*</i>了吗" in card and "“挪用” was heard as “罗用”" in card and "“王海” may be “汪海”" in card
    assert "Words with *" in card
    await world.act(edit.show_line, transcript, 2)
    assert await world.button("tback") == [str(transcript), "2", "0"]
    await world.act(edit.take_heard_form, transcript, 2, 0)
    await world.act(edit.take_term, transcript, 1, 0)
    assert [line.text for line in await lines(world)][1:3] == ["我叫汪海", "你罗用了吗"]
    with pytest.raises(Stale, match="stale"):
        await world.act(edit.take_heard_form, transcript, 2, 0)
    with pytest.raises(Stale, match="stale"):
        await world.act(edit.take_term, transcript, 0, 0)
    await world.act(edit.undo, transcript, 2)
    await world.act(edit.correct_line, transcript, 2, "那么，你挪用了公款吗")
    assert "你<i>挪用*</i>了公款吗" in await newest(world), "a mark stays while its characters do"
    await world.act(edit.take_heard_form, transcript, 2, 0)
    assert (await lines(world))[2].text == "那么，你罗用了公款吗"
