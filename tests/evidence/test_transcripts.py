"""From a recording to an answer: proposals, drafts, corrections, and using them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from bot.jobs.outcomes import OUTCOMES
from bot.jobs.queue import Queue
from bot.jobs.results import apply_results
from bot.use_cases import edit_transcript as edit
from bot.use_cases.answer_question import answer_question
from bot.use_cases.compare_transcript import compare
from bot.use_cases.transcripts import cancel_transcription, transcribe_again, transcribe_for_dialogue
from bot.use_cases.use_transcript import confirm_listened, use_transcript
from bot.use_cases.withdraw_evidence import withdraw_evidence
from dialogs.values import Answer, Choose
from models.errors import InvalidInput, Missing, Stale
from models.tables import Job, Record, Transcript, TranscriptLine
from models.verify import verify
from tests.evidence.conftest import World
from tests.evidence.files import photo, tone
from transcribe.transcript import Coverage, DialectWord, Segment, Skipped, Word
from transcribe.transcript import Transcript as Draft


def heard(
    *texts: str, doubtful: str = "", skipped: float = 0.0, dialect: tuple[DialectWord, ...] = ()
) -> dict[str, Any]:
    """A draft whose segments say `texts`, two seconds each; words that are `doubtful` have a low probability."""
    segments = []
    for number, text in enumerate(texts):
        start = number * 2.0
        words = tuple(Word(start, start + 1, letter, 0.2 if letter in doubtful else 0.9) for letter in text)
        segments.append(Segment(start, start + 2, text, words, None, dialect if number == 0 else ()))
    gaps = (Skipped(0, skipped, "no_text"),) if skipped else ()
    coverage = Coverage(2.0 * len(texts), 2.0 * len(texts), gaps)
    return Draft("", 2.0 * len(texts), "zh", "base", tuple(segments), coverage).to_json()


async def finish(world: World, transcript: dict[str, Any]) -> None:
    """Let a worker finish the waiting transcription, and the server take its result."""
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None
    assert await queue.finish(claim, {"transcript": transcript})
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 1
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 0


async def speak(world: World, question: str, *texts: str, kind: str = "voice", seconds: float = 1, **more: Any) -> int:
    """Send a recording at `question` that is heard as `texts`; the id of the transcript."""
    await world.ask(question)
    await world.send(world.file(tone(seconds), kind, "a.ogg"), f"k{len(await world.said())}")
    await finish(world, heard(*texts, **more))
    return (await world.all(Transcript))[-1].id


async def use(world: World, transcript: int) -> bool:
    """Tap 'use it', and for an interview first that it was listened to."""
    if (await world.all(Transcript))[-1].purpose == "dialogue":
        await world.act(partial(confirm_listened, then_use=False), transcript)
    found, seen = map(int, await world.button("tuse"))
    assert found == transcript
    return await world.act(use_transcript, transcript, seen)


async def value(world: World, question: str) -> Any:
    given = (await world.draft()).answers.get(question)
    return given.value if given else None


async def newest(world: World) -> str:
    return (await world.said())[-1].params["text"]


async def test_nothing_is_stored_before_the_tap(world: World) -> None:
    transcript = await speak(world, "story", "他拒交停车费", "还打人", doubtful="拒交")
    card = await newest(world)
    assert "Heard: 他<u>拒交</u>停车费，还打人" in card and "<b>他拒交停车费，还打人</b>" in card
    assert await value(world, "story") is None
    assert await use(world, transcript)
    assert await value(world, "story") == "他拒交停车费，还打人"
    (job,) = await world.jobs("transcription")
    assert job.applied and job.result is None and "terms" not in job.arguments
    with pytest.raises(Stale, match="used"):
        await world.act(use_transcript, transcript, 0)
    assert [leaf.kind for leaf in await world.leaves("transcript.used")] == ["transcript.used"]
    assert (await verify(world.database, world.vault)).ok


@pytest.mark.parametrize(
    ("question", "said", "shown", "stored"),
    [
        ("day", "是三月一号那天", "2026年3月1日", "2026-03-01"),
        ("fine", "罚了他三千五百块", "3,500.00元", "3500.00"),
        ("phone", "幺三八，一二三四，五六七八", "<code>138 1234 5678</code>", "13812345678"),
        ("seen", "看过的，是", "是", True),
        ("seen", "不是的", "否", False),
        ("shop", "药品经营那一类", "药品经营", "drug"),
        ("shop", "要店", "药品经营", "drug"),
        ("shop", "参饮服务", "餐饮服务", "food"),
        ("place", "北京街一百号门口", "北京街一百号门口", {"text": "北京街一百号门口"}),
    ],
)
async def test_spoken_values_are_read_for_their_question(
    world: World, question: str, said: str, shown: str, stored: object
) -> None:
    transcript = await speak(world, question, said)
    assert shown in await newest(world)
    assert await use(world, transcript)
    assert await value(world, question) == stored


async def test_what_fits_no_choice_is_not_guessed(world: World) -> None:
    transcript = await speak(world, "shop", "今天天气不错")
    assert "is not one of the choices" in await newest(world)
    with pytest.raises(AssertionError):
        await world.button("tuse")
    with pytest.raises(InvalidInput, match="no_answer"):
        await world.act(use_transcript, transcript, 0)
    assert await world.button("tfix") == [str(transcript), "0"]


async def test_correcting_a_spoken_answer_keeps_what_was_heard(world: World) -> None:
    transcript = await speak(world, "fine", "山前块")
    await world.act(edit.ask_correction, transcript, 0)
    await world.act(edit.correct_line, transcript, 0, "三千块")
    assert "3,000.00元" in await newest(world) and "First heard: 山前块" in await newest(world)
    assert await use(world, transcript)
    assert await value(world, "fine") == "3000.00"
    (line,) = await world.all(TranscriptLine)
    assert (line.draft_text, line.text) == ("山前块", "三千块")
    (leaf,) = await world.leaves("transcript.corrected")
    assert "三千" not in str(leaf.data)


async def test_silence_says_so_and_offers_nothing(world: World) -> None:
    transcript = await speak(world, "story")
    assert "No speech was heard in recording no. 1" in await newest(world)
    assert await world.button("tagain") == [str(transcript)]
    with pytest.raises(InvalidInput):
        await world.act(use_transcript, transcript, 0)


async def test_speech_without_text_is_told(world: World) -> None:
    await speak(world, "story", "你好", skipped=7.4)
    assert "7 seconds of speech have no text" in await newest(world)


async def test_a_newer_answer_is_not_overwritten_unseen(world: World) -> None:
    transcript = await speak(world, "seen", "是")
    await world.act(
        answer_question,
        world.record_id,
        Answer("seen", Choose("no"), str(world.people["wang"].id)),
        who="wang",
    )
    assert not await use(world, transcript)
    assert await value(world, "seen") is False
    assert not (await world.all(Transcript))[0].used


async def test_spoken_turns_alternate_and_carry_their_recording(world: World) -> None:
    first = await speak(world, "talk", "你叫什么名字")
    assert "问：你叫什么名字" in await newest(world)
    assert await use(world, first)
    second = await speak(world, "talk", "我叫张三", dialect=(DialectWord("晓得", "知道"),))
    assert "答：我叫张三" in await newest(world) and "Dialect: 晓得＝知道" in await newest(world)
    await world.act(edit.swap_role, second, 0)
    assert "问：我叫张三" in await newest(world)
    await world.act(edit.swap_role, second, 0)
    assert await use(world, second)
    lines = await value(world, "talk")
    assert [(line["role"], line["text"], line["recording"]) for line in lines] == [
        ("question", "你叫什么名字", "1"),
        ("answer", "我叫张三", "2"),
    ]


async def interview(world: World) -> int:
    return await speak(
        world, "talk", "你叫什么名字", "我叫张三", "你晓得规定吗", "晓得的，不好意思",
        kind="audio", doubtful="张三", dialect=(DialectWord("晓得", "知道"),),
    )  # fmt: skip


async def test_an_interview_becomes_a_draft_corrected_and_used(world: World) -> None:
    transcript = await interview(world)
    card = await newest(world)
    assert "1. <b>Q</b> <i>0:00</i> 你叫什么名字" in card and "2. <b>A</b> <i>0:02</i> 我叫<u>张三</u>" in card
    assert "<i>Dialect: 晓得＝知道</i>" in card
    await world.act(edit.show_line, transcript, 1)
    assert await world.button("tfix") == [str(transcript), "1"]
    await world.act(edit.correct_line, transcript, 1, "我叫章三")
    await world.act(edit.swap_role, transcript, 1)
    await world.act(edit.swap_role, transcript, 1)
    await world.act(edit.delete_line, transcript, 3)
    await world.act(compare, transcript, 0)
    compared = await newest(world)
    assert "2 lines of 4 changed" in compared
    assert "A 我叫<s>张</s><u>章</u>三" in compared
    assert "A <s>晓得的，不好意思</s> （left out）" in compared
    await world.act(edit.restore_line, transcript, 3)
    await world.act(edit.delete_line, transcript, 2)
    await world.act(edit.show_transcript, transcript, 0)
    assert await use(world, transcript)
    lines = await value(world, "talk")
    assert [line["text"] for line in lines] == ["你叫什么名字", "我叫章三", "晓得的，不好意思"]
    assert lines[1] == {"role": "answer", "text": "我叫章三", "recording": "1", "start": 2.0, "end": 4.0}
    (stored,) = await world.all(Transcript)
    assert stored.used and stored.original["segments"][1]["text"] == "我叫张三"
    with pytest.raises(Stale, match="used"):
        await world.act(edit.correct_line, transcript, 0, "x")
    await world.act(edit.show_transcript, transcript, 0)
    assert "This draft has been used." in await newest(world)


async def test_roles_can_be_swapped_as_a_whole(world: World) -> None:
    transcript = await interview(world)
    await world.act(edit.swap_all_roles, transcript)
    assert [line.role for line in await world.all(TranscriptLine)] == ["answer", "question", "answer", "question"]
    assert [line.draft_role for line in await world.all(TranscriptLine)] == ["question", "answer", "question", "answer"]


async def test_lines_nobody_can_be_named_for_are_asked_about(world: World) -> None:
    transcript = await speak(world, "talk", "嗯", "你叫什么名字", "张三", kind="audio")
    assert (await world.all(TranscriptLine))[0].role == "unknown"
    with pytest.raises(InvalidInput) as caught:
        await use(world, transcript)
    assert caught.value.code == "transcript.roles_unknown" and caught.value.params["lines"] == [1]
    await world.act(edit.swap_role, transcript, 0)
    assert await use(world, transcript)


async def test_a_long_draft_is_paged_and_fits_a_message(world: World) -> None:
    lines = [
        ("你" if number % 2 == 0 else "我") + ("<说&话>" * 150) + ("吗？" if number % 2 == 0 else "。")
        for number in range(40)
    ]
    transcript = await speak(world, "talk", *lines, kind="audio", doubtful="说")
    for page in range(7):
        await world.act(edit.show_transcript, transcript, page)
        message = (await world.said())[-1]
        assert len(message.params["text"]) < 4096 and message.slot == f"transcript:{transcript}"
        assert message.params["text"].count("<u>") == message.params["text"].count("</u>")
        numbers = [button["text"] for row in message.params["rows"] for button in row if button["text"].isdigit()]
        assert numbers == [str(n + 1) for n in range(page * 6, min(40, page * 6 + 6))]


async def test_others_may_neither_see_nor_change_it(world: World) -> None:
    transcript = await interview(world)
    for use_case, more in ((edit.show_transcript, (0,)), (edit.correct_line, (0, "x")), (use_transcript, (0,))):
        with pytest.raises(Missing, match="transcript"):
            await world.act(use_case, transcript, *more, who="zhao")
    with pytest.raises(Missing):
        await world.act(edit.show_line, transcript, 99)
    with pytest.raises(InvalidInput, match="too_long"):
        await world.act(edit.correct_line, transcript, 0, "长" * 2001)


async def test_a_withdrawn_recordings_draft_is_not_used(world: World) -> None:
    transcript = await interview(world)
    await world.act(withdraw_evidence, 1, "录错了")
    with pytest.raises(Stale, match="withdrawn"):
        await world.act(use_transcript, transcript, 0)


async def test_an_answer_too_long_for_its_question_stays_unused(world: World) -> None:
    transcript = await speak(world, "place", "很" * 2500)
    with pytest.raises(InvalidInput):
        await world.act(use_transcript, transcript, 0)
    assert not (await world.all(Transcript))[0].used


async def test_progress_moves_one_card_in_steps(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(20), "voice"))
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None
    for progress, shown in ((0.0, True), (0.02, False), (0.5, True), (0.53, False)):
        await queue.renew(claim, progress)
        assert await apply_results(world.database, world.make_work, OUTCOMES) == shown
    card = (await world.said())[-1]
    assert card.slot == f"job:{claim.id}" and "▓▓▓▓▓░░░░░ 50% · 0:10 / 0:20" in card.params["text"]


async def test_the_card_says_how_long_it_will_take(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(20), "voice"))
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None
    for progress, left, shown in ((0.1, None, "10%"), (0.3, 161.0, "about 3 minutes left"), (0.9, 20.0, "less than a")):
        await queue.renew(claim, progress, left)
        await apply_results(world.database, world.make_work, OUTCOMES)
        assert shown in await newest(world) and ("left" in await newest(world)) == (left is not None)
    assert await queue.release(claim)


async def test_a_waiting_card_says_how_many_are_before_it_and_moves_up(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(2), "voice"), "a")
    await world.send(world.file(tone(3), "voice"), "b")
    assert "1 recording is before it." in await newest(world)
    await world.send(world.file(tone(4), "voice"), "c")
    assert "2 recordings are before it." in await newest(world)
    await finish(world, heard("你好"))
    first, second, third = await world.jobs("transcription")
    cards = {card.slot: card.params["text"] for card in await world.said()}
    assert "is transcribed" in cards[f"job:{first.id}"]
    assert "waits" in cards[f"job:{second.id}"] and "before it" not in cards[f"job:{second.id}"]
    assert "1 recording is before it." in cards[f"job:{third.id}"]


async def test_cancelling_and_beginning_anew(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(2), "voice"))
    (job,) = await world.jobs("transcription")
    with pytest.raises(Missing):
        await world.act(cancel_transcription, job.id, who="wang")
    await world.act(cancel_transcription, job.id)
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 1
    assert "was cancelled; the recording is kept" in await newest(world)
    assert await world.all(Transcript) == []
    await world.act(transcribe_again, job.id)
    again = (await world.jobs("transcription"))[-1]
    assert again.id != job.id and again.arguments["terms"] and again.arguments["purpose"] == "answer"
    with pytest.raises(InvalidInput, match="unfinished"):
        await world.act(transcribe_again, again.id)


async def test_a_failure_is_told_with_its_reason(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(2), "voice"))
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None and await queue.fail(claim, "model.not_installed", {"name": "base"})
    await apply_results(world.database, world.make_work, OUTCOMES)
    assert "could not be transcribed; the recording is kept" in await newest(world)
    assert "speech model is not installed" in await newest(world)


async def test_a_result_that_cannot_be_used_holds_nobody_up(world: World) -> None:
    await world.ask("story")
    await world.send(world.file(tone(2), "voice"), "a")
    await world.send(world.file(tone(3), "voice"), "b")
    queue = Queue(world.database, ["transcription"], lease_seconds=60)
    for result in ({"transcript": {"nonsense": 1}}, {"transcript": heard("你好")}):
        claim = await queue.claim()
        assert claim is not None and await queue.finish(claim, result)
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 1
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 1
    assert [(job.state, job.fault, job.applied) for job in await world.jobs("transcription")] == [
        ("failed", "job.result_unusable", True),
        ("done", None, True),
    ]


async def test_a_whole_recording_can_become_the_dialogues_draft(world: World) -> None:
    await world.ask("sound")
    kept = await world.send(world.file(tone(2), "voice"))
    assert kept is not None
    await world.act(transcribe_for_dialogue, kept.id)
    await finish(world, heard("你叫什么名字", "我叫张三"))
    (transcript,) = await world.all(Transcript)
    assert (transcript.purpose, transcript.question) == ("dialogue", "talk")
    assert await use(world, transcript.id)
    assert len(await value(world, "talk")) == 2
    async with world.work() as work:
        record = await work.session.get_one(Record, world.record_id)
        record.state = "frozen"
        work.session.add(record)
    with pytest.raises(InvalidInput, match="no_dialogue"):
        await world.act(transcribe_for_dialogue, kept.id)


async def test_the_view_of_a_photo_is_shown_and_named(world: World) -> None:
    await world.ask("photos")
    kept = await world.send(world.file(photo(), "photo"))
    assert kept is not None
    view, small = world.vault.put(b"view").sha256, world.vault.put(b"small").sha256
    queue = Queue(world.database, ["watermark"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None and await queue.finish(claim, {"view": view, "thumbnail": small})
    assert await apply_results(world.database, world.make_work, OUTCOMES) == 1
    message = (await world.said())[-1]
    assert (message.method, message.files["sha256"]) == ("photo", view)
    assert (await verify(world.database, world.vault)).ok
    job = (await world.all(Job))[0]
    assert job.applied
