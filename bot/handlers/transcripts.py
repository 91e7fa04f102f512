"""Transcription jobs, spoken answers and interview drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.handlers.evidence import on_file
from bot.handlers.filters import IsText, Mode, Pressed
from bot.received import ReceivedFile
from bot.use_cases import compare_transcript as comparing
from bot.use_cases import dictation, listening
from bot.use_cases import edit_transcript as edit
from bot.use_cases import use_transcript as using
from bot.use_cases.access import expect
from bot.use_cases.speech_dialect import show_dialects, transcribe_in
from bot.use_cases.transcripts import (
    cancel_transcription,
    transcribe_again,
    transcribe_for_dialogue,
    transcript_for,
)
from bot.views.transcripts import speak_again_screen
from bot.work import Person, Work
from models.errors import Denied, Missing, Stale
from models.tables import Conversation

_ROLES = {"q": "question", "a": "answer"}


class SpokenLine(BaseFilter):
    """A voice message of one's own, short enough to be a line: what else arrives is received as ever."""

    async def __call__(self, message: Message, received: ReceivedFile | None = None) -> bool:
        if received is None or received.kind != "voice" or received.forwarded or received.upload is None:
            return False
        return (received.upload.seconds or 0.0) <= dictation.LONGEST


async def on_speak_again(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await transcript_for(work, person, int(args[0]), to_change=True)
    await work.reply(person, speak_again_screen(person.t))


async def on_line_below(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """From a voice message: the card comes to the end of the chat."""
    await edit.show_line(work, person, int(args[0]), int(args[1]), moved=True)


async def on_correction(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await edit.correct_line(work, person, data["transcript"], data["line"], message.text or "")


async def on_spoken_correction(
    message: Message, work: Work, person: Person, conversation: Conversation, received: ReceivedFile
) -> None:
    """What cannot correct its line any more is received as ever: it may be what the party said."""
    data = dict(conversation.mode_data)
    try:
        await transcript_for(work, person, data["transcript"], to_change=True)
    except (Denied, Missing, Stale):
        expect(conversation)
        work.session.add(conversation)
        await on_file(message, work, person, conversation, received)
        return
    key = f"{person.transport}:{message.chat.id}:{message.message_id}"
    await dictation.dictate(work, person, data["transcript"], data["line"], received, key)


async def on_role(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.set_role(work, person, int(args[0]), int(args[1]), _role(args[2]))


async def on_voice(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.set_voice_role(work, person, int(args[0]), args[1], _role(args[2]))


async def on_listened(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await using.confirm_listened(work, person, int(args[0]), then_use=args[1] == "1")


def _role(letter: str) -> str:
    if letter not in _ROLES:
        raise Stale("button.stale")
    return _ROLES[letter]


Pressing = Callable[[CallbackQuery, Work, Person, list[str]], Awaitable[None]]


def _pressed(use_case: Callable[..., Awaitable[object]]) -> Pressing:
    """A handler that hands the button's numbers on as they stand."""

    async def handler(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
        await use_case(work, person, *map(int, args))

    return handler


async def on_dialects(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_dialects(work, person, int(args[0]))


async def on_dialect(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await transcribe_in(work, person, int(args[0]), args[1])


def build() -> Router:
    router = Router(name="transcripts")
    router.message.register(on_correction, Mode(edit.MODE), IsText())
    router.message.register(on_spoken_correction, Mode(edit.MODE), SpokenLine())
    for shape, use_case in (
        ("jcancel:#", cancel_transcription),
        ("tnew:#", transcribe_again),
        ("tmake:#", transcribe_for_dialogue),
        ("tdraft:#:#", edit.show_transcript),
        ("tline:#:#", edit.show_line),
        ("thist:#:#:#", edit.show_history),
        ("tfix:#:#", edit.ask_correction),
        ("tswap:#:#", edit.swap_role),
        ("tswapall:#", edit.swap_all_roles),
        ("tdel:#:#", edit.delete_line),
        ("torig:#:#", edit.restore_line),
        ("tback:#:#:#", edit.take_heard_form),
        ("ttake:#:#:#", edit.take_term),
        ("tundo:#:#", edit.undo),
        ("tlast:#", edit.undo_last),
        ("thear:#:#", listening.hear_line),
        ("thear:#:#:#", listening.hear_line),
        ("tnext:#:#", listening.hear_next),
        ("tcut:#:#", listening.show_removed),
        ("tcuth:#:#", listening.hear_removed),
        ("tuse:#:#", using.use_transcript),
        ("tout:#", using.take_back),
        ("tdiff:#:#", comparing.compare),
        ("tcmp:#:#", comparing.compare_record),
        ("tsay:#", dictation.use_dictation),
        ("tsayno:#", dictation.decline_dictation),
        ("tsaykeep:#", dictation.keep_dictation),
    ):
        router.callback_query.register(_pressed(use_case), Pressed(shape))
    for shape, handler in (
        ("tagain:#", on_speak_again),
        ("tedit:#:#", on_line_below),
        ("trole:#:#:*", on_role),
        ("tvoice:#:*:*", on_voice),
        ("tspoken:#", on_dialects),
        ("tspeak:#:*", on_dialect),
        ("tlis:#:#", on_listened),
    ):
        router.callback_query.register(handler, Pressed(shape))
    return router
