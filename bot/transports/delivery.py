"""What the outbox tells a transport beside the call itself."""

from __future__ import annotations

from contextvars import ContextVar

delivery_key: ContextVar[str | None] = ContextVar("delivery_key", default=None)
"""Names one owed message. A transport that remembers keys (the web chat) does the call once, however often it is
repeated after a crash; Telegram has no such memory."""
