"""One unit of work: a transaction and what a use case needs in it.

A unit of work is opened around one update, one tick or one job result. What it stores, the messages it owes
and the mark that the update is done are committed together, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.i18n import Translator, translator
from bot.memo import Memo
from bot.outbox import queue
from bot.screen import Screen
from bot.settings import Settings
from bot.shelf import Shelf
from models import ledger
from models.database import Session
from models.errors import Denied
from models.tables import Agency, ChatAccount, Officer, OutboundMessage
from models.vault import Vault


@dataclass(frozen=True)
class Person:
    """Who is acting, and from which chat."""

    officer: Officer
    agency: Agency
    transport: str = ""
    chat_id: int = 0

    @property
    def id(self) -> int:
        assert self.officer.id is not None
        return self.officer.id

    @property
    def t(self) -> Translator:
        return translator(self.officer.language)

    def require(self, *roles: str) -> None:
        """Raise Denied `role.required` unless the person is active and has one of `roles`."""
        if not self.officer.active or not set(roles) & set(self.officer.roles):
            raise Denied("role.required", roles=list(roles))


@dataclass
class Work:
    session: Session
    now: datetime
    vault: Vault
    shelf: Shelf
    settings: Settings
    wake_jobs: bool = False
    inside: frozenset[str] = frozenset({"webchat"})  # transports that stay within the agency's own network

    async def reply(self, person: Person, screen: Screen) -> None:
        """Owe the acting person a message in the chat they act from."""
        await queue(self.session, person.transport, person.chat_id, screen)

    async def tell(
        self,
        officer_id: int,
        view: Callable[[Translator], Screen],
        *,
        outside: Callable[[Translator], Screen] | None = None,
    ) -> list[OutboundMessage]:
        """Owe a person a message in each of their chats, in their own language; the messages owed.

        outside: what is said instead where the chat leaves the agency's network: no personal data.
        """
        owed = []
        for person in await self.chats_of(officer_id):
            leaves = outside is not None and person.transport not in self.inside
            shown = outside if leaves and outside else view
            owed.append(await queue(self.session, person.transport, person.chat_id, shown(person.t)))
        return owed

    async def chats_of(self, officer_id: int) -> list[Person]:
        """An active person in each of their chats that their agency allows."""
        officer = await self.session.get(Officer, officer_id)
        if officer is None or not officer.active:
            return []
        agency = await self.session.get_one(Agency, officer.agency_id)

        async def read() -> list[ChatAccount]:
            query = select(ChatAccount).where(col(ChatAccount.officer_id) == officer_id)
            return list((await self.session.exec(query.order_by(col(ChatAccount.id)))).all())

        accounts = await Memo.of(self.session).get((ChatAccount, officer_id), (ChatAccount,), read)
        return [
            Person(officer, agency, account.transport, account.chat_id)
            for account in accounts
            if account.transport in agency.transports
        ]

    async def with_role(self, agency_id: int, role: str) -> list[Officer]:
        """Active people of the agency who hold `role`, by id."""

        async def read() -> list[Officer]:
            query = select(Officer).where(col(Officer.agency_id) == agency_id, col(Officer.active))
            return list((await self.session.exec(query.order_by(col(Officer.id)))).all())

        people = await Memo.of(self.session).get(("people", agency_id), (Officer,), read)
        return [officer for officer in people if role in officer.roles]

    async def record_change(
        self, kind: str, subject: str, data: Mapping[str, Any], person: Person | None = None
    ) -> None:
        """Leave a leaf in the ledger for a change made in this transaction."""
        await ledger.append(
            self.session,
            kind,
            subject,
            data,
            now=self.now,
            agency_id=person.agency.id if person else None,
            officer_id=person.id if person else None,
        )
