"""The page in a real Chromium: the daily path, and what happens when the server goes away."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image
from playwright.async_api import FilePayload, async_playwright, expect
from playwright.async_api import Page as Tab

from bot.settings import Settings
from bot.transports.webchat.botapi import MiniBotApi, Upload
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.sign_in import create_sign_in_link
from models.database import Database
from tests.support.need import need
from tests.transports.conftest import Signing, inbound_bodies
from tests.transports.samples import PDF, chunks, picture

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]
PHOTO: FilePayload = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture()}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "permissions": ["geolocation", "microphone"],
    "geolocation": {"latitude": 38.914, "longitude": 121.614, "accuracy": 12},
}


@dataclass
class Site:
    """The page's server, which can be stopped and started on the same port."""

    api: MiniBotApi
    database: Database
    folder: Path
    port: int = 0
    signing: Signing = field(default_factory=Signing)
    runner: web.AppRunner | None = None

    async def start(self) -> None:
        settings = Settings(_env_file=None, data=self.folder, port=self.port)
        app = build_web_app(self.api, self.database, settings, wake=lambda: None, signing=self.signing)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    async def send(self, text: str, *rows: list[dict[str, str]]) -> dict[str, Any]:
        markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        sent: dict[str, Any] = await self.api.call("sendMessage", {"chat_id": 1, "text": text, **markup})
        return sent

    async def inbound(self, count: int) -> list[dict[str, Any]]:
        """All updates, once there are `count`."""
        async with asyncio.timeout(20):
            while len(bodies := await inbound_bodies(self.database)) < count:
                await asyncio.sleep(0.05)
        return bodies


@pytest.fixture
async def site(api: MiniBotApi, database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(api, database, tmp_path)
    await site.start()
    yield site
    await site.stop()


@asynccontextmanager
async def phone(site: Site, **more: Any) -> AsyncIterator[Tab]:
    """A fresh browser, signed in, its page ready; fails when the page's scripts did."""
    need(CHROMIUM.exists(), "Chromium is not installed")
    async with site.database.transaction() as session:
        token = await create_sign_in_link(session, 1, datetime.now(UTC), 5)
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(**{**PHONE, **more})
        tab = await context.new_page()
        tab.on("pageerror", lambda error: faults.append(str(error)))
        await tab.goto(f"http://127.0.0.1:{site.port}/sign-in/{token}")
        await tab.get_by_role("button", name="登录").click()
        await tab.locator("body[data-ready]").wait_for()
        yield tab
        await browser.close()
    assert faults == []


async def write(tab: Tab, text: str) -> None:
    await tab.get_by_role("textbox", name="输入消息").fill(text)
    await tab.get_by_role("button", name="发送", exact=True).click()


async def test_a_day_in_the_chat(site: Site) -> None:
    async with phone(site) as tab:
        log = tab.get_by_role("log")
        sent = await site.send("请选择", [{"text": "现场检查", "callback_data": "kind:inspect"}])
        await tab.get_by_role("button", name="现场检查").click()
        query = (await site.inbound(2))[1]["callback_query"]
        assert query["data"] == "kind:inspect"
        await site.api.call("answerCallbackQuery", {"callback_query_id": query["id"], "text": "已开始"})
        await expect(tab.get_by_text("已开始")).to_be_visible()
        await site.api.call("editMessageText", {"chat_id": 1, "message_id": sent["message_id"], "text": "已选现场检查"})
        await expect(tab.get_by_role("button", name="现场检查")).to_have_count(0)
        await write(tab, "<b>不是标记</b>\n第二行")
        await expect(log.get_by_text("<b>不是标记</b>")).to_be_visible()
        await expect(log.get_by_text("已保存")).to_have_count(2)
        await tab.set_input_files("#pick-photos", [PHOTO])
        assert (await site.inbound(4))[3]["message"]["photo"][0]["width"] == 40
        await tab.get_by_role("button", name="添加附件").click()
        await tab.get_by_role("dialog").get_by_role("button", name="位置").click()
        assert (await site.inbound(5))[4]["message"]["location"]["latitude"] == 38.914
        await site.api.call(
            "sendDocument", {"chat_id": 1, "document": "attach://a"}, {"a": Upload("笔录.pdf", chunks(PDF))}
        )
        await expect(log.get_by_role("link", name="打开 笔录.pdf")).to_be_visible()
        assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_recording_with_the_microphone(site: Site) -> None:
    async with phone(site) as tab:
        await tab.get_by_role("button", name="录音").click()
        await expect(tab.locator("#elapsed")).to_have_text("0:02", timeout=8000)
        await tab.get_by_role("button", name="暂停").click()
        await tab.get_by_role("button", name="继续").click()
        await tab.get_by_role("button", name="完成并发送").click()
        voice = (await site.inbound(2))[1]["message"]["voice"]
        assert voice["mime_type"] == "audio/webm" and voice["duration"] >= 2 and voice["file_size"] > 1000
        await expect(tab.get_by_role("log").locator("audio")).to_be_visible()


async def test_a_recording_survives_a_reload(site: Site) -> None:
    async with phone(site) as tab:
        await tab.get_by_role("button", name="录音").click()
        await expect(tab.locator("#elapsed")).to_have_text("0:03", timeout=8000)
        await tab.reload()
        assert (await site.inbound(2))[1]["message"]["voice"]["duration"] >= 2


async def test_what_is_sent_without_a_server_is_kept_and_sent_once(site: Site) -> None:
    async with phone(site) as tab:
        await site.send("请选择", [{"text": "跳过", "callback_data": "skip"}])
        await expect(tab.get_by_role("button", name="跳过")).to_be_visible()
        await tab.wait_for_function("navigator.serviceWorker?.controller || navigator.serviceWorker.ready")
        await tab.reload()  # the second load is served and kept by the service worker
        await tab.locator("body[data-ready]").wait_for()
        await tab.wait_for_timeout(1000)
        await site.stop()
        await expect(tab.get_by_text("网络已断开")).to_be_visible(timeout=10_000)
        await write(tab, "断网时写的")
        await tab.get_by_role("button", name="跳过").click()
        await tab.set_input_files("#pick-camera", [PHOTO])
        await expect(tab.get_by_role("log").get_by_text("等待网络")).to_have_count(2)
        await tab.reload()
        await expect(tab.get_by_role("log").get_by_text("断网时写的")).to_be_visible()
        await expect(tab.get_by_role("log").get_by_text("请选择")).to_be_visible()
        await expect(tab.get_by_text("待发送：3 条")).to_be_visible()
        await site.start()
        bodies = await site.inbound(4)
        await expect(tab.get_by_text("网络已断开")).to_be_hidden(timeout=20_000)
        await expect(tab.get_by_role("log").get_by_text("断网时写的")).to_have_count(1)
        assert [next(iter(set(body) - {"update_id"})) for body in bodies] == [
            "message",
            "message",
            "callback_query",
            "message",
        ]
        assert bodies[1]["message"]["text"] == "断网时写的" and "photo" in bodies[3]["message"]


async def test_signing_over_the_chat(site: Site) -> None:
    async with phone(site) as tab:
        await site.send("请签名", [{"text": "去签名", "url": f"http://127.0.0.1:{site.port}/sign/good"}])
        await tab.get_by_role("button", name="去签名").click()
        frame = tab.frame_locator("dialog iframe")
        await expect(frame.get_by_text("西财执检〔2026〕12号")).to_be_visible()
        await expect(frame.get_by_role("button", name="确认签名")).to_be_disabled()
        box = await frame.locator("#pad").bounding_box()
        assert box is not None
        await tab.mouse.move(box["x"] + 40, box["y"] + 60)
        await tab.mouse.down()
        await tab.mouse.move(box["x"] + 200, box["y"] + 160, steps=8)
        await tab.mouse.up()
        await frame.get_by_role("button", name="确认签名").click()
        await expect(tab.locator("dialog")).to_have_count(0, timeout=8000)
        (png,) = site.signing.taken
        assert Image.open(io.BytesIO(png)).size[0] == 1200


async def test_older_messages_are_loaded_above(site: Site) -> None:
    for number in range(70):
        await site.send(f"第 {number} 条")
    async with phone(site) as tab:
        await expect(tab.get_by_text("第 69 条")).to_be_in_viewport()
        await tab.get_by_role("button", name="查看更早的消息").click()
        await expect(tab.get_by_text("第 0 条")).to_have_count(1)
        texts = await tab.locator(".message .text").all_text_contents()
        assert texts == [f"第 {number} 条" for number in range(70)] + ["/start"]
        await expect(tab.get_by_role("button", name="查看更早的消息")).to_be_hidden()


async def test_english_and_signing_out(site: Site) -> None:
    async with phone(site) as tab:
        await tab.get_by_role("button", name="更多").click()
        await tab.get_by_role("dialog").get_by_role("button", name="English").click()
        await expect(tab.get_by_role("button", name="Attach")).to_be_visible()
        await tab.get_by_role("button", name="More").click()
        await tab.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        await tab.wait_for_url("**/signed-out")
        assert await tab.evaluate("caches.keys()") == []
