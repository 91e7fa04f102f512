"""Which channels beside the chat an agency has switched on: decided by its administrator, kept in the ledger."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import col, func, select

from bot.channels import Channel, Given, Notice, build
from bot.channels.delivering import address_of
from bot.i18n import translator
from bot.views import channels as view
from bot.work import Work
from models.errors import Denied, InvalidInput, Missing
from models.tables import Agency, AlertChannel, Officer


@dataclass(frozen=True)
class Standing:
    """One channel for an agency. `leads_to`: '' while it is off. `people`: how many have chosen it."""

    name: str
    on: bool
    leads_to: str
    people: int


def channel_named(work: Work, name: str) -> Channel:
    """Raises InvalidInput `channel.unknown` (known)."""
    known = build(work.settings)
    if name not in known:
        raise InvalidInput("channel.unknown", text=name[:40], known=list(known))
    return known[name]


async def list_channels(work: Work, agency: Agency) -> list[Standing]:
    """Every channel there is, and how it stands with the agency."""
    chosen = await work.session.exec(
        select(AlertChannel.channel, func.count())
        .join(Officer, col(Officer.id) == col(AlertChannel.officer_id))
        .where(col(Officer.agency_id) == agency.id, col(Officer.active), col(AlertChannel.enabled))
        .group_by(col(AlertChannel.channel))
    )
    people = dict(chosen.all())
    return [
        Standing(
            name,
            name in agency.channels,
            channel.leads_to(agency.channels[name]) if name in agency.channels else "",
            people.get(name, 0),
        )
        for name, channel in build(work.settings).items()
    ]


async def allow_channel(work: Work, agency: Agency, name: str, given: Given) -> str | None:
    """Switch a channel on, or change what it was given. The secret when one was made, to be shown this once.

    Raises InvalidInput `channel.unknown` and what the channel's `settle` raises.
    """
    channel = channel_named(work, name)
    standing = agency.channels.get(name, {})
    config = channel.settle(given, standing)
    agency.channels = {**agency.channels, name: config}
    work.session.add(agency)
    # Neither the secret nor the address, whose query may hold one, goes into the ledger.
    address = config.get("url", "")
    change = {"channel": name, "allowed": True}
    if address:
        change |= {"host": urlsplit(address).netloc, "url_sha256": hashlib.sha256(address.encode()).hexdigest()}
    secret = config.get("secret")
    change["secret_changed"] = secret != standing.get("secret")
    await work.record_change("agency.channel_decided", f"agency:{agency.id}", change)
    return secret if change["secret_changed"] and secret != given.secret else None


async def forbid_channel(work: Work, agency: Agency, name: str) -> None:
    """Switch a channel off, and forget what it was given. People keep their choice for when it comes back.

    Raises InvalidInput `channel.unknown`, `channel.off_already`.
    """
    channel_named(work, name)
    if name not in agency.channels:
        raise InvalidInput("channel.off_already", channel=name)
    agency.channels = {each: config for each, config in agency.channels.items() if each != name}
    work.session.add(agency)
    change = {"channel": name, "allowed": False}
    await work.record_change("agency.channel_decided", f"agency:{agency.id}", change)


async def prepare_test(work: Work, agency: Agency, name: str, officer: Officer) -> tuple[Channel, Notice]:
    """A notice that only tells whether the channel works, for the command line to send at once.

    Raises InvalidInput `channel.unknown`, `channel.no_address`; Denied `channel.not_allowed`; Missing `officer.unknown`
    for another agency's.
    """
    channel = channel_named(work, name)
    if officer.agency_id != agency.id:
        raise Missing("officer.unknown", text=officer.name)
    if name not in agency.channels:
        raise Denied("channel.not_allowed", channel=name)
    address = await address_of(work.session, officer, name) or ""
    if channel.addressed and not address:
        raise InvalidInput("channel.no_address", name=officer.name)
    t = translator(officer.language)
    subject, text = view.test_subject(t), view.test_text(t)
    key = f"zhilu-test-{secrets.token_hex(8)}"
    config = agency.channels[name]
    return channel, Notice(key, officer.name, address, subject, text, work.settings.base_url, config)
