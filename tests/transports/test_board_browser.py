"""The board in a real Chromium with scripts switched off: on a phone, by keyboard, in the dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect
from playwright.async_api import Page as Tab
from sqlmodel import col, select

from bot.transports.webchat.sign_in import create_sign_in_link
from models.tables import Officer
from tests.support.need import need
from tests.transports.board import Desk, desk
from tests.transports.test_browser import CHROMIUM, FLAGS

__all__ = ["desk"]
pytestmark = pytest.mark.browser
FINGER = 44  # px each way, the least a thumb hits


@pytest.fixture
def either_database() -> dict[str, str]:
    """How it looks does not depend on the database."""
    return {}


@pytest.fixture
async def visit(desk: Desk) -> AsyncIterator[BrowserContext]:
    """A supervisor's browser, signed in. It runs no script of the page."""
    need(CHROMIUM.exists(), "Chromium is not installed")
    for n in range(60):
        await desk.case(n - 9, unit=("财政监督科", "局领导", None)[n % 3], forms=[("interview", "case_opening")[n % 2]])
    await desk.case(-1, secrecy="state_secret")
    await desk.case(-99, number="西岗区财政局会计监督检查案件〔2026〕第0000000000000000000000001号补")
    async with desk.house.app.database.transaction() as session:
        officer = (await session.exec(select(Officer).where(col(Officer.name) == "沈若兰"))).one()
        link = await create_sign_in_link(session, officer.id or 0, datetime.now(UTC), 10)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        base = str(desk.browser.make_url("/"))
        visit = await browser.new_context(base_url=base, locale="zh-CN", java_script_enabled=False)
        tab = await visit.new_page()
        await tab.goto("/board?due=late")
        await expect(tab).to_have_url(f"{base}signed-out")
        await tab.goto(f"/sign-in/{link}")
        await tab.get_by_role("button", name="登录").click()
        await expect(tab).to_have_url(f"{base}board?due=late")  # back where they wanted to go
        await tab.close()
        yield visit
        await browser.close()


async def boxes(tab: Tab) -> list[tuple[str, dict[str, Any]]]:
    """What can be pressed, and how large it is."""
    found = []
    for each in await tab.locator("main a, main button, main select, main input, header a").all():
        box = await each.bounding_box()
        assert box is not None
        found.append((await each.inner_text(), dict(box)))
    return found


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_nothing_sticks_out_and_everything_can_be_hit(visit: BrowserContext, width: int) -> None:
    tab = await visit.new_page()
    await tab.set_viewport_size({"width": width, "height": 844})
    for address in ("/board", "/board?due=late&unit=999", "/board?q=none"):
        await tab.goto(address)
        page = await tab.locator("html").bounding_box()
        assert page is not None and page["width"] <= width
        for text, box in await boxes(tab):
            assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5, text
            if width <= 390:
                assert min(box["width"], box["height"]) >= FINGER - 0.5, (text, box)
    for each in await tab.locator("main td, main th, main caption, main h2").all():
        box = await each.bounding_box()
        assert box is None or box["x"] + box["width"] <= width + 0.5, await each.inner_text()


async def test_by_keyboard_one_reaches_the_list_filters_and_opens_a_case(visit: BrowserContext) -> None:
    tab = await visit.new_page()
    await tab.goto("/board")
    await tab.keyboard.press("Tab")
    skip = tab.get_by_role("link", name="跳到列表")
    await expect(skip).to_be_focused()
    box = await skip.bounding_box()
    assert box is not None and box["x"] >= 0, "it shows itself when it is reached"
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")
    await expect(tab.get_by_role("link", name="刷新")).to_be_focused()

    await tab.get_by_role("combobox", name="到期").focus()
    await tab.keyboard.press("ArrowDown")
    await tab.get_by_role("searchbox", name="案号").focus()
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/board?*due=late*")
    table = tab.get_by_role("table", name="案件及其下一项应办事项")
    await expect(table.get_by_role("row")).to_have_count(1 + 10 + 1)  # the heads, those overdue now, and the long one
    first = table.get_by_role("rowheader").first
    await first.get_by_role("button").focus()
    await tab.keyboard.press("Enter")
    await tab.wait_for_url(lambda address: address.endswith("/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_is_written_stands_out_from_its_ground(
    desk: Desk, visit: BrowserContext, scheme: Literal["light", "dark"]
) -> None:
    assert visit.browser is not None
    known = await visit.storage_state()
    seen = await visit.browser.new_context(color_scheme=scheme, storage_state=known, locale="zh-CN")
    tab = await seen.new_page()
    await tab.goto(str(desk.browser.make_url("/board?due=late&unit=999")))
    await expect(tab.get_by_role("status")).to_contain_text("没有部门")
    assert await tab.evaluate(FAINT) == []


# Texts with less contrast than WCAG 2 asks for (AA, 4.5 to 1)
FAINT = """() => {
  const rgb = (text) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    c.fillStyle = text; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const part = (v) => v <= 10 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = (c) => .2126 * part(c[0]) + .7152 * part(c[1]) + .0722 * part(c[2]);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push(e.textContent.slice(0, 20));
  }
  return faint;
}"""
