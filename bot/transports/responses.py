"""Holds on to the types of Bot API responses, so that they are built once and not with every call."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.methods import Response, TelegramMethod


class ResponseTypes(BaseRequestMiddleware):
    """For every session. aiogram asks pydantic for `Response[…]` in each call, and pydantic forgets such a type as soon
    as nobody holds it: building one takes 5 to 17 ms, more than all else that sending a message costs.
    """

    def __init__(self) -> None:
        self._held: dict[type[TelegramMethod[Any]], object] = {}

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        kind = type(method)
        if kind not in self._held:
            self._held[kind] = Response.__class_getitem__(kind.__returning__)
        return await make_request(bot, method)
