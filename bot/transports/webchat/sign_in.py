"""Signing in: a link that works once, and the browser session it opens. Wall time throughout, never a demo clock."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from bot.transports.webchat.botapi.log import TRANSPORT
from bot.use_cases.catch_up import catch_up
from models.database import Session
from models.errors import InvalidInput
from models.tables import ChatAccount, Officer, SignInLink, WebSession


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def create_sign_in_link(session: Session, officer_id: int, now: datetime, minutes: int) -> str:
    """A token for `/sign-in/<token>` that signs this officer in once within `minutes`. Only its hash is stored."""
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        token_hash=hashed(token), officer_id=officer_id, created_at=now, expires_at=now + timedelta(minutes=minutes)
    )
    session.add(link)
    return token


async def open_sign_in_link(session: Session, token: str, now: datetime) -> Officer:
    """Whom a link would sign in, without using it up. Raises `InvalidInput` link.unknown, link.used, link.expired."""
    link = await session.get(SignInLink, hashed(token))
    officer = await session.get(Officer, link.officer_id) if link is not None else None
    if link is None or officer is None or not officer.active:
        raise InvalidInput("link.unknown")
    if link.used_at is not None:
        raise InvalidInput("link.used")
    if link.expires_at <= now:
        raise InvalidInput("link.expired")
    return officer


async def claim_sign_in_link(session: Session, token: str, now: datetime) -> None:
    """Mark a link as used. Raises `InvalidInput` link.used when somebody else was quicker."""
    claim = update(SignInLink).where(col(SignInLink.token_hash) == hashed(token), col(SignInLink.used_at).is_(None))
    claimed = await session.exec(claim.values(used_at=now))
    if claimed.rowcount != 1:
        raise InvalidInput("link.used")


async def bind_web_chat(session: Session, officer: Officer, now: datetime) -> None:
    """Give a person their chat, once. It fills from then on: what is said before the first sign-in is read then."""
    assert officer.id is not None
    bound = select(ChatAccount).where(ChatAccount.transport == TRANSPORT, ChatAccount.user_id == officer.id)
    if (await session.exec(bound)).first() is None:
        session.add(
            ChatAccount(
                transport=TRANSPORT, user_id=officer.id, chat_id=officer.id, officer_id=officer.id, bound_at=now
            )
        )
        await catch_up(session, officer)


async def use_sign_in_link(session: Session, token: str, now: datetime, days: int) -> tuple[Officer, str]:
    """Use a link up: bind the web chat to its officer and open a browser session of `days`.

    Returns the officer and the session's token. Raises as `open_sign_in_link`.
    """
    officer = await open_sign_in_link(session, token, now)
    assert officer.id is not None
    await claim_sign_in_link(session, token, now)
    await bind_web_chat(session, officer, now)
    opened = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_hash=hashed(opened), officer_id=officer.id, created_at=now, expires_at=now + timedelta(days=days)
        )
    )
    await session.flush()
    return officer, opened


async def signed_in_officer(session: Session, token: str, now: datetime) -> Officer | None:
    """Whose browser session this is, or None when it is unknown, revoked, over, or its officer left."""
    opened = await session.get(WebSession, hashed(token))
    if opened is None or opened.revoked_at is not None or opened.expires_at <= now:
        return None
    officer = await session.get(Officer, opened.officer_id)
    return officer if officer is not None and officer.active else None


async def sign_out(session: Session, token: str, now: datetime) -> None:
    """Revoke a browser session; an unknown one is nothing to revoke."""
    opened = await session.get(WebSession, hashed(token))
    if opened is not None and opened.revoked_at is None:
        opened.revoked_at = now
        session.add(opened)
