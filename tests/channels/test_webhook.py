"""The signed webhook: checked by a receiver that follows the specification, and what each answer means."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels import ChannelFault, Given
from bot.channels import webhook as channel
from bot.channels.webhook import WebhookChannel, signed
from bot.outbox import pause_after
from models.errors import InvalidInput
from tests.channels.conftest import SECRET, Receiver, free_port, notice

WEBHOOK = WebhookChannel()


async def send(receiver: Receiver, **config: Any) -> None:
    await WEBHOOK.send(notice(config={"url": receiver.url, "secret": SECRET} | config))


async def refused(receiver: Receiver, **config: Any) -> ChannelFault:
    with pytest.raises(ChannelFault) as caught:
        await send(receiver, **config)
    return caught.value


async def test_a_call_is_signed_and_says_what_it_is_about(receiver: Receiver) -> None:
    await send(receiver)
    await send(receiver)
    assert receiver.ids == ["zhilu-7", "zhilu-7"], "a receiver can tell a repetition"
    assert receiver.taken[0] == {
        "subject": "期限提醒：西财案〔2026〕1号",
        "text": "西财案〔2026〕1号有期限需要您办理。",
        "url": "https://zhilu.example",
        "officer": "林晓舟",
        "key": "zhilu-7",
    }


async def test_another_secret_is_not_taken(receiver: Receiver) -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    assert (await refused(receiver, secret=other)).permanent
    assert receiver.taken == []


def test_the_signature_is_that_of_the_specifications_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked example of the Standard Webhooks libraries."""
    monkeypatch.setattr(channel.time, "time", lambda: 1614265330)
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(301, True), (307, True), (400, True), (401, True), (404, True), (410, True), (408, False), (429, False),
     (500, False), (502, False), (503, False)],
)  # fmt: skip
async def test_what_an_answer_means(receiver: Receiver, status: int, permanent: bool) -> None:
    receiver.answers = [web.Response(status=status, headers={"Location": receiver.url}, text="why\nso")]
    fault = await refused(receiver)
    assert fault.permanent is permanent and str(fault) == f"{status} why so"
    assert receiver.calls == 1, "no redirect is followed"


@pytest.mark.parametrize("as_date", [False, True])
async def test_retry_after_is_obeyed(receiver: Receiver, as_date: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=91), usegmt=True)
    receiver.answers = [web.Response(status=429, headers={"Retry-After": later if as_date else "90"})]
    fault = await refused(receiver)
    pause = pause_after(fault, 1)
    assert not fault.permanent and pause is not None and 85 <= pause <= 91
    assert pause_after(fault, 10) is None, "in the end another channel steps in"


async def test_who_wants_to_wait_for_hours_cannot_carry_alerts(receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "86400"})]
    assert (await refused(receiver)).permanent


@pytest.mark.parametrize("text", ["soon", "-5", "９", "Wed, 99 Nov 2026 00:00:00"])
async def test_a_retry_after_that_cannot_be_read_is_none(receiver: Receiver, text: str) -> None:
    receiver.answers = [web.Response(status=503, headers={"Retry-After": text})]
    fault = await refused(receiver)
    assert (fault.permanent, fault.retry_after) == (False, 0)


async def test_nobody_there_and_nobody_answering(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (await refused(receiver, url=f"http://127.0.0.1:{free_port()}/hook")).permanent
    monkeypatch.setattr(channel, "_TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    line = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await line.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        async with asyncio.timeout(5):
            port = server.sockets[0].getsockname()[1]
            assert not (await refused(receiver, url=f"http://127.0.0.1:{port}/")).permanent
        line.set()


async def test_of_an_endless_refusal_only_a_little_is_read(receiver: Receiver) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while sent < 500_000_000:
                writer.write(b"x" * 65536)
                await writer.drain()
                sent += 65536
        except ConnectionError:
            return

    async with await asyncio.start_server(pour, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        fault = await refused(receiver, url=f"http://127.0.0.1:{port}/")
    assert len(str(fault)) < 400 and sent < 50_000_000


@pytest.mark.parametrize(
    ("url", "code"),
    [("", "url_missing"), ("ftp://x.example/", "url_unusable"), ("file:///etc/passwd", "url_unusable"),
     ("https://", "url_unusable"), ("https://a:b@x.example/", "url_unusable"), ("http://x y/", "url_unusable"),
     ("http://x.example:99999/", "url_unusable"), ("http://[::1/", "url_unusable"), ("x.example", "url_unusable")],
)  # fmt: skip
def test_only_a_plain_address_is_taken(url: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        WEBHOOK.settle(Given(url=url), {})
    assert refusal.value.code == f"channel.{code}"


@pytest.mark.parametrize("secret", ["whsec_", "short", "whsec_" + base64.b64encode(b"x" * 23).decode(), "好" * 40])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        WEBHOOK.settle(Given("https://x.example/", secret), {})
    assert refusal.value.code == "channel.secret_unusable"


def test_a_new_address_keeps_the_secret_and_a_new_secret_the_address() -> None:
    first = WEBHOOK.settle(Given("https://x.example/"), {})
    second = WEBHOOK.settle(Given("https://y.example/?key=abc"), first)
    third = WEBHOOK.settle(Given(secret=SECRET), second)
    assert second["secret"] == first["secret"] != third["secret"] == SECRET
    assert third["url"] == "https://y.example/?key=abc"
    assert WEBHOOK.leads_to(third) == "https://y.example/?…", "robots' addresses have their key in the query"
