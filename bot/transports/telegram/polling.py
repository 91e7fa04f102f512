"""Telegram's updates into the intake, by long polling that never dies and never confirms what is not stored.

https://core.telegram.org/bots/api#getupdates : an update counts as confirmed when getUpdates is called with a
higher `offset`; here that happens only after the commit. Updates are kept as the raw JSON Telegram sent, so that one
which today's aiogram cannot read blocks nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientError, ClientTimeout

from bot.intake import store_update
from bot.transports.responses import ResponseTypes
from models.database import Database

log = structlog.get_logger(__name__)

TRANSPORT = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class PollingFault(Exception):
    """Telegram refused or could not be understood. `retry_after` in seconds when it said so."""

    def __init__(self, error_code: int, description: str, retry_after: float = 0.0) -> None:
        self.error_code = error_code
        self.description = description
        self.retry_after = retry_after
        super().__init__(f"{error_code} {description}")


def build_telegram_bot(token: str, api_url: str) -> Bot:
    """A Bot for Telegram or a local Bot API server at `api_url`. Opens nothing; call inside the event loop."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    session.middleware(ResponseTypes())
    return Bot(token, session=session)


def chat_of(update: Mapping[str, Any]) -> int | None:
    """The chat an update belongs to; the person's own for a button whose message is gone. None when it has none."""
    for kind in ALLOWED_UPDATES:
        content = update.get(kind)
        if not isinstance(content, dict):
            continue
        for holder, name in ((content, "chat"), (content.get("message"), "chat"), (content, "from")):
            place = holder.get(name) if isinstance(holder, dict) else None
            if isinstance(place, dict) and isinstance(place.get("id"), int):
                return int(place["id"])
    return None


class TelegramPolling:
    """One loop per bot. `wake` is called after each stored batch. `timeout`: seconds of one long poll."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        wake: Callable[[], None],
        *,
        timeout: int = 25,
        pause: float = _FIRST_PAUSE,
    ) -> None:
        if not isinstance(bot.session, AiohttpSession):
            raise TypeError("polling needs a bot that reaches Telegram over HTTP")
        self._bot = bot
        self._http = bot.session
        self._database = database
        self._wake = wake
        self._timeout = timeout
        self._first_pause = pause
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Every fault is logged and tried again, ever more slowly, at most a minute apart."""
        failures = 0
        while True:
            try:
                await self.poll_once()
                failures = 0
                continue
            except PollingFault as fault:
                log.warning("telegram_refused", error_code=fault.error_code, description=fault.description)
                wanted = fault.retry_after
            except (ClientError, TimeoutError, OSError, ValueError) as fault:
                # The message may hold the address, and the address holds the token: only the kind is logged.
                log.warning("telegram_unreachable", fault=type(fault).__name__)
                wanted = 0.0
            except Exception:  # a loop that dies loses messages silently; the fault is logged whole and tried again
                log.exception("telegram_polling_fault")
                wanted = 0.0
            failures += 1
            await asyncio.sleep(max(wanted, self._pause(failures)))

    async def poll_once(self) -> int:
        """One long poll, stored; how many updates came. Raises what `run` survives."""
        updates = await self._get_updates()
        await self._store(updates)
        return len(updates)

    def _pause(self, failures: int) -> float:
        longest = min(_LONGEST_PAUSE, self._first_pause * 2.0 ** min(failures - 1, 10))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    async def _get_updates(self) -> list[dict[str, Any]]:
        params: dict[str, Any] = {"timeout": self._timeout, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            params["offset"] = self._offset
        http = await self._http.create_session()
        address = self._http.api.api_url(self._bot.token, "getUpdates")
        async with http.post(address, json=params, timeout=ClientTimeout(total=self._timeout + 15)) as response:
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict):
            raise PollingFault(response.status, "no Bot API answer")
        if not answer.get("ok"):
            parameters = answer.get("parameters") or {}
            raise PollingFault(
                int(answer.get("error_code", response.status)),
                str(answer.get("description", "")),
                float(parameters.get("retry_after", 0)),
            )
        return [update for update in answer["result"] if isinstance(update, dict)]

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        """Commit the batch, then move the offset. An update stored before is known by its id and kept once."""
        if not updates:
            return
        async with self._database.transaction() as session:
            for update in updates:
                chat_id = chat_of(update)
                if chat_id is None:
                    log.warning("telegram_update_without_chat", update_id=update["update_id"], kinds=sorted(update))
                    continue
                await store_update(
                    session, transport=TRANSPORT, update_id=update["update_id"], chat_id=chat_id, body=update
                )
        self._offset = max(update["update_id"] for update in updates) + 1
        self._wake()
