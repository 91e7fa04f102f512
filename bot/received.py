"""A file that came with a message: fetched and hashed before the unit of work begins."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import Message

from models.errors import InvalidInput, Unavailable


@dataclass(frozen=True)
class ReceivedFile:
    """Bytes lie at `path` until the unit of work ends. `seconds` is the sender's word; nothing here is trusted."""

    path: Path
    sha256: str
    size: int
    file_name: str
    media_type: str
    kind: Literal["photo", "voice", "audio", "video", "document"]
    forwarded: bool
    seconds: float | None = None


@asynccontextmanager
async def fetched(bot: Bot, message: Message | None, *, limit: int) -> AsyncIterator[ReceivedFile | None]:
    """The message's file on disk, hashed while it arrives; None when it has none.

    Raises InvalidInput `upload.too_large` (limit, in bytes) and Unavailable `upload.not_fetched`.
    """
    found = _file_of(message)
    if message is None or found is None:
        yield None
        return
    kind, file = found
    size = getattr(file, "file_size", None) or 0
    if size > limit:
        raise InvalidInput("upload.too_large", limit=limit, size=size)
    with tempfile.TemporaryDirectory(prefix="zhilu-received-") as folder:
        path = Path(folder) / "bytes"
        sha256, size = await _download(bot, file.file_id, path, limit)
        yield ReceivedFile(
            path=path,
            sha256=sha256,
            size=size,
            file_name=getattr(file, "file_name", None) or "",
            media_type=getattr(file, "mime_type", None) or "",
            kind=kind,
            forwarded=message.forward_origin is not None,
            seconds=getattr(file, "duration", None),
        )


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


async def _download(bot: Bot, file_id: str, path: Path, limit: int) -> tuple[str, int]:
    try:
        file = await bot.get_file(file_id)
        if file.file_path is None:
            raise Unavailable("upload.not_fetched")
        digest, size = hashlib.sha256(), 0
        url = bot.session.api.file_url(bot.token, file.file_path)
        with path.open("wb") as target:
            async for chunk in bot.session.stream_content(url, timeout=600, chunk_size=1 << 18, raise_for_status=True):
                size += len(chunk)
                if size > limit:
                    raise InvalidInput("upload.too_large", limit=limit, size=size)
                digest.update(chunk)
                await asyncio.to_thread(target.write, chunk)
    except TelegramBadRequest as fault:
        if "too big" in fault.message:  # the Bot API hands out 20 MB at most
            raise InvalidInput("upload.too_large_for_transport") from fault
        raise Unavailable("upload.not_fetched") from fault
    except (TelegramAPIError, OSError, TimeoutError) as fault:
        raise Unavailable("upload.not_fetched") from fault
    return digest.hexdigest(), size
