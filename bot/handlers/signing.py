"""Signing, sealing, correcting, and asking for the papers again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import HasPhoto, IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.received import ReceivedFile
from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.correct_record import MODE as CORRECTING
from bot.use_cases.correct_record import ask_correction, correct_record
from bot.use_cases.finish_record import seal_record
from bot.use_cases.papers import send_papers
from bot.use_cases.receive_evidence import keep_photo
from bot.use_cases.sign_record import REFUSING, ask_refusal, begin_signing, photograph_signatures, refuse_signature
from bot.views import prompts
from bot.work import Person, Work
from models.tables import Conversation

_NAME, _REASON = 100, 300


async def on_sign(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await begin_signing(work, person, int(args[0]), args[1])


async def on_signer_name(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await begin_signing(work, person, data["record"], data["slot"], name=words(message.text, _NAME))


async def on_refused(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await ask_refusal(work, person, int(args[0]), args[1])


async def on_refusal_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data) | {"reason": words(message.text, _REASON)}
    expect(conversation, "refusal_witness", **data)
    work.session.add(conversation)
    await work.reply(person, prompts.witness_prompt(person.t))


async def on_refusal_witness(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await refuse_signature(
        work, person, data["record"], data["slot"], reason=data["reason"], witness=words(message.text, _NAME)
    )


async def on_photograph(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="frozen")
    conversation = await conversation_of(work, person.id)
    expect(conversation, "sign_photo", record=record.id)
    work.session.add(conversation)
    await work.reply(person, prompts.photograph_prompt(person.t))


async def on_signed_photo(
    message: Message, work: Work, person: Person, conversation: Conversation, received: ReceivedFile
) -> None:
    record_id = conversation.mode_data["record"]
    record, case = await record_for(work, person, record_id, to_change=True, state="frozen")
    sha256 = await keep_photo(work, person, case, record, received)
    expect(conversation)
    work.session.add(conversation)
    await photograph_signatures(work, person, record_id, sha256)


async def on_seal(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await seal_record(work, person, int(args[0]))


async def on_correct(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await ask_correction(work, person, int(args[0]))


async def on_correction_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    record_id = conversation.mode_data["record"]
    expect(conversation)
    work.session.add(conversation)
    await correct_record(work, person, record_id, words(message.text, _REASON))


async def on_papers(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await send_papers(work, person, int(args[0]))


def build() -> Router:
    router = Router(name="signing")
    on_press: dict[str, Callable[..., Any]] = {
        "sg:#:*": on_sign,
        "rf:#:*": on_refused,
        "ph:#": on_photograph,
        "seal:#": on_seal,
        "cor:#": on_correct,
        "pap:#": on_papers,
    }
    for shape, press in on_press.items():
        router.callback_query.register(press, Pressed(shape))
    for mode, handler in {
        "sign_name": on_signer_name,
        REFUSING: on_refusal_reason,
        "refusal_witness": on_refusal_witness,
        CORRECTING: on_correction_reason,
    }.items():
        router.message.register(handler, IsText(), Mode(mode))
    router.message.register(on_signed_photo, HasPhoto(), Mode("sign_photo"))
    return router
