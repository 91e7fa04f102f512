"""Drafts of interviews for tests: what the model heard, and the jobs that follow from it."""

from __future__ import annotations

from typing import Any

from bot.jobs.kinds import KINDS, Control, Tools
from bot.jobs.outcomes import OUTCOMES
from bot.jobs.queue import Queue
from bot.jobs.results import apply_results
from models.tables import Transcript, TranscriptLine
from tests.evidence.conftest import World
from tests.evidence.files import tone
from tests.evidence.test_transcripts import finish
from transcribe.marks import BY_LANGUAGE, Change, Proposal
from transcribe.transcript import Coverage, Removed, Segment, Skipped, Word
from transcribe.transcript import Transcript as Draft


def turn(start: float, text: str, speaker: str | None = None, **more: Any) -> Segment:
    words = tuple(Word(start, start + 1, letter, 0.9) for letter in text)
    return Segment(start, start + 2, text, words, speaker, **more)


def draft(*segments: Segment, skipped: tuple[Skipped, ...] = (), removed: tuple[Removed, ...] = ()) -> dict[str, Any]:
    return Draft("", 60.0, "zh", "base", segments, Coverage(60.0, 50.0, skipped), removed).to_json()


TALK = (
    turn(0, "你叫什么名字", "A"),
    turn(3, "我叫王海", "B", proposals=(Proposal(2, 4, "汪海", 0.5),)),
    turn(6, "你挪用了吗", "A", changes=(Change(1, 3, "罗用", BY_LANGUAGE),)),
    turn(14, "没有挪用", "B"),
)


async def interview(world: World, *segments: Segment, seconds: float = 20, **more: Any) -> int:
    await world.ask("talk")
    await world.send(world.file(tone(seconds), "audio", "a.ogg"), f"k{len(await world.said())}")
    await finish(world, draft(*(segments or TALK), **more))
    return (await world.all(Transcript))[-1].id


async def lines(world: World) -> list[TranscriptLine]:
    return await world.all(TranscriptLine)


async def roles(world: World) -> str:
    return "".join(line.role[0] for line in await lines(world))


async def work_off(world: World, *kinds: str) -> int:
    """Let workers do the waiting jobs of these kinds, and the server take what came of them."""
    queue, done = Queue(world.database, list(kinds), lease_seconds=60), 0
    while (claim := await queue.claim()) is not None:
        kind = KINDS[claim.kind](Tools(world.settings, world.database, world.vault))
        result = await kind.run(record_id=None, evidence_id=claim.evidence_id, arguments=claim.arguments,
                                control=Control())  # fmt: skip
        assert await queue.finish(claim, result)
        await apply_results(world.database, world.make_work, OUTCOMES)
        done += 1
    return done
