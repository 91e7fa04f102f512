"""Files that come in, which case they belong to, and withdrawing them."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import BaseFilter
from aiogram.types import (
    CallbackQuery,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.handlers.filters import IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.received import ReceivedFile
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.keep_evidence import Arrival
from bot.use_cases.receive_evidence import attach_held, receive_evidence
from bot.use_cases.withdraw_evidence import LONGEST_REASON, MODE, ask_withdrawal, withdraw_evidence
from bot.views.evidence import not_withdrawn_screen
from bot.work import Person, Work
from models.tables import Conversation


class HasFile(BaseFilter):
    """A message whose file was fetched."""

    async def __call__(self, message: Message, received: ReceivedFile | None = None) -> bool:
        return received is not None


async def on_file(
    message: Message, work: Work, person: Person, conversation: Conversation, received: ReceivedFile
) -> None:
    arrival = Arrival(
        key=f"{person.transport}:{message.chat.id}:{message.message_id}",
        origin=_origin(message),
        album=message.media_group_id,
        caption=message.caption or "",
    )
    await receive_evidence(work, person, conversation, received, arrival)


def _origin(message: Message) -> str | None:
    """From whom a message was forwarded; `?` when the sender hides it."""
    match message.forward_origin:
        case None:
            return None
        case MessageOriginUser(sender_user=user):
            return user.full_name
        case MessageOriginHiddenUser(sender_user_name=name):
            return name
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return chat.title or "?"
    return "?"


async def on_case_chosen(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await attach_held(work, person, int(args[0]), int(args[1]))


async def on_withdraw(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await ask_withdrawal(work, person, int(args[0]))


async def on_keep(query: CallbackQuery, work: Work, person: Person) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation)
    work.session.add(conversation)
    await work.reply(person, not_withdrawn_screen(person.t))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    evidence_id = conversation.mode_data["evidence"]
    expect(conversation)
    work.session.add(conversation)
    await withdraw_evidence(work, person, evidence_id, words(message.text, LONGEST_REASON))


def build() -> Router:
    router = Router(name="evidence")
    router.message.register(on_reason, Mode(MODE), IsText())
    router.message.register(on_file, HasFile())
    router.callback_query.register(on_case_chosen, Pressed("keep:#:#"))
    router.callback_query.register(on_withdraw, Pressed("ewd:#"))
    router.callback_query.register(on_keep, Pressed("ewn"))
    return router
