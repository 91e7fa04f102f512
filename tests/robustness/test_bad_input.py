"""Hostile and mistaken input through both doors: a plain sentence comes back, and nothing has changed."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from av.audio.frame import AudioFrame
from sqlmodel import SQLModel, col, select

from bot.i18n import translator
from bot.intake import store_update
from bot.transports.webchat.botapi.files import FileClaim
from bot.transports.webchat.problems import sentence
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.sign_in import create_sign_in_link
from bot.use_cases.access import conversation_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.sign_in import person_of
from bot.views.faults import fault_text
from models.errors import ZhiluError
from models.tables import Case, Evidence, InboundUpdate, Record
from tests.stories.xigang import AGENCY, begin, open_case, photo
from tests.support.house import Chat, House

pytestmark = pytest.mark.asyncio(loop_scope="module")

UPLOAD_BYTES = 2 * 1024**2
OTHER_AGENCY = "辽阳市住房公积金管理中心"
CHAT_TABLES = {
    *("inboundupdate", "outboundmessage", "messageslot"),
    *("webmessage", "webevent", "webcall", "webfile", "websession"),
}
_MACHINE_SPEECH = re.compile(r"Traceback|Error\b|Exception|\.py\b|[a-z]+\.[a-z]+_[a-z]+|\{|\}|None\b")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
_ids = itertools.count(10**12)
t = translator("zh_Hans_CN")


@dataclass
class Scene:
    """One agency's officer in the middle of an interview record, another agency's officer, and a supervisor."""

    house: House
    officer: Chat
    stranger: Chat
    supervisor: Chat
    case_id: int
    record_id: int

    async def ask(self, question: str) -> None:
        """Let the officer's chat stand at this question."""
        async with self.house.app.database.transaction() as session:
            conversation = await conversation_of(await self.house.app.make_work(session), self.officer.id)
            conversation.focus = question
            session.add(conversation)

    async def dump(self) -> dict[str, list[Any]]:
        """Every row that is not the chat's own memory, and every file of the vault."""
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in CHAT_TABLES]
        async with self.house.app.database.engine.connect() as connection:
            rows = {table.name: sorted(map(repr, (await connection.execute(table.select())).all())) for table in tables}
        vault = self.house.app.vault.root
        return rows | {"vault": sorted(str(path) for path in vault.rglob("*") if path.is_file())}

    async def reply_to(self, doing: Awaitable[Any], chat: Chat | None = None) -> str:
        """What the person reads after doing this; proves that nothing has changed by it."""
        chat = chat or self.officer
        before = await self.dump()
        seen = len(await chat.texts())
        try:
            await doing
        except ZhiluError as refusal:  # refused at the web chat's own door, which answers the request at once
            assert self.house.transport == "webchat" or self.house.server is not None
            said = sentence(refusal.code, refusal.params, t)
            assert said != sentence("server.fault", {}, t), refusal.code
        else:
            await self.house.settle()
            said = "\n".join((await chat.texts())[seen:])
        assert _CHINESE.search(said), said
        assert not _MACHINE_SPEECH.search(said), said
        assert await self.dump() == before
        return said

    async def feed(self, chat: Chat, **content: Any) -> None:
        """An update as its transport would hand it over, whatever its door would have said to it."""
        number = next(_ids)
        async with self.house.app.database.transaction() as session:
            await store_update(
                session,
                transport=self.house.transport,
                update_id=number,
                chat_id=chat.id,
                body={"update_id": number, **content},
            )

    async def feed_text(self, chat: Chat, text: str) -> None:
        await self.feed(chat, message=self._message(chat) | {"text": text})

    async def feed_press(self, chat: Chat, data: str) -> None:
        message = self._message(chat) | {"text": "?", "from": {"id": 1, "is_bot": True, "first_name": "bot"}}
        await self.feed(
            chat,
            callback_query={
                "id": str(next(_ids)),
                "from": self._user(chat),
                "chat_instance": "1",
                "message": message,
                "data": data,
            },
        )

    def _user(self, chat: Chat) -> dict[str, Any]:
        return {"id": chat.id, "is_bot": False, "first_name": chat.name}

    def _message(self, chat: Chat) -> dict[str, Any]:
        place = {"id": chat.id, "type": "private", "first_name": chat.name}
        return {"message_id": 9000, "date": 1772700000, "chat": place, "from": self._user(chat)}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["webchat", "telegram"])
async def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One for all tests of a transport: each proves that it leaves no trace."""
    house = await House.open(
        tmp_path_factory.mktemp(f"bad-{request.param}"),
        transport=request.param,
        upload_bytes=UPLOAD_BYTES,
        photo_pixels=4_000_000,
        recording_seconds=60,
    )
    officer = await house.person(AGENCY, "officer")
    stranger = await house.person(OTHER_AGENCY, "officer")
    supervisor = await house.person(AGENCY, "supervisor")
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    async with house.app.database.reading() as session:
        record = (await session.exec(select(Record).where(col(Record.state) == "draft"))).one()
        assert (await session.get_one(Case, record.case_id)).state == "open"
    yield Scene(house, officer, stranger, supervisor, record.case_id, record.id or 0)
    await house.close()


def said(code: str, **params: object) -> str:
    """The sentence for a code, as shown: without marks, and really translated."""
    text = fault_text(t, code, params)
    assert _CHINESE.search(text), f"{code} has no Chinese sentence"
    return text


def ogg(seconds: float, *, last_at: float = 0.0) -> bytes:
    """A tone as OGG/Opus, the way phones record; `last_at`: a last sound that comes only then, after nothing."""
    moments = [number * 960 for number in range(int(seconds * 50))]
    moments += [int(last_at * 48_000)] if last_at else []
    tone = b"".join(struct.pack("<h", 8000 if (i // 50) % 2 else -8000) for i in range(960))
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        for moment in moments:
            frame = AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(tone)
            frame.sample_rate, frame.pts = 48_000, moment
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def wav_that_claims(seconds: int) -> bytes:
    """A header that promises hours, and a second of sound."""
    rate, sound = 16_000, bytes(32_000)
    claimed = min(seconds * rate * 2, 2**32 - 100)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", claimed + 36, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return head + struct.pack("<4sI", b"data", claimed) + sound


def png_bomb(side: int) -> bytes:
    """A picture of `side`² pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(1 + side // 8)) for _ in range(side)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["voice", "audio", "document"])
async def test_a_text_named_ogg_is_no_recording(scene: Scene, kind: str) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload("这不是录音。".encode() * 50, kind, "询问.ogg"))
    assert said("audio.undecodable") in reply


async def test_a_recording_cut_in_its_head_is_refused(scene: Scene) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload(ogg(1)[:60], "document", "询问.ogg"))
    assert said("audio.undecodable") in reply or said("audio.empty") in reply


async def test_no_bytes_are_no_file(scene: Scene) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload(b"", "document", "空.ogg"))
    assert reply == sentence("upload.empty", {}, t)


async def test_more_bytes_than_allowed_are_refused(scene: Scene) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload(bytes(UPLOAD_BYTES + 1), "document", "长.wav"))
    assert reply.endswith((said("upload.too_large"), sentence("upload.too_large", {"limit": UPLOAD_BYTES}, t)))


async def test_a_recording_longer_than_allowed_is_refused(scene: Scene) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload(ogg(61), "document", "长.ogg"))
    assert said("audio.too_long", limit=60) in reply


async def test_a_browser_that_claims_ten_hours_is_refused_at_the_door(scene: Scene) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b"OggS"

    claim = FileClaim(kind="voice", name="a.ogg", seconds=36_000)
    reply = await scene.reply_to(
        scene.house.api.receive_file(scene.officer.id, claim, nothing(), client_id="ten-hours-1")
    )
    limit = scene.house.api.limits.recording_seconds
    assert reply == sentence("upload.recording_too_long", {"limit": limit}, t)


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_picture_with_too_many_pixels_is_refused_unopened(scene: Scene, kind: str) -> None:
    await scene.ask("photos")
    bomb = png_bomb(16_000)
    assert len(bomb) < 100_000
    reply = await scene.reply_to(scene.officer.upload(bomb, kind, "现场.png"))
    assert said("photo.too_many_pixels") in reply


async def test_a_photo_is_no_recording(scene: Scene) -> None:
    await scene.ask("recording")
    reply = await scene.reply_to(scene.officer.upload(photo(), "photo", "现场.jpg"))
    assert said("answer.not_a_recording") in reply


async def test_half_a_photo_is_refused(scene: Scene) -> None:
    await scene.ask("photos")
    whole = photo()
    reply = await scene.reply_to(scene.officer.upload(whole[: len(whole) // 2], "photo", "现场.jpg"))
    assert said("photo.broken") in reply


async def test_five_thousand_characters_are_too_many(scene: Scene) -> None:
    await scene.ask("place")
    if scene.house.transport == "webchat":
        reply = await scene.reply_to(scene.officer.send("长" * 5000))
        assert reply == sentence("text.too_long", {"length": 5000, "limit": 4096}, t)
    reply = await scene.reply_to(scene.feed_text(scene.officer, "长" * 5000))
    assert "5000" in reply


async def test_a_command_nobody_knows(scene: Scene) -> None:
    reply = await scene.reply_to(scene.officer.send("/drop_table 案件"))
    assert "/drop_table" in reply
    assert "/help" in reply
    assert "案件" not in reply


async def test_a_button_of_an_earlier_card(scene: Scene) -> None:
    async with scene.house.app.database.reading() as session:
        record = await session.get_one(Record, scene.record_id)
        form = form_of(await scene.house.app.make_work(session), record)
        index = next(i for i, question in enumerate(form.questions) if question.id == "place")
    reply = await scene.reply_to(scene.feed_press(scene.officer, f"a:{scene.record_id}:{index}:7:o"))
    assert said("button.stale") in reply
    reply = await scene.reply_to(scene.officer.press(9_999, "menu"))
    assert reply == sentence("button.stale", {}, t)


FORGED = (
    *("case:{case}", "forms:{case}", "start:{case}:interview", "rec:{record}", "go:{record}", "rv:{record}:0"),
    *("ed:{record}:0", "ok:{record}:0", "a:{record}:0:0:o", "a:{record}:0:0:y", "f:{record}:0", "pz:{record}"),
    *("cx:{record}", "ux:{record}", "ln:{record}:0:0:0", "keep:{case}:1"),
)


@pytest.mark.parametrize("data", FORGED)
async def test_another_agencys_things_are_not_known_to_exist(scene: Scene, data: str) -> None:
    data = data.format(case=scene.case_id, record=scene.record_id)
    reply = await scene.reply_to(scene.feed_press(scene.stranger, data), scene.stranger)
    unknown = ("case.unknown", "record.unknown", "evidence.unknown")
    assert any(said(code) in reply for code in unknown), reply
    assert "西财" not in reply
    assert "海晏" not in reply


async def test_the_web_chat_takes_no_data_that_is_not_on_the_message(scene: Scene) -> None:
    newest = (await scene.house.messages(scene.stranger.id))[-1]["message_id"]
    reply = await scene.reply_to(scene.stranger.press(newest, f"case:{scene.case_id}"), scene.stranger)
    assert reply == sentence("button.stale", {}, t)


@pytest.mark.parametrize(
    "data",
    ["a:x:y:z:o", "a:1", "a:{record}:999:0:o", "ok", "case:", "case:99999999999999999999", "::"],
)
async def test_buttons_that_were_never_made(scene: Scene, data: str) -> None:
    reply = await scene.reply_to(scene.feed_press(scene.officer, data.format(record=scene.record_id)))
    assert len(reply.splitlines()) <= 2


@pytest.mark.parametrize("data", ["ok:{record}:0", "a:{record}:0:0:o", "cx:{record}", "start:{case}:interview"])
async def test_a_supervisor_may_look_but_not_act(scene: Scene, data: str) -> None:
    data = data.format(case=scene.case_id, record=scene.record_id)
    reply = await scene.reply_to(scene.feed_press(scene.supervisor, data), scene.supervisor)
    assert said("case.not_yours") in reply


async def test_an_update_nobody_can_read_is_told_and_stops_nothing(scene: Scene) -> None:
    sender = {"id": scene.officer.id, "is_bot": False, "first_name": "x"}
    reply = await scene.reply_to(scene.feed(scene.officer, message={"from": sender, "message_id": "none"}))
    async with scene.house.app.database.reading() as session:
        failed = (await session.exec(select(InboundUpdate).where(col(InboundUpdate.state) == "failed"))).all()
    assert said("update.failed", reference=failed[-1].id) in reply
    assert failed[-1].attempts == 3
    assert failed[-1].fault == "ValidationError"
    assert "/help" in await scene.officer.send("/help")


async def test_a_used_sign_in_link_opens_nothing(scene: Scene, tmp_path: Path) -> None:
    app = scene.house.app
    async with app.database.transaction() as session:
        token = await create_sign_in_link(session, scene.supervisor.id, datetime.now(UTC), 60)
    site = build_web_app(app.api, app.database, app.settings, wake=lambda: None)
    async with TestClient(TestServer(site)) as browser:
        assert (await browser.post(f"/sign-in/{token}", allow_redirects=False)).status == 303
        browser.session.cookie_jar.clear()
        await scene.house.settle()
        before = await scene.dump()
        for answer in (await browser.get(f"/sign-in/{token}"), await browser.post(f"/sign-in/{token}")):
            page = await answer.text()
            assert answer.status == 410
            assert sentence("link.used", {}, t) in page
            assert "Traceback" not in page
            assert not answer.cookies
    thief = Chat(scene.house, 777_000, "谁")
    await scene.feed_text(thief, f"/start {token}")
    await scene.house.settle(jobs=False)
    assert await scene.dump() == before
    async with app.database.transaction() as session:
        work = await app.make_work(session)
        assert await person_of(work, scene.house.transport, thief.id) is None


async def test_five_gigabytes_are_refused_before_a_byte_is_read(scene: Scene) -> None:
    app = scene.house.app
    async with app.database.transaction() as session:
        token = await create_sign_in_link(session, scene.officer.id, datetime.now(UTC), 60)
    site = build_web_app(app.api, app.database, app.settings, wake=lambda: None)
    async with TestClient(TestServer(site)) as browser:
        await browser.post(f"/sign-in/{token}", allow_redirects=False)
        cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in browser.session.cookie_jar)
        await scene.house.settle()
        before = await scene.dump()
        reader, writer = await asyncio.open_connection(browser.host, browser.port)
        head = (
            f"POST /api/files HTTP/1.1\r\nHost: {browser.host}:{browser.port}\r\nCookie: {cookies}\r\n"
            f"X-Zhilu-Kind: video\r\nX-Zhilu-Client-Id: five-gigabytes\r\nContent-Length: {5 * 1024**3}\r\n\r\n"
        )
        writer.write(head.encode())  # and not one byte of the body: the refusal must not wait for it
        async with asyncio.timeout(5):
            status = await reader.readline()
            answer = await reader.readuntil(b"}")
        writer.close()
    assert b" 413 " in status
    assert "太大" in answer.decode("unicode_escape", "ignore") or b"upload.too_large" in answer
    assert await scene.dump() == before
    assert not list((app.settings.data / "webchat").glob(".part-*"))


async def test_a_recording_cut_in_the_middle_is_kept_and_said_to_be_cut(scene: Scene) -> None:
    """What was spoken before the cut is evidence; refusing it would lose it. Comes last: it changes the state."""
    await scene.ask("recording")
    whole = ogg(4)
    await scene.officer.upload(whole[: len(whole) * 2 // 3], "document", "询问.ogg", jobs=False)
    texts = "\n".join((await scene.officer.texts())[-3:])
    assert not _MACHINE_SPEECH.search(texts)
    assert "录音" in texts


@pytest.mark.parametrize("name", ["十小时.wav", "十小时.ogg"])
async def test_a_file_that_claims_ten_hours_is_not_believed(scene: Scene, name: str) -> None:
    """The sound that is there counts, and that much is missing is noted. Comes last: it changes the state."""
    await scene.ask("recording")
    file = wav_that_claims(36_000) if name.endswith("wav") else ogg(1, last_at=36_000)
    assert len(file) < 40_000
    await scene.officer.upload(file, "document", name, jobs=False)
    async with scene.house.app.database.reading() as session:
        newest = (await session.exec(select(Evidence).order_by(col(Evidence.id).desc()).limit(1))).one()
    assert newest.file_name == name
    assert newest.seconds == pytest.approx(1.0, abs=0.1)
    assert newest.details["truncated"]
