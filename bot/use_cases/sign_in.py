"""Who speaks from an account, and binding an account by a sign-in link."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import col, select

from bot.transports.webchat.sign_in import claim_sign_in_link, open_sign_in_link
from bot.use_cases.catch_up import catch_up
from bot.work import Person, Work
from models.errors import Denied, ZhiluError
from models.tables import Agency, ChatAccount, Officer


async def person_of(work: Work, transport: str, user_id: int) -> Person | None:
    """The active person behind an account; None for strangers."""
    account = await _account(work, transport, user_id)
    if account is None:
        return None
    officer = await work.session.get_one(Officer, account.officer_id)
    agency = await work.session.get_one(Agency, officer.agency_id)
    if not officer.active or transport not in agency.transports:
        return None
    return Person(officer, agency, transport, account.chat_id)


async def bind_by_link(work: Work, transport: str, user_id: int, chat_id: int, text: str) -> Person | None:
    """`/start TOKEN` binds the account once; None when the text is no valid link.

    Raises Denied `agency.transport_off` while the agency has not decided to let its data leave by this transport.
    """
    command, _, token = text.strip().partition(" ")
    if command != "/start" or not token:
        return None
    now = datetime.now(UTC)
    try:
        officer = await open_sign_in_link(work.session, token, now)
    except ZhiluError:
        return None
    agency = await work.session.get_one(Agency, officer.agency_id)
    if transport not in agency.transports:
        raise Denied("agency.transport_off")
    await claim_sign_in_link(work.session, token, now)
    assert officer.id is not None
    account = await _account(work, transport, user_id) or ChatAccount(
        transport=transport, user_id=user_id, chat_id=chat_id, officer_id=officer.id, bound_at=now
    )
    # The account may have been another person's, who has left or whose agency has switched this transport off.
    account.chat_id, account.officer_id, account.bound_at = chat_id, officer.id, now
    work.session.add(account)
    person = Person(officer, agency, transport, chat_id)
    await work.record_change("account.bound", f"officer:{officer.id}", {"transport": transport}, person)
    await catch_up(work.session, officer)
    return person


async def _account(work: Work, transport: str, user_id: int) -> ChatAccount | None:
    query = select(ChatAccount).where(col(ChatAccount.transport) == transport, col(ChatAccount.user_id) == user_id)
    return (await work.session.exec(query)).first()
