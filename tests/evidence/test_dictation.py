"""Correcting a line by speaking: the officer's own words, never evidence by themselves."""

from __future__ import annotations

import pytest

from bot.jobs.outcomes import OUTCOMES
from bot.jobs.queue import Queue
from bot.jobs.results import apply_results
from bot.use_cases import dictation
from bot.use_cases import edit_transcript as edit
from models.errors import Missing, Stale
from models.tables import Dictation, Evidence, Transcript, TranscriptChange
from models.verify import verify
from tests.evidence.conftest import World
from tests.evidence.drafts import draft, interview, lines, turn, work_off
from tests.evidence.files import tone
from tests.evidence.test_transcripts import finish, newest, use


async def say(world: World, transcript: int, position: int, *heard: str, seconds: float = 2, who: str = "li") -> int:
    """Press 'correct' and speak; the id of what becomes of it."""
    await world.act(edit.ask_correction, transcript, position, who=who)
    spoken = world.file(tone(seconds), "voice")
    await world.act(dictation.dictate, transcript, position, spoken, f"say{len(await world.said())}", who=who)
    await finish(world, draft(*(turn(number * 3, text) for number, text in enumerate(heard))))
    return (await world.all(Dictation))[-1].id


async def test_a_line_is_corrected_by_speaking(world: World) -> None:
    transcript = await interview(world)
    spoken = await say(world, transcript, 1, "我叫汪海")
    card = await newest(world)
    assert "Line 2, spoken again" in card and "我叫汪海" in card and "Instead of: 我叫王海" in card
    assert (await lines(world))[1].text == "我叫王海", "nothing changes before the tap"
    assert (await verify(world.database, world.vault)).ok
    await world.act(dictation.use_dictation, spoken)
    assert (await lines(world))[1].text == "我叫汪海"
    assert (await world.all(TranscriptChange))[-1].way == "spoken"
    with pytest.raises(Stale, match="stale"):
        await world.act(dictation.use_dictation, spoken)
    assert len(await world.all(Evidence)) == 1, "an officer's own words are no evidence of the case"
    (leaf,) = await world.leaves("transcript.dictated")
    assert world.vault.has(leaf.data["sound_sha256"])
    await work_off(world, "disposal")
    assert not world.vault.has(leaf.data["sound_sha256"]) and (await verify(world.database, world.vault)).ok
    (job,) = [job for job in await world.jobs("transcription") if "dictation" in job.arguments]
    assert "terms" not in job.arguments


async def test_spoken_words_may_be_declined_or_not_understood(world: World) -> None:
    transcript = await interview(world)
    spoken = await say(world, transcript, 1, "我叫汪海")
    with pytest.raises(Missing):
        await world.act(dictation.use_dictation, spoken, who="wang")
    await world.act(dictation.decline_dictation, spoken)
    silent = await say(world, transcript, 1, seconds=3)
    assert "No speech was heard in your message." in await newest(world)
    with pytest.raises(Stale):
        await world.act(dictation.use_dictation, silent)
    await world.act(edit.ask_correction, transcript, 1)
    await world.act(dictation.dictate, transcript, 1, world.file(tone(4), "voice"), "say-x")
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None and await queue.fail(claim, "model.not_installed", {"name": "base"})
    await apply_results(world.database, world.make_work, OUTCOMES)
    assert "speech model is not installed" in await newest(world)
    assert (await lines(world))[1].text == "我叫王海"
    assert await use(world, transcript)  # what nobody decided on is not kept
    await work_off(world, "disposal")
    assert {each.state for each in await world.all(Dictation)} == {"declined"}
    assert (await verify(world.database, world.vault)).ok
    assert [world.vault.has(each.sha256) for each in await world.all(Dictation)] == [False] * 3


async def test_what_was_no_correction_is_kept_like_any_recording(world: World) -> None:
    transcript = await interview(world)
    spoken = await say(world, transcript, 1, "我要补充一点")
    await world.act(dictation.keep_dictation, spoken)
    recording = (await world.all(Evidence))[-1]
    assert recording.id == 2 and recording.seconds == pytest.approx(2, abs=0.1)
    assert [job.arguments["purpose"] for job in await world.jobs("transcription") if job.state == "queued"] == [
        "answer"
    ]
    await finish(world, draft(turn(0, "我要补充一点")))
    assert (await lines(world))[1].text == "我叫王海"
    await work_off(world, "disposal")
    assert world.vault.has(recording.sha256) and (await verify(world.database, world.vault)).ok
    with pytest.raises(Stale):
        await world.act(dictation.keep_dictation, spoken)


async def test_a_spoken_answer_can_be_spoken_anew_as_a_correction(world: World) -> None:
    await world.ask("fine")
    await world.send(world.file(tone(1), "voice", "a.ogg"))
    await finish(world, draft(turn(0, "山前块")))
    (transcript,) = await world.all(Transcript)
    spoken = await say(world, transcript.id, 0, "三千块")
    await world.act(dictation.use_dictation, spoken)
    assert "3,000.00元" in await newest(world)
