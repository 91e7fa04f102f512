"""aiogram over the web chat: what handlers see is what they see over Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge, TelegramForbiddenError, TelegramNotFound
from aiogram.methods import SendPoll
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)

from bot.transports.delivery import delivery_key
from bot.transports.webchat.botapi import FileClaim, MiniBotApi
from bot.transports.webchat.session import TOKEN, WebChatSession
from models.database import Database
from models.tables import Officer
from tests.transports.conftest import LIMITS, inbound_bodies
from tests.transports.samples import PDF, chunks, picture


@pytest.fixture
async def bot(api: MiniBotApi) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, session=WebChatSession(api), default=DefaultBotProperties(parse_mode="HTML"))
    yield bot
    await bot.session.close()


async def test_results_are_aiogram_types_bound_to_the_bot(bot: Bot) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="是", callback_data="y")]])
    sent = await bot.send_message(
        1, "<b>粗</b>", reply_markup=markup, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    assert isinstance(sent, Message) and sent.html_text == "<b>粗</b>"
    assert sent.reply_markup is not None and sent.reply_markup.model_dump() == markup.model_dump()
    assert sent.from_user is not None and sent.from_user.id == bot.id
    edited = await sent.edit_text("改")
    assert isinstance(edited, Message) and edited.text == "改" and edited.reply_markup is None
    answered = await bot.send_message(1, "回", reply_parameters=ReplyParameters(message_id=sent.message_id))
    assert answered.reply_to_message is not None and answered.reply_to_message.message_id == sent.message_id
    commands = [BotCommand(command="record", description="开始")]
    assert await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=1), language_code="zh")
    assert (await bot.me()).id == bot.id


async def test_files_go_out_and_come_back(bot: Bot, api: MiniBotApi, database: Database) -> None:
    sent = await bot.send_document(1, BufferedInputFile(PDF, "文书.pdf"), caption="<i>请核对</i>")
    assert sent.document is not None and sent.document.file_name == "文书.pdf"
    downloaded = await bot.download(sent.document)
    assert downloaded is not None and downloaded.read() == PDF
    photo = picture()
    await api.receive_file(1, FileClaim("photo"), chunks(photo), client_id="client-0001")
    update = Update.model_validate((await inbound_bodies(database))[0], context={"bot": bot})
    assert update.message is not None and update.message.photo is not None
    received = await bot.download(update.message.photo[-1])
    assert received is not None and received.read() == photo
    with pytest.raises(TelegramNotFound):
        await bot.download_file("f" * 64)
    with pytest.raises(TelegramNotFound):
        await bot.download_file("../../zhilu.db")


async def test_refusals_are_aiogram_exceptions(bot: Bot, database: Database) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(77, "x")
    with pytest.raises(TelegramBadRequest, match="only inline keyboards"):
        await bot.send_message(1, "x", reply_markup=ReplyKeyboardRemove(remove_keyboard=True))
    with pytest.raises(TelegramNotFound):
        await bot(SendPoll(chat_id=1, question="x", options=["a"]))
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(1, BufferedInputFile(b"x" * (LIMITS.upload_bytes + 1), "x"))
    async with database.transaction() as session:
        officer = await session.get(Officer, 1)
        assert officer is not None
        officer.active = False
        session.add(officer)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(1, "x")


async def test_the_delivery_key_makes_a_send_happen_once(bot: Bot) -> None:
    key = delivery_key.set("outbound:1")
    try:
        first = await bot.send_message(1, "x")
        assert (await bot.send_message(1, "x")).message_id == first.message_id
    finally:
        delivery_key.reset(key)
    assert (await bot.send_message(1, "x")).message_id == first.message_id + 1
