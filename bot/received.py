"""A file that came with a message: fetched and hashed before the unit of work begins."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import Message
from aiohttp import ClientError

from bot.settings import Settings
from bot.use_cases.inspect_upload import Upload, inspect_upload
from models.errors import InvalidInput, Unavailable, ZhiluError
from models.vault import Vault, sha256_of


@dataclass(frozen=True)
class ReceivedFile:
    """A file as it came and as it was found to be; `take`n into the vault or gone when the unit of work ends.

    Looking into a long recording takes seconds, and so does writing it: both are done before the unit of work opens
    its transaction, since everybody else waits for that on SQLite. `refusal` is what the look led to, raised by
    whoever wants the file. `file_name`, `media_type` and `kind` are the sender's word.
    """

    path: Path
    sha256: str
    size: int
    file_name: str
    media_type: str
    kind: Literal["photo", "voice", "audio", "video", "document"]
    forwarded: bool
    upload: Upload | None = None
    refusal: ZhiluError | None = None


@asynccontextmanager
async def fetched(
    bot: Bot, message: Message | None, *, vault: Vault, settings: Settings
) -> AsyncIterator[ReceivedFile | None]:
    """The message's file on the vault's disk, hashed and looked into; None when it has none.

    Raises InvalidInput `upload.too_large` (limit, in bytes) and Unavailable `upload.not_fetched`.
    """
    found = _file_of(message)
    if message is None or found is None:
        yield None
        return
    kind, file = found
    size = getattr(file, "file_size", None) or 0
    if size > settings.upload_bytes:
        raise InvalidInput("upload.too_large", limit=settings.upload_bytes, size=size)
    with vault.incoming() as path:
        size = await _download(bot, file.file_id, path, settings.upload_bytes)
        received = ReceivedFile(
            path=path,
            sha256=await asyncio.to_thread(sha256_of, path),
            size=size,
            file_name=getattr(file, "file_name", None) or "",
            media_type=getattr(file, "mime_type", None) or "",
            kind=kind,
            forwarded=message.forward_origin is not None,
        )
        yield await asyncio.to_thread(looked_into, received, settings)


def looked_into(received: ReceivedFile, settings: Settings) -> ReceivedFile:
    """Say what the file really is, or why it cannot be used. Blocking: it may decode a recording."""
    try:
        upload = inspect_upload(
            received.path,
            sent_as=received.kind,
            file_name=received.file_name,
            media_type=received.media_type,
            settings=settings,
        )
    except ZhiluError as refusal:
        return replace(received, refusal=refusal)
    return replace(received, upload=upload)


def has_file(message: Message | None) -> bool:
    """Whether there is anything to fetch."""
    return _file_of(message) is not None


def _file_of(message: Message | None) -> tuple[Literal["photo", "voice", "audio", "video", "document"], Any] | None:
    if message is None:
        return None
    if message.photo:
        return "photo", message.photo[-1]
    if message.voice:
        return "voice", message.voice
    if message.audio:
        return "audio", message.audio
    if message.video or message.video_note:
        return "video", message.video or message.video_note
    if message.document:
        return "document", message.document
    return None


async def _download(bot: Bot, file_id: str, path: Path, limit: int) -> int:
    try:
        file = await bot.get_file(file_id)
        if file.file_path is None:
            raise Unavailable("upload.not_fetched")
        size = 0
        url = bot.session.api.file_url(bot.token, file.file_path)
        with path.open("wb") as target:
            async for chunk in bot.session.stream_content(url, timeout=600, chunk_size=1 << 18, raise_for_status=True):
                size += len(chunk)
                if size > limit:
                    raise InvalidInput("upload.too_large", limit=limit, size=size)
                await asyncio.to_thread(target.write, chunk)
            target.flush()
            await asyncio.to_thread(os.fsync, target.fileno())
    except TelegramBadRequest as fault:
        if "too big" in fault.message:  # the Bot API hands out 20 MB at most
            raise InvalidInput("upload.too_large_for_transport") from fault
        raise Unavailable("upload.not_fetched") from fault
    except (TelegramAPIError, ClientError, OSError, TimeoutError) as fault:
        raise Unavailable("upload.not_fetched") from fault
    return size
