"""The page's server: signing in once, own files only, limits, and polite refusals."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse, WSMsgType
from sqlmodel import select

from bot.transports.webchat.botapi import MiniBotApi, Upload
from models.tables import ChatAccount, Officer
from tests.transports.conftest import LIMITS, Page, inbound_bodies
from tests.transports.samples import PDF, chunks, drawing, picture


async def problem(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json())["error"]


async def upload(page: Page, data: bytes, client_id: str = "client-0001", **said: str) -> ClientResponse:
    headers = {f"X-Zhilu-{name}": quote(value) for name, value in {"Kind": "document", **said}.items()}
    return await page.client.post("/api/files", data=data, headers={**headers, "X-Zhilu-Client-Id": client_id})


async def test_a_link_signs_in_once_and_greets(page: Page) -> None:
    link = f"/sign-in/{await page.link(3)}"
    preview = await page.client.get(link)
    assert preview.status == 200 and "赵强" in await preview.text()
    answer = await page.client.post(link, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    [cookie] = [each for each in answer.headers.getall("Set-Cookie") if each.startswith("zhilu_session=")]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
    assert (await page.client.get("/")).status == 200
    (body,) = await inbound_bodies(page.database)
    assert body["message"]["text"] == "/start" and body["message"]["from"]["first_name"] == "赵强"
    async with page.database.reading() as session:
        bound = (await session.exec(select(ChatAccount).where(ChatAccount.officer_id == 3))).one()
    assert (bound.transport, bound.user_id, bound.chat_id) == ("webchat", 3, 3)
    assert page.woken == [1]
    for used in (await page.client.post(link), await page.client.get(link)):
        assert used.status == 410 and "管理员" in await used.text()


async def test_two_taps_on_one_link_open_one_session(page: Page) -> None:
    link = f"/sign-in/{await page.link(1)}"
    answers = await asyncio.gather(*(page.client.post(link, allow_redirects=False) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [303, 410, 410, 410, 410]


async def test_expired_and_unknown_links_say_what_to_do(page: Page) -> None:
    expired = await page.client.post(f"/sign-in/{await page.link(1, minutes=0)}")
    unknown = await page.client.post("/sign-in/abc", headers={"Accept-Language": "en"})
    assert (expired.status, unknown.status) == (410, 404)
    assert "已过期" in await expired.text()
    assert "Ask your administrator" in await unknown.text()


async def test_without_a_session_nothing_is_shown(page: Page) -> None:
    answer = await page.client.get("/", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/signed-out")
    assert (await page.client.get("/signed-out")).status == 200
    for path in ("/api/boot", "/api/history", "/api/events", "/ws"):
        assert await problem(await page.client.get(path)) == (401, "session.missing")
    for path in ("/api/messages", "/api/press", "/api/files", "/api/location", "/api/language"):
        assert await problem(await page.client.post(path, json={})) == (401, "session.missing")
    assert (await page.client.get("/files/abc")).status == 401


async def test_signing_out_revokes_the_session(page: Page) -> None:
    await page.sign_in(1)
    cookies = {cookie.key: cookie.value for cookie in page.client.session.cookie_jar}
    await page.client.post("/sign-out")
    page.client.session.cookie_jar.update_cookies(cookies)
    assert (await page.client.get("/api/boot")).status == 401


async def test_people_who_left_are_signed_out(page: Page) -> None:
    await page.sign_in(1)
    async with page.database.transaction() as session:
        officer = await session.get(Officer, 1)
        assert officer is not None
        officer.active = False
        session.add(officer)
    assert (await page.client.get("/api/boot")).status == 401


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_other_sites_are_refused(page: Page, headers: dict[str, str]) -> None:
    await page.sign_in(1)
    body = {"text": "x", "client_id": "client-0001"}
    assert await problem(await page.client.post("/api/messages", json=body, headers=headers)) == (403, "origin.refused")
    assert await problem(await page.client.get("/ws", headers=headers)) == (403, "origin.refused")


async def test_the_own_origin_is_served_by_either_name(page: Page) -> None:
    await page.sign_in(1)
    for number, origin in enumerate((f"http://127.0.0.1:{page.client.port}", "http://zhilu.example")):
        body = {"text": "x", "client_id": f"client-000{number}"}
        assert (await page.client.post("/api/messages", json=body, headers={"Origin": origin})).status == 200


async def test_security_headers_are_on_every_answer(page: Page) -> None:
    for path in ("/signed-out", "/healthz", "/nothing", "/sw.js", "/sign-in/x", "/api/boot"):
        answer = await page.client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/messages", {"text": "字" * 5000, "client_id": "client-0001"}, "text.too_long"),
        ("/api/messages", {"text": " ", "client_id": "client-0001"}, "text.empty"),
        ("/api/messages", {"text": "x", "client_id": "x y"}, "client_id.invalid"),
        ("/api/messages", {"text": 5, "client_id": "client-0001"}, "request.invalid"),
        ("/api/messages", [1], "request.invalid"),
        ("/api/press", {"message_id": True, "data": "x", "client_id": "client-0001"}, "request.invalid"),
        ("/api/press", {"message_id": 2**70, "data": "x", "client_id": "client-0001"}, "request.invalid"),
        ("/api/location", {"latitude": 91, "longitude": 0, "client_id": "client-0001"}, "location.invalid"),
        ("/api/location", {"latitude": "38", "longitude": 0, "client_id": "client-0001"}, "request.invalid"),
        ("/api/language", {"language": "fr"}, "request.invalid"),
    ],
)
async def test_unusable_requests_get_a_sentence(page: Page, path: str, body: Any, code: str) -> None:
    await page.sign_in(1)
    answer = await page.client.post(path, json=body)
    assert await problem(answer) == (400, code)
    assert "{" not in (await answer.json())["text"]
    assert len(await inbound_bodies(page.database)) == 1  # the greeting


async def test_a_long_text_is_told_its_length(page: Page) -> None:
    await page.sign_in(1)
    answer = await page.client.post("/api/messages", json={"text": "字" * 5000, "client_id": "client-0001"})
    assert (await answer.json())["text"] == "消息共 5000 字，最多 4096 字。请分段发送，或以文件发送。"


async def test_broken_json_and_unknown_pages_are_polite(page: Page) -> None:
    await page.sign_in(1)
    assert await problem(await page.client.post("/api/messages", data=b"{")) == (400, "request.invalid")
    assert await problem(await page.client.post("/api/messages", data=b"x" * 4_000_000)) == (413, "upload.too_large")
    assert await problem(await page.client.get("/api/events?after=x")) == (400, "request.invalid")
    missing = await page.client.get("/nothing")
    assert missing.status == 404 and "此网址没有内容" in await missing.text()


async def test_a_fault_of_ours_shows_no_traceback(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    await page.sign_in(1)

    async def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(MiniBotApi, "receive_text", broken)
    answer = await page.client.post("/api/messages", json={"text": "x", "client_id": "client-0001"})
    assert await problem(answer) == (500, "server.fault")
    assert "secret" not in await answer.text()


async def test_floods_are_slowed_down(page: Page) -> None:
    await page.sign_in(1)
    answers = [await page.client.post("/api/messages", json={}) for _ in range(80)]
    assert answers[0].status == 400 and answers[-1].status == 429 and answers[-1].headers["Retry-After"] == "2"


async def test_files_belong_to_one_person(page: Page, api: MiniBotApi) -> None:
    sent = await api.call(
        "sendDocument", {"chat_id": 2, "document": "attach://a"}, {"a": Upload("密.pdf", chunks(PDF))}
    )
    path = f"/files/{sent['document']['file_id']}"
    await page.sign_in(1)
    assert (await page.client.get(path)).status == 404
    await page.sign_in(2)
    answer = await page.client.get(path)
    assert (answer.status, await answer.read()) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{quote('密.pdf')}"
    saved = await page.client.get(path + "?download")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    part = await page.client.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status, await part.read()) == (206, PDF[:4])


async def test_uploads_are_served_by_what_they_are(page: Page) -> None:
    await page.sign_in(1)
    stored = await (await upload(page, b"<html><script>alert(1)</script>", Name="照片.jpg", Kind="photo")).json()
    document = stored["message"]["document"]
    assert document["file_name"] == "照片.jpg"
    answer = await page.client.get(f"/files/{document['file_id']}")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_uploads_keep_their_limits(page: Page) -> None:
    await page.sign_in(1)
    large = await upload(page, b"x" * (LIMITS.upload_bytes + 1))
    assert await problem(large) == (413, "upload.too_large")
    assert await problem(await upload(page, b"")) == (400, "upload.empty")
    assert await problem(await upload(page, b"x", Seconds="-1")) == (400, "upload.invalid")
    assert await problem(await upload(page, b"x", Kind="virus")) == (400, "upload.kind_unknown")
    first = await upload(page, picture(), Kind="photo", Name="现场.jpg")
    again = await upload(page, picture(), Kind="photo", Name="现场.jpg")
    assert first.status == 200 and await first.json() == await again.json()
    assert len(await inbound_bodies(page.database)) == 2


async def test_stale_buttons_are_refused(page: Page, api: MiniBotApi) -> None:
    await page.sign_in(1)
    sent = await api.call("sendMessage", {"chat_id": 1, "text": "问"})
    body = {"message_id": sent["message_id"], "data": "y", "client_id": "client-0001"}
    answer = await page.client.post("/api/press", json=body)
    assert await problem(answer) == (409, "button.stale")
    assert (await answer.json())["text"] == "该按钮已失效，请使用最新消息中的按钮。"


async def test_events_are_pushed_in_order_from_where_one_left(page: Page, api: MiniBotApi) -> None:
    await page.sign_in(1)
    history = await (await page.client.get("/api/history")).json()
    assert [item["message"]["text"] for item in history["messages"]] == ["/start"]
    await api.call("sendMessage", {"chat_id": 1, "text": "错过的"})
    async with page.client.ws_connect(f"/ws?after={history['seq']}") as socket:
        assert (await socket.receive_json())["body"]["message"]["text"] == "错过的"
        await api.call("sendMessage", {"chat_id": 2, "text": "别人的"})
        await api.call("sendChatAction", {"chat_id": 1, "action": "typing"})
        sent = await api.call("sendMessage", {"chat_id": 1, "text": "新的"})
        await api.call("editMessageText", {"chat_id": 1, "message_id": sent["message_id"], "text": "改的"})
        events = [await socket.receive_json(timeout=5) for _ in range(3)]
    assert [event["kind"] for event in events] == ["chat_action", "message", "edited"]
    replay = await (await page.client.get(f"/api/events?after={history['seq']}")).json()
    assert [event["seq"] for event in replay["events"][1:]] == [event["seq"] for event in events]


async def test_a_revoked_session_loses_its_socket(page: Page, api: MiniBotApi) -> None:
    await page.sign_in(1)
    async with page.client.ws_connect("/ws?after=1000000") as socket:
        await page.client.post("/sign-out")
        api.bell.ring(1)
        closing = await socket.receive(timeout=5)
    assert (closing.type, closing.data) == (WSMsgType.CLOSE, 4401)


async def test_language_is_the_persons(page: Page) -> None:
    await page.sign_in(1)
    assert 'aria-label="添加附件"' in await (await page.client.get("/")).text()
    assert (await page.client.post("/api/language", json={"language": "en"})).status == 200
    shown = await (await page.client.get("/")).text()
    assert 'lang="en"' in shown and 'aria-label="Attach"' in shown


async def test_the_page_loads_no_inline_script_and_every_file_exists(page: Page) -> None:
    import re

    await page.sign_in(1)
    for path in ("/", "/sign/good", "/signed-out"):
        shown = await (await page.client.get(path)).text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", shown)
        for address in set(re.findall(r'(?:src|href)="(/static/[^"#]+)', shown)):
            answer = await page.client.get(address)
            assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
    worker = await (await page.client.get("/sw.js")).text()
    assert worker.startswith("const VERSION = ")


async def test_signing(page: Page) -> None:
    shown = await (await page.client.get("/sign/good")).text()
    assert "西财执检〔2026〕12号" in shown and "李&lt;b&gt;秀英" in shown
    assert "检查地点：黄河路1号\n检查经过：查看&lt;i&gt;财务室&lt;/i&gt;" in shown  # all of what is signed
    assert (await page.client.get("/sign/bad")).status == 404
    assert await problem(await page.client.post("/sign/good", data=b"x")) == (400, "signature.invalid")
    assert await problem(await page.client.post("/sign/good", data=picture())) == (400, "signature.invalid")
    assert await problem(await page.client.post("/sign/good", data=drawing(side=5000))) == (400, "signature.invalid")
    assert await problem(await page.client.post("/sign/good", data=drawing(blank=True))) == (400, "signature.blank")
    assert page.signing.taken == []
    assert (await page.client.post("/sign/good", data=drawing())).status == 200
    assert page.signing.taken == [drawing()]
    assert await problem(await page.client.post("/sign/good", data=drawing())) == (409, "signature.link_used")
    assert await problem(await page.client.post("/sign/good", data=drawing())) == (409, "signing.refused")
