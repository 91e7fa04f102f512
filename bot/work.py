"""One unit of work: a transaction and what a use case needs in it.

A unit of work is opened around one update, one tick or one job result. What it stores, the messages it owes
and the mark that the update is done are committed together, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.i18n import Translator, translator
from bot.outbox import queue
from bot.screen import Screen
from bot.settings import Settings
from dialogs.packs.schema import Pack
from models import ledger
from models.database import Session
from models.errors import Denied, Missing
from models.tables import Agency, ChatAccount, Officer
from models.vault import Vault


class Shelf:
    """The packs of this installation by `id@version`; `newest` finds the one an agency's new cases use."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = {f"{pack.id}@{pack.version}": pack for pack in packs.values()}
        self._newest = {pack.id: pack for pack in packs.values()}

    def get(self, reference: str) -> Pack:
        """The pinned pack. Raises Missing `pack.unknown`."""
        try:
            return self._packs[reference]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=reference) from cause

    def newest(self, pack_id: str) -> Pack:
        try:
            return self._newest[pack_id]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=pack_id) from cause


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
    _told: list[int] = field(default_factory=list)

    async def reply(self, person: Person, screen: Screen) -> None:
        """Owe the acting person a message in the chat they act from."""
        await queue(self.session, person.transport, person.chat_id, screen)

    async def tell(self, officer_id: int, view: Callable[[Translator], Screen]) -> None:
        """Owe a person a message in each of their chats, in their own language."""
        officer = await self.session.get(Officer, officer_id)
        if officer is None or not officer.active:
            return
        screen = view(translator(officer.language))
        agency = await self.session.get_one(Agency, officer.agency_id)
        accounts = await self.session.exec(select(ChatAccount).where(col(ChatAccount.officer_id) == officer_id))
        for account in accounts.all():
            if account.transport not in agency.transports:
                continue
            await queue(self.session, account.transport, account.chat_id, screen)

    async def with_role(self, agency_id: int, role: str) -> list[Officer]:
        """Active people of the agency who hold `role`."""
        found = await self.session.exec(
            select(Officer).where(col(Officer.agency_id) == agency_id, col(Officer.active)).order_by(col(Officer.id))
        )
        return [officer for officer in found.all() if role in officer.roles]

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
