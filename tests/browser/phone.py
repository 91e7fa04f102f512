"""One person with a phone: what they see in the chat, and what they tap, type and draw."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, FrameLocator, Locator, Page, ViewportSize, expect

PATIENCE = 60_000  # ms; the machine may be busy with other things
SCREEN: ViewportSize = {"width": 390, "height": 844}
_STEPS = 80
_QUESTION, _REVIEW = "答案", "修改答案"  # buttons that every question card, every review card has


@dataclass
class Phone:
    """`faults`: uncaught errors of the page's scripts. `shots`: where screenshots go."""

    page: Page
    name: str
    shots: Path
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, browser: Browser, name: str, shots: Path) -> Phone:
        """A new phone, nobody signed in."""
        context = browser.new_context(
            viewport=SCREEN,
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            permissions=["microphone", "geolocation"],
            geolocation={"latitude": 38.914, "longitude": 121.614, "accuracy": 12},
        )
        context.set_default_timeout(PATIENCE)
        phone = cls(context.new_page(), name, shots)
        phone.page.on("pageerror", lambda error: phone.faults.append(str(error)))
        return phone

    def sign_in(self, link: str) -> None:
        self.page.goto(link)
        self.page.get_by_role("button", name="登录").tap()
        self.ready()

    def ready(self) -> None:
        """The page has started, and shows the bot's greeting."""
        self.page.locator("body[data-ready]").wait_for()
        expect(self.newest).to_be_visible()

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def newest(self) -> Locator:
        """The bot's newest message, with its buttons."""
        return self.log.locator("li.from-bot").last

    def sees(self, text: str | re.Pattern[str], *, within: int = PATIENCE) -> Locator:
        """The newest message that says `text`; waits for it."""
        message = self.log.get_by_role("listitem").filter(has_text=text).last
        expect(message).to_be_visible(timeout=within)
        return message

    def tap(self, label: str, *, exact: bool = False) -> None:
        """The newest button of that name in the chat."""
        self.log.get_by_role("button", name=label, exact=exact).last.tap()

    def tap_for(self, label: str, text: str) -> Locator:
        """Tap, and again as people do when a busy phone has not taken the tap, until a message says `text`."""
        self.tap(label)
        try:
            return self.sees(text, within=PATIENCE // 4)
        except AssertionError:
            self.tap(label)
            return self.sees(text)

    def say(self, text: str) -> None:
        """Type and send; returns when the server has it."""
        self.write(text)
        expect(self.log.locator("li.own").last).to_contain_text("已保存")

    def write(self, text: str) -> None:
        self.page.get_by_role("textbox", name="输入消息").fill(text)
        self.page.get_by_role("button", name="发送", exact=True).tap()

    def command(self, description: str) -> None:
        """By the menu of commands beside the writing line."""
        self.page.get_by_role("button", name="功能菜单").tap()
        self.page.get_by_role("dialog").get_by_role("button", name=description).tap()

    def attach(self, field: str, *files: Path) -> None:
        """By the file field behind `field`'s button in the sheet of attachments."""
        self.page.get_by_role("button", name="添加附件").tap()
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("dialog").get_by_role("button", name=field, exact=True).tap()
        chooser.value.set_files(list(files))

    def record(self, seconds: int) -> None:
        """Speak into the microphone."""
        self.page.get_by_role("button", name="录音", exact=True).tap()
        expect(self.page.get_by_role("region", name="正在录音…")).to_be_visible()
        expect(self.page.locator("#elapsed")).to_have_text(re.compile(rf"0:(0[{seconds}-9]|[1-5]\d)"))
        self.page.get_by_role("button", name="完成并发送").tap()

    def begin(self, form: str) -> None:
        """Open the newest case and begin a record in it."""
        self.command("我的案件")
        self.sees("案件").get_by_role("button", name="〔20").first.tap()
        self.tap("制作文书")
        card = self.sees("请选择要制作的文书")
        stages = [each for each in card.get_by_role("button").all_inner_texts() if each.split()[-1].isdecimal()]
        while not self._offers(form):
            if self.newest.get_by_role("button", name="下一页").count():
                self._turn("下一页")
            else:
                self._turn(stages.pop(0))
        self._settle()
        self.tap(form)

    def _offers(self, form: str) -> bool:
        return bool(self.newest.get_by_role("button", name=form).count())

    def _turn(self, label: str) -> None:
        """Tap a button of the newest card and wait until it shows something else."""
        before = self.newest.inner_text()
        self.newest.get_by_role("button", name=label).first.tap()
        expect(self.newest).not_to_have_text(before)
        self._settle()

    def _settle(self) -> None:
        """Wait until the newest card is drawn whole and has stopped moving, however slow the machine."""
        shown = None
        while shown != (shown := (self.newest.inner_text(), self.newest.bounding_box())):
            self.page.wait_for_timeout(500)

    def fill(self, answers: Mapping[str, str | Sequence[str]], *, until: str = "") -> None:
        """Answer question after question, until the review card stands or a question holding `until` is asked.

        `answers`: part of a question -> what to do: plain text is typed, `tap:…` taps; a sequence does several in
        turn. What has no answer here takes what is offered, else is skipped.
        """
        seen = ""
        for _ in range(_STEPS):
            seen = self.next_card(seen)
            if self.newest.get_by_role("button", name=_REVIEW).count() or (until and until in seen):
                return
            doings = next((answer for part, answer in answers.items() if part in seen), None) or self._easiest()
            for number, doing in enumerate([doings] if isinstance(doings, str) else doings):
                seen = self.next_card(seen) if number else seen
                if doing.startswith("tap:"):
                    self.newest.get_by_role("button", name=doing.removeprefix("tap:")).first.tap()
                else:
                    self.say(doing)
        raise AssertionError(f"the record does not end; {self.name} sees: {seen}")

    def _easiest(self) -> str:
        labels = self.newest.get_by_role("button").all_inner_texts()
        for mark in ("采用：", "就这些", "跳过"):
            for label in labels:
                if mark in label:
                    return f"tap:{label}"
        raise AssertionError(f"{self.name} does not know what to answer: {self.newest.inner_text()}")

    def asked(self, part: str) -> None:
        """Waits until the question at the end of the chat holds `part`."""
        expect(self.newest.filter(has_text=part).get_by_role("button", name=_QUESTION, exact=True)).to_be_visible()

    def reviewed(self) -> None:
        """Waits until a review card that can be confirmed is at the end of the chat."""
        expect(self.newest.get_by_role("button", name="确认并定稿")).to_be_visible()

    def shares_until(self, text: str) -> set[str]:
        """The percentages the chat shows until a message says `text`."""
        shares: set[str] = set()
        ends = time.monotonic() + 3 * PATIENCE / 1000
        arrived = self.log.get_by_role("listitem").filter(has_text=text)
        while time.monotonic() < ends and not arrived.count():
            shares |= set(re.findall(r"(\d+)%", self.log.inner_text()))
            self.page.wait_for_timeout(150)
        return shares

    def plays(self, caption: str) -> float:
        """Start the newest sound whose caption holds `caption` as its play button does; its length in seconds."""
        player = self.sees(caption).locator("audio")
        expect(player).to_be_visible()
        moved = "a => a.play().then(() => new Promise(done => a.addEventListener('timeupdate', done, {once: true})))"
        player.evaluate(moved)
        return float(player.evaluate("a => { a.pause(); return a.duration; }"))

    def next_card(self, before: str) -> str:
        """The text of the question or review card at the end of the chat, once it is another than `before`."""
        ends, text = time.monotonic() + PATIENCE / 1000, ""
        while time.monotonic() < ends:
            try:
                text = self.newest.inner_text(timeout=1000)
            except Error:  # the card was being renewed just then
                continue
            if text != before and {_QUESTION, _REVIEW} & set(text.splitlines()):
                return text
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no next question; {self.name} sees: {text}")

    def draw(self, label: str, picture: str = "") -> None:
        """Sign as `label` on the page that opens over the chat, and come back; `picture`: name of a screenshot."""
        pages = self.log.get_by_role("button", name="打开签名页")
        before = pages.count()
        self.tap(f"{label}签名")
        expect(pages).to_have_count(before + 1)  # a page of an earlier round is used up
        self.sees(f"（{label}）")
        self.tap("打开签名页")
        frame = self.page.frame_locator("dialog iframe")
        self.scribble(frame)
        if picture:
            self.shoot(picture)
        frame.get_by_role("button", name="确认签名").tap()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def scribble(self, frame: FrameLocator) -> None:
        pad = frame.get_by_role("img", name="签名区")
        expect(pad).to_be_visible()
        box = pad.bounding_box()
        assert box is not None
        strokes = [[(0.15, 0.3), (0.3, 0.28), (0.22, 0.7)], [(0.4, 0.25), (0.38, 0.75), (0.55, 0.6), (0.85, 0.35)]]
        for stroke in strokes:
            points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            self.page.mouse.move(*points[0])
            self.page.mouse.down()
            for point in points[1:]:
                self.page.mouse.move(*point, steps=6)
            self.page.mouse.up()

    def paper(self, title: str, kind: str, *, copies: int = 1) -> bytes:
        """The newest of the `copies` papers of that title, once they have come; it lies beside the screenshots."""
        links = self.log.get_by_role("link", name=re.compile(rf"下载 {title}.*\.{kind}"))
        expect(links).to_have_count(copies)
        address = urljoin(self.page.url, str(links.last.get_attribute("href")))
        data = self.page.request.get(address).body()
        (self.shots / f"{title}.{kind}").write_bytes(data)
        return data

    def shoot(self, name: str) -> None:
        """A picture of the screen as it is now; nothing may stick out of it."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
        self.page.wait_for_timeout(300)  # until smooth scrolling has come to rest
        self.page.screenshot(path=self.shots / f"{name}.png")
