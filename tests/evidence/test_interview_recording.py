"""A recorded interview answers the record's question for a recording too, unless that has an answer."""

from __future__ import annotations

from dialogs import engine
from tests.evidence.conftest import PACK, World
from tests.evidence.files import tone
from tests.evidence.test_transcripts import speak, use


async def review_text(world: World, question: str) -> str:
    from bot.use_cases.case_facts import load_facts
    from models.tables import Case, Record

    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        facts = await load_facts(work, await work.session.get_one(Case, world.case_id), record)
    found = engine.review(PACK.record("scene"), engine.draft_from_json(record.answers), facts)
    return next(line.text for line in found.lines if line.question == question)


async def test_the_recording_of_the_dialogue_becomes_the_records_own(world: World) -> None:
    transcript = await speak(world, "talk", "请问您贵姓", "免贵姓王", kind="audio")
    assert "sound" not in (await world.draft()).answers, "a draft that is not used changes nothing"
    await set_roles(world, transcript)
    assert await use(world, transcript)
    given = (await world.draft()).answers["sound"]
    assert (given.value, given.state) == (["1"], "answered")
    assert await review_text(world, "sound") != "／"
    assert not any("全程录音" in message.params["text"] for message in (await world.said())[-2:]), "it is not asked for"


async def test_an_answer_that_stands_is_left_alone(world: World) -> None:
    await world.ask("sound")
    own = await world.send(world.file(tone(2), "audio", "own.ogg"), "own")
    assert own is not None
    transcript = await speak(world, "talk", "请问您贵姓", "免贵姓王", kind="audio")
    await set_roles(world, transcript)
    assert await use(world, transcript)
    assert (await world.draft()).answers["sound"].value == [str(own.id)]


async def set_roles(world: World, transcript: int) -> None:
    """One line asks, the other answers."""
    from bot.use_cases import edit_transcript as edit
    from models.tables import TranscriptLine

    wanted = ("question", "answer")
    for line in await world.all(TranscriptLine):
        if line.transcript_id == transcript:
            while line.role != wanted[line.position]:
                await world.act(edit.swap_role, transcript, line.position)
                line = next(each for each in await world.all(TranscriptLine) if each.id == line.id)
