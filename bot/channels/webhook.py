"""A signed call to the agency's own system, which may forward it to WeCom, DingTalk or whatever it uses.

Signed after the Standard Webhooks specification (standardwebhooks.com), so that any of its libraries checks it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.channels import ChannelFault, Given, Notice
from models.errors import InvalidInput

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # what the specification allows
_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10)
_READ = 300  # bytes of a refusal's body that are looked at
_MOST_WAIT = 1800.0  # seconds: an alert that must wait longer goes another way
_AGAIN = (408, 429)  # refusals that pass
_LONGEST_URL = 2000


class WebhookChannel:
    """POSTs `{subject, text, url, officer, key}` to the agency's address; any answer of 2xx counts as delivered."""

    name = "webhook"
    addressed = False

    def settle(self, given: Given, standing: Mapping[str, Any]) -> dict[str, Any]:
        """The secret is the one given, else the one that stands, else a new one.

        Raises InvalidInput `channel.url_missing`, `channel.url_unusable`, `channel.secret_unusable`.
        """
        url = given.url or standing.get("url", "")
        if not url:
            raise InvalidInput("channel.url_missing", channel=self.name)
        if not _usable(url):
            raise InvalidInput("channel.url_unusable")
        secret = given.secret or standing.get("secret") or new_secret()
        if _key(secret) is None:
            raise InvalidInput("channel.secret_unusable", least=_KEY_BYTES.start, most=_KEY_BYTES.stop - 1)
        return {"url": url, "secret": secret}

    def leads_to(self, config: Mapping[str, Any]) -> str:
        """The query is left out: robots' addresses have their key there."""
        parts = urlsplit(config.get("url", ""))
        return f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?…" if parts.query else "")

    def read_address(self, text: str) -> str:
        raise InvalidInput("channel.address_unusable", text=text[:80])

    async def send(self, notice: Notice) -> None:
        """Permanent: refusals but 408 and 429, and redirects, which are not followed. All else is temporary."""
        url, key = str(notice.config.get("url", "")), _key(str(notice.config.get("secret", "")))
        if not _usable(url) or key is None:
            raise ChannelFault("no usable address or secret", permanent=True)
        body = _body(notice)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as http,
                http.post(url, data=body, headers=signed(key, notice.key, body), allow_redirects=False) as answer,
            ):
                if not 200 <= answer.status < 300:
                    raise await _refusal(answer)
        except (aiohttp.ClientError, OSError, TimeoutError) as cause:
            raise ChannelFault(f"{type(cause).__name__}: {cause}"[:300], permanent=False) from cause


def signed(key: bytes, message_id: str, body: bytes) -> dict[str, str]:
    """The headers that prove where a call comes from and when it was made."""
    stamp = str(int(time.time()))
    digest = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def new_secret() -> str:
    """As the specification writes secrets."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _body(notice: Notice) -> bytes:
    said = {each: getattr(notice, each) for each in ("subject", "text", "url", "officer", "key")}
    return json.dumps(said, ensure_ascii=False).encode()


def _key(secret: str) -> bytes | None:
    """The bytes a secret stands for; None when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) in _KEY_BYTES else None


def _usable(url: str) -> bool:
    """An http(s) address without a name or password in it, which would be sent and shown in the clear."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = len(url) <= _LONGEST_URL and all(each.isprintable() and not each.isspace() for each in url)
    return plain and parts.scheme in ("http", "https") and bool(host) and parts.username is None


async def _refusal(answer: aiohttp.ClientResponse) -> ChannelFault:
    said = (await answer.content.read(_READ)).decode(errors="replace")
    reason = f"{answer.status} {' '.join(said.split())}".strip()
    wait = _retry_after(answer.headers.get("Retry-After", ""))
    passes = (answer.status in _AGAIN or answer.status >= 500) and wait <= _MOST_WAIT
    return ChannelFault(reason, permanent=not passes, retry_after=wait)


def _retry_after(text: str) -> float:
    """Seconds asked for, as a number or as a date; 0 when there is none or it cannot be read."""
    if text.strip().isascii() and text.strip().isdecimal():
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):  # unreadable, or of no zone
        return 0.0
