"""Owing notices to channels beside the chat, sending them, and what happens when one cannot be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from bot.channels import Channel, ChannelFault, Notice
from bot.i18n import translator
from bot.memo import Memo
from bot.screen import Screen
from bot.views import channels as view
from models.database import Database, Session
from models.tables import Agency, AlertChannel, ChatAccount, Officer, OutboundMessage

METHOD = "notice"
CHECK = "address_check"  # goes to an address that nobody is reached by yet: params have it


async def queue_notice(
    session: Session, channels: Sequence[str], officer_id: int, params: Mapping[str, Any]
) -> OutboundMessage:
    """Owe a notice to the first of `channels`; the others stand by. params: subject, text, url."""
    now = datetime.now(UTC)
    message = OutboundMessage(
        transport=channels[0],
        chat_id=officer_id,
        method=METHOD,
        params=dict(params),
        fallback=list(channels[1:]),
        not_before=now,
        created_at=now,
    )
    session.add(message)
    return message


async def queue_check(session: Session, channel: str, officer_id: int, params: Mapping[str, Any]) -> None:
    """Owe what tells whether an address is the person's. params: address, subject, text, url."""
    now = datetime.now(UTC)
    session.add(
        OutboundMessage(
            transport=channel, chat_id=officer_id, method=CHECK, params=dict(params), not_before=now, created_at=now
        )
    )


async def channels_of(session: Session, officer: Officer) -> list[str]:
    """The channels beside the chat that a person has chosen and their agency has switched on, in their order."""
    agency = await session.get_one(Agency, officer.agency_id)

    async def read() -> list[AlertChannel]:
        query = select(AlertChannel).where(col(AlertChannel.officer_id) == officer.id)
        return list((await session.exec(query)).all())

    chosen = await Memo.of(session).get((AlertChannel, officer.id), (AlertChannel,), read)
    chosen = sorted((each for each in chosen if each.enabled), key=lambda each: (each.position, each.id))
    return [each.channel for each in chosen if each.channel in agency.channels]


async def deliver_notice(database: Database, channel: Channel, message: OutboundMessage) -> None:
    """Send one owed notice, to where the person wants it now. Raises ChannelFault."""
    async with database.reading() as session:
        officer = await session.get_one(Officer, message.chat_id)
        agency = await session.get_one(Agency, officer.agency_id)
        checked = message.params.get("address")
        address = checked if checked is not None else await address_of(session, officer, channel.name)
    if address is None or channel.name not in agency.channels or not officer.active:
        raise ChannelFault("switched off since", permanent=True)
    await channel.send(
        Notice(
            key=f"zhilu-{message.id}",
            officer=officer.name,
            address=address,
            subject=message.params["subject"],
            text=message.params["text"],
            url=message.params["url"],
            config=agency.channels[channel.name],
        )
    )


async def address_of(session: Session, officer: Officer, channel: str) -> str | None:
    """Where the person is reached by the channel ('' where one address serves all); None while it is switched off."""
    found = await session.exec(
        select(AlertChannel.address).where(
            col(AlertChannel.officer_id) == officer.id, col(AlertChannel.channel) == channel, col(AlertChannel.enabled)
        )
    )
    return found.first()


async def fall_back(session: Session, failed: OutboundMessage) -> list[tuple[str, int, Screen]]:
    """Owe the notice to the next channel; with none left, what to tell the person in their chats (transport, chat)."""
    officer = await session.get_one(Officer, failed.chat_id)
    t = translator(officer.language)
    if failed.fallback:
        text = f"{failed.params['text']}\n{view.failed_before(t, failed.transport)}"
        await queue_notice(session, failed.fallback, failed.chat_id, {**failed.params, "text": text})
        return []
    accounts = await session.exec(select(ChatAccount).where(col(ChatAccount.officer_id) == officer.id))
    agency = await session.get_one(Agency, officer.agency_id)
    if failed.method == CHECK:
        told = view.check_undelivered(t, failed.params["address"])
    else:
        told = view.undelivered(t, failed.transport)
    return [(each.transport, each.chat_id, told) for each in accounts.all() if each.transport in agency.transports]
