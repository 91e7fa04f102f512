"""Which channels beside the chat a person wants: where they are reached, in which order, on or off."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlmodel import col, func, select

from bot.channels import Channel, build
from bot.channels.delivering import CHECK, queue_check
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.catch_up import catch_up
from bot.views import channels as view
from bot.work import Person, Work
from models.errors import Denied, InvalidInput, Stale
from models.tables import AlertChannel, Conversation, OutboundMessage

ADDRESS, CODE = "channel_address", "channel_code"
CODE_TIME = timedelta(minutes=30)  # a mail server that first refuses strangers takes a quarter of an hour
_TRIES = 5
_MOST_CODES = 5  # an hour: nobody's mailbox is to be flooded with them


async def list_choices(work: Work, person: Person) -> None:
    """What the agency allows, and what the person has chosen of it. What the chat waited for here is dropped."""
    conversation = await conversation_of(work, person.id)
    if conversation.mode in (ADDRESS, CODE):
        expect(conversation)
        work.session.add(conversation)
    await _show(work, person)


async def switch(work: Work, person: Person, name: str, *, on: bool) -> None:
    """Raises Denied `channel.not_allowed`, InvalidInput `channel.no_address` where one must be given first."""
    channel = _offered(work, person, name)
    rows = await _rows(work, person)
    row = next((each for each in rows if each.channel == name), None)
    if row is None and channel.addressed:
        raise InvalidInput("channel.no_address", name=person.officer.name)
    if row is None:
        row = AlertChannel(officer_id=person.id, channel=name, position=len(rows) + 1, set_at=work.now)
    row.enabled = on
    await _keep(work, person, row)
    await _show(work, person)


async def prefer(work: Work, person: Person, name: str) -> None:
    """Try this channel first. Raises Denied `channel.not_allowed`, Stale `button.stale` when it is not chosen."""
    _offered(work, person, name)
    rows = await _rows(work, person)
    if not any(each.channel == name for each in rows):
        raise Stale("button.stale")
    for position, row in enumerate(sorted(rows, key=lambda each: each.channel != name), start=1):
        if row.position != position:
            row.position = position
            await _keep(work, person, row)
    await _show(work, person)


async def ask_address(work: Work, person: Person, name: str) -> None:
    """The next text is an address. Raises Denied `channel.not_allowed`, Stale `button.stale` where none is needed."""
    channel = _offered(work, person, name)
    if not channel.addressed:
        raise Stale("button.stale")
    conversation = await conversation_of(work, person.id)
    expect(conversation, ADDRESS, channel=name)
    work.session.add(conversation)
    await work.reply(person, view.address_prompt(person.t, name))


async def check_address(work: Work, person: Person, conversation: Conversation, text: str) -> None:
    """Send a code to the address that was typed; it is used once the code is typed here.

    Raises Denied `channel.not_allowed`; InvalidInput `channel.address_unusable`, `channel.too_many_codes`.
    """
    name = conversation.mode_data["channel"]
    address = _offered(work, person, name).read_address(text)
    if await _codes_sent(work, person, name) >= _MOST_CODES:
        raise InvalidInput("channel.too_many_codes", limit=_MOST_CODES)
    code = f"{secrets.randbelow(10**6):06d}"
    until = work.now + CODE_TIME
    subject, said = view.code_subject(person.t), view.code_text(person.t, code, until)
    params = {"address": address, "subject": subject, "text": said, "url": work.settings.base_url}
    await queue_check(work.session, name, person.id, params)
    expect(conversation, CODE, channel=name, address=address, code=code, until=until.isoformat(), left=_TRIES)
    work.session.add(conversation)
    await work.reply(person, view.code_prompt(person.t, name, address, until))


async def confirm_address(work: Work, person: Person, conversation: Conversation, text: str) -> None:
    """The code as typed. A wrong one is no refusal: it must count. Raises Denied `channel.not_allowed`."""
    data = dict(conversation.mode_data)
    name = data["channel"]
    _offered(work, person, name)
    expired = work.now > datetime.fromisoformat(data["until"])
    work.session.add(conversation)
    if expired or not hmac.compare_digest("".join(text.split()).encode(), data["code"].encode()):
        left = 0 if expired else data["left"] - 1
        expect(conversation, CODE, **data | {"left": left}) if left else expect(conversation)
        await work.reply(person, view.code_refused(person.t, name, left, expired=expired))
        return
    expect(conversation)
    rows = await _rows(work, person)
    row = next((each for each in rows if each.channel == name), None)
    row = row or AlertChannel(officer_id=person.id, channel=name, position=len(rows) + 1, set_at=work.now)
    row.address, row.enabled = data["address"], True
    await _keep(work, person, row)
    await _show(work, person)


async def _show(work: Work, person: Person) -> None:
    rows = {row.channel: row for row in await _rows(work, person)}
    offered = [
        view.Offered(name, channel.addressed, rows.get(name))
        for name, channel in build(work.settings).items()
        if name in person.agency.channels
    ]
    offered.sort(key=lambda each: each.choice.position if each.choice else len(rows) + 1)
    await work.reply(person, view.choices_screen(person.t, offered))


def _offered(work: Work, person: Person, name: str) -> Channel:
    channel = build(work.settings).get(name)
    if channel is None or name not in person.agency.channels or not person.officer.active:
        raise Denied("channel.not_allowed", channel=name)
    return channel


async def _rows(work: Work, person: Person) -> list[AlertChannel]:
    """All that the person has chosen, in the order tried."""
    query = select(AlertChannel).where(col(AlertChannel.officer_id) == person.id)
    return list((await work.session.exec(query.order_by(col(AlertChannel.position), col(AlertChannel.id)))).all())


async def _keep(work: Work, person: Person, row: AlertChannel) -> None:
    """Store a choice. The ledger proves the address without holding it."""
    row.set_at = work.now
    work.session.add(row)
    await work.session.flush()
    leaf = {"channel": row.channel, "enabled": row.enabled, "position": row.position}
    leaf["address_sha256"] = hashlib.sha256(row.address.encode()).hexdigest() if row.address else ""
    await work.record_change("alert_channel.chosen", f"officer:{person.id}", leaf, person)
    if row.enabled:
        await catch_up(work.session, person.officer)


async def _codes_sent(work: Work, person: Person, name: str) -> int:
    """Codes owed to the person's addresses in the last hour, by wall time as messages are."""
    found = await work.session.exec(
        select(func.count())
        .select_from(OutboundMessage)
        .where(
            col(OutboundMessage.state).in_(("queued", "sent", "failed")),
            col(OutboundMessage.transport) == name,
            col(OutboundMessage.chat_id) == person.id,
            col(OutboundMessage.method) == CHECK,
            col(OutboundMessage.created_at) > datetime.now(UTC) - timedelta(hours=1),
        )
    )
    return found.one()
