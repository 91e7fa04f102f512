"""What the signing page asks of the application: each call is a unit of work of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.transports.webchat.context import SigningSubject
from bot.use_cases.sign_record import describe_signing, submit_signature
from bot.work import Work
from models.database import Database, Session
from models.errors import ZhiluError

log = structlog.get_logger(__name__)


class Signing:
    def __init__(
        self, database: Database, make_work: Callable[[Session], Awaitable[Work]], wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._make_work = make_work
        self._wake = wake

    async def describe(self, token: str) -> SigningSubject | None:
        """What the link is for; None when there is nothing (or no longer anything) to sign."""
        async with self._database.transaction() as session:
            return await describe_signing(await self._make_work(session), token)

    async def submit(self, token: str, png: bytes) -> str | None:
        """Take a drawn signature; None when it was taken, otherwise an error code."""
        try:
            async with self._database.transaction() as session:
                await submit_signature(await self._make_work(session), token, png)
        except ZhiluError as refusal:
            log.info("signature refused", code=refusal.code, exc_info=refusal.__cause__)
            return refusal.code
        self._wake()
        return None
