"""Transcription jobs, spoken answers and interview drafts."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import IsText, Mode, Pressed
from bot.use_cases import edit_transcript as edit
from bot.use_cases.access import expect
from bot.use_cases.transcripts import (
    cancel_transcription,
    transcribe_again,
    transcribe_for_dialogue,
    transcript_for,
)
from bot.views.transcripts import speak_again_screen
from bot.work import Person, Work
from models.tables import Conversation


async def on_cancel(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await cancel_transcription(work, person, int(args[0]))


async def on_transcribe_again(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await transcribe_again(work, person, int(args[0]))


async def on_make(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await transcribe_for_dialogue(work, person, int(args[0]))


async def on_use(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.use_transcript(work, person, int(args[0]), int(args[1]))


async def on_speak_again(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await transcript_for(work, person, int(args[0]), to_change=True)
    await work.reply(person, speak_again_screen(person.t))


async def on_page(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.show_transcript(work, person, int(args[0]), int(args[1]))


async def on_compare(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.compare(work, person, int(args[0]), int(args[1]))


async def on_line(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.show_line(work, person, int(args[0]), int(args[1]))


async def on_hear(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.hear_line(work, person, int(args[0]), int(args[1]))


async def on_correct(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.ask_correction(work, person, int(args[0]), int(args[1]))


async def on_correction(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await edit.correct_line(work, person, data["transcript"], data["line"], message.text or "")


async def on_swap(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.swap_role(work, person, int(args[0]), int(args[1]))


async def on_swap_all(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.swap_all_roles(work, person, int(args[0]))


async def on_delete(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.delete_line(work, person, int(args[0]), int(args[1]))


async def on_restore(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await edit.restore_line(work, person, int(args[0]), int(args[1]))


def build() -> Router:
    router = Router(name="transcripts")
    router.message.register(on_correction, Mode(edit.MODE), IsText())
    for shape, handler in (
        ("jcancel:#", on_cancel),
        ("tnew:#", on_transcribe_again),
        ("tmake:#", on_make),
        ("tuse:#:#", on_use),
        ("tagain:#", on_speak_again),
        ("tdraft:#:#", on_page),
        ("tdiff:#:#", on_compare),
        ("tline:#:#", on_line),
        ("thear:#:#", on_hear),
        ("tfix:#:#", on_correct),
        ("tswap:#:#", on_swap),
        ("tswapall:#", on_swap_all),
        ("tdel:#:#", on_delete),
        ("tundo:#:#", on_restore),
    ):
        router.callback_query.register(handler, Pressed(shape))
    return router
