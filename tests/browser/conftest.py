"""One demonstration and its people's phones, shared by the chapters of a story."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.phone import PATIENCE, Phone
from tests.browser.server import DemoServer
from tests.support.need import need, shared

CHROMIUM = Path("/usr/bin/chromium")
VOICE = "audio/diamoe_chengdu_male.wav"  # two and a half seconds of Sichuanese
INTERVIEW = "audio/interview_noisy.ogg"  # 110 s of two people
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
)


@dataclass
class Town:
    """The server, and who uses it. `broken`: the chapter after which the story cannot go on."""

    server: DemoServer
    browser: Browser
    shots: Path
    interview: Path
    broken: str = ""
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, name: str) -> Phone:
        """The person's phone, signed in by the link of the banner when it is first asked for."""
        if name not in self.phones:
            phone = self.phones[name] = Phone.of(self.browser, name, self.shots)
            phone.sign_in(self.server.links[name])
        return self.phones[name]

    @property
    def faults(self) -> list[str]:
        return [f"{name}: {fault}" for name, phone in self.phones.items() for fault in phone.faults]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    need(CHROMIUM.exists(), "Chromium is not installed")
    voice, interview = shared(VOICE), shared(INTERVIEW)
    folder = tmp_path_factory.mktemp("town")
    shots = Path(os.environ.get("ZHILU_SCREENSHOTS") or folder / "screenshots")
    shots.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    server = DemoServer(folder)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}%noloop"]
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            yield Town(server, browser, shots, interview)
            browser.close()
    finally:
        try:
            server.stop()
        except subprocess.TimeoutExpired:
            pytest.fail(f"the server does not end:\n{server.tail()}")


@pytest.fixture(autouse=True)
def chapter(request: pytest.FixtureRequest, town: Town) -> Iterator[None]:
    """A chapter needs the ones before it; a failing one leaves pictures of every phone."""
    if town.broken:
        pytest.fail(f"the story broke off in {town.broken}", pytrace=False)
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        town.broken = request.node.name
        for name, phone in town.phones.items():
            phone.page.screenshot(path=town.shots / f"failed-{name}.png")
        print(town.server.tail())
    assert town.faults == []
