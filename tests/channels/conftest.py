"""A mail server and a webhook's receiver, both real and of other hands than the code that calls them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.channels import Notice
from bot.settings import Settings

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()


@dataclass
class Mailbox:
    """What a mail server has taken. `answers`: what it says to each RCPT or DATA in turn, before all is well."""

    port: int = 0
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    seen: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.seen += 1
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        letter = BytesParser(policy=default).parsebytes(envelope.content or b"")
        self.letters.append((list(envelope.rcpt_tos), letter))
        return "250 taken"

    def text(self, index: int = -1) -> str:
        return str(self.letters[index][1].get_content())

    def settings(self, **more: Any) -> dict[str, Any]:
        given = {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_from": "zhilu@gov.example", "smtp_tls": "none"}
        return given | more


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    mailbox = Mailbox(free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@dataclass
class Receiver:
    """An agency's own system. It takes nothing whose signature it cannot follow (checked after the specification)."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    calls: int = 0
    answers: list[web.StreamResponse] = field(default_factory=list)
    secret: str = SECRET

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        body = await request.read()
        if self.answers:
            return self.answers.pop(0)
        name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        key = base64.b64decode(self.secret.split("_", 1)[1])
        expected = base64.b64encode(hmac.digest(key, b".".join([name.encode(), stamp.encode(), body]), hashlib.sha256))
        if request.headers["webhook-signature"].split() != [f"v1,{expected.decode()}"]:
            return web.Response(status=401, text="bad signature")
        assert request.content_type == "application/json"
        self.raw.append(body)
        self.ids.append(name)
        self.taken.append(json.loads(body))
        return web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/hook", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


def notice(**changes: Any) -> Notice:
    usual: dict[str, Any] = {
        "key": "zhilu-7",
        "officer": "林晓舟",
        "address": "lin@gov.example",
        "subject": "期限提醒：西财案〔2026〕1号",
        "text": "西财案〔2026〕1号有期限需要您办理。",
        "url": "https://zhilu.example",
    }
    return Notice(**usual | changes)


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)
