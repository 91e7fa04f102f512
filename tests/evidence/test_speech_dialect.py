"""A dialect named by the officer: the recording is transcribed again for it, and the record's next ones follow."""

from __future__ import annotations

import pytest

from bot.use_cases import edit_transcript as edit
from bot.use_cases.speech_dialect import show_dialects, transcribe_in
from models.errors import InvalidInput, Missing
from models.tables import Transcript
from tests.evidence.conftest import World
from tests.evidence.drafts import draft, interview, turn
from tests.evidence.files import tone
from tests.evidence.test_transcripts import finish, newest, use

SPOKEN = (turn(0, "你嘎哈呢", "A"), turn(3, "俺俩唠嗑呢", "B"))


async def test_the_drafts_own_words_suggest_a_dialect(world: World) -> None:
    transcript = await interview(world, *SPOKEN)
    await world.act(show_dialects, transcript)
    card = await newest(world)
    assert "Words heard point to 东北官话" in card and "唠嗑" in card
    await world.act(transcribe_in, transcript, "northeastern")
    assert (await world.jobs("transcription"))[-1].arguments["dialect"] == "northeastern"


async def test_without_dialect_words_nothing_is_suggested(world: World) -> None:
    transcript = await interview(world)
    await world.act(show_dialects, transcript)
    assert "point to" not in await newest(world)


async def test_the_next_recording_of_the_record_follows_and_can_be_set_back(world: World) -> None:
    transcript = await interview(world, *SPOKEN)
    await world.act(transcribe_in, transcript, "northeastern")
    with pytest.raises(InvalidInput, match="unfinished"):
        await world.act(transcribe_in, transcript, "wu")
    await finish(world, draft(*SPOKEN))
    await world.send(world.file(tone(21), "audio", "b.ogg"), "another")
    assert (await world.jobs("transcription"))[-1].arguments["dialect"] == "northeastern"
    await finish(world, draft(*SPOKEN))
    await world.act(transcribe_in, (await world.all(Transcript))[-1].id, "standard")
    assert (await world.jobs("transcription"))[-1].arguments["dialect"] is None


async def test_the_draft_that_stands_is_kept_with_its_corrections(world: World) -> None:
    first = await interview(world, *SPOKEN)
    await world.act(edit.correct_line, first, 0, "你干啥呢")
    await world.act(transcribe_in, first, "northeastern")
    await finish(world, draft(turn(0, "你嘎哈了吗", "A"), turn(3, "俺们唠嗑呢", "B")))
    second = (await world.all(Transcript))[-1].id
    assert second != first
    await world.act(edit.show_transcript, first, 0)
    assert "你干啥呢" in await newest(world)
    assert await use(world, second)


async def test_an_unknown_dialect_is_refused(world: World) -> None:
    transcript = await interview(world, *SPOKEN)
    before = len(await world.jobs("transcription"))
    with pytest.raises(Missing) as caught:
        await world.act(transcribe_in, transcript, "martian")
    assert caught.value.code == "dialect.unknown"
    assert len(await world.jobs("transcription")) == before
