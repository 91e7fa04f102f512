"""An agency switches channels on and off by the command line; what it gives is kept, its secret nowhere else."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.channels.conftest import SECRET, Mailbox
from tests.cli.conftest import Zhilu, data, zhilu
from tests.support.house import demo_database

__all__ = ["data", "zhilu"]  # fixtures
CODE = "xigang-finance"
CHANNEL = ("admin", "agency", "channel", CODE)
URL = "https://hook.example/robot?key=topsecretkey"


@pytest.fixture
def demo(data: Path) -> Path:
    data.mkdir()
    shutil.copy(asyncio.run(demo_database()), data / "zhilu.db")
    return data


def stored(folder: Path, query: str) -> list[Any]:
    with sqlite3.connect(folder / "zhilu.db") as database:
        return list(database.execute(query))


def kept(folder: Path) -> dict[str, Any]:
    return json.loads(stored(folder, f"SELECT channels FROM agency WHERE code = '{CODE}'")[0][0])


def leaves(folder: Path) -> list[str]:
    rows = stored(folder, "SELECT * FROM ledgerleaf WHERE kind = 'agency.channel_decided' ORDER BY seq")
    return [" ".join(map(str, row)) for row in rows]


def test_a_webhooks_secret_is_made_and_shown_once(demo: Path, zhilu: Zhilu) -> None:
    ran = zhilu(*CHANNEL, "webhook", "--allow", "--url", URL)
    assert ran.code == 0, ran.err
    said, secret = ran.out.splitlines()
    assert "webhook is allowed" in said and "not shown again" in ran.err
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert kept(demo) == {"webhook": {"url": URL, "secret": secret}}
    listed = zhilu(*CHANNEL).out
    flat = "".join(listed.split())
    assert "https://hook.example/robot?…" in flat and "topsecretkey" not in flat and secret not in flat
    again = zhilu(*CHANNEL, "webhook", "--allow", "--url", "https://new.example/")
    assert again.out.count("\n") == 1, "the secret stands and is not shown again"
    assert kept(demo)["webhook"]["secret"] == secret
    assert zhilu(*CHANNEL, "webhook", "--forbid").code == 0
    assert kept(demo) == {}
    ledger = "\n".join(leaves(demo))
    assert len(leaves(demo)) == 3 and "hook.example" in ledger
    assert secret not in ledger and "topsecretkey" not in ledger and secret[6:] not in ledger
    assert zhilu("verify").code == 0


def test_a_secret_of_ones_own_comes_in_a_file(demo: Path, zhilu: Zhilu, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    ran = zhilu(*CHANNEL, "webhook", "--allow", "--url", URL, "--secret-file", file)
    assert ran.code == 0 and SECRET not in ran.out + ran.err
    assert kept(demo)["webhook"]["secret"] == SECRET


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("email", "--allow"), "ZHILU_SMTP_HOST"),
        (("webhook", "--allow"), "--url"),
        (("webhook", "--allow", "--url", "ftp://x.example"), "http://"),
        (("webhook", "--forbid"), "off already"),
        (("webhook", "--forbid", "--url", URL), "--allow only"),
        (("webhook",), "--test"),
        (("pigeon", "--allow"), "email、webhook"),
        (("--allow",), "Name the channel"),
        (("webhook", "--test", "林晓舟"), "not switched on"),
        (("webhook", "--test", "nobody"), "Nobody"),
        (("webhook", "--allow", "--url", URL, "--secret-file", "/nothing/here"), "no file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(demo: Path, zhilu: Zhilu, arguments: tuple[str, ...], said: str) -> None:
    ran = zhilu(*CHANNEL, *arguments)
    assert (ran.code, ran.out) == (2, ""), ran
    assert said in ran.err and ran.err.count("\n") == 1
    assert kept(demo) == {} and leaves(demo) == []


def test_email_needs_a_mail_server_and_nothing_else(
    demo: Path, zhilu: Zhilu, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in mailbox.settings().items():
        monkeypatch.setenv(f"ZHILU_{name.upper()}", str(value))
    assert zhilu(*CHANNEL, "email", "--allow", "--url", URL).code == 2
    assert zhilu(*CHANNEL, "email", "--allow").code == 0
    assert f"127.0.0.1:{mailbox.port}" in zhilu(*CHANNEL).out
    ran = zhilu(*CHANNEL, "email", "--test", "林晓舟")
    assert ran.code == 2 and "/channels" in ran.err, "the person has confirmed no address"
    with sqlite3.connect(demo / "zhilu.db") as database:
        [(officer,)] = database.execute("SELECT id FROM officer WHERE name = '林晓舟'")
        database.execute(
            "INSERT INTO alertchannel (officer_id, channel, address, position, enabled, set_at) "
            "VALUES (?, 'email', 'lin@gov.example', 1, 1, '2026-01-01 00:00:00')",
            (officer,),
        )
    assert zhilu(*CHANNEL, "email", "--test", "林晓舟").code == 0
    assert "测试" in mailbox.text() and mailbox.letters[0][0] == ["lin@gov.example"]
    mailbox.answers = ["550 unknown"]
    ran = zhilu(*CHANNEL, "email", "--test", "林晓舟")
    assert ran.code == 1 and "550" in ran.err
    assert zhilu(*CHANNEL, "email", "--test", "何庆云").code == 2, "of another agency"


@pytest.fixture
def taker() -> Iterator[tuple[str, list[bytes]]]:
    taken: list[bytes] = []

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Take) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", taken
        server.shutdown()


def test_a_test_notice_goes_out_with_the_switch(demo: Path, zhilu: Zhilu, taker: tuple[str, list[bytes]]) -> None:
    url, taken = taker
    ran = zhilu(*CHANNEL, "webhook", "--allow", "--url", url)
    assert ran.code == 0
    with sqlite3.connect(demo / "zhilu.db") as database:
        database.execute("UPDATE officer SET language = 'en' WHERE name = '林晓舟'")
    ran = zhilu(*CHANNEL, "webhook", "--test", "XG210203001")
    assert ran.code == 0 and "Delivered to 林晓舟" in ran.out, ran.err
    [body] = taken
    assert "test by your administrator" in body.decode() and "XG210203001" not in body.decode()
