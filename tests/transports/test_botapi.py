"""The mini Bot API refuses what Telegram refuses, in Telegram's words, and does a keyed call once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from bot.transports.webchat.botapi import ApiError, FileClaim, MiniBotApi, Upload, reading
from bot.transports.webchat.botapi.media import safe_name
from bot.transports.webchat.botapi.texts import parsed, utf16_length
from models.database import Database
from models.errors import InvalidInput, Stale
from models.tables import Officer, WebEvent, WebMessage
from tests.transports.conftest import LIMITS, inbound_bodies
from tests.transports.samples import PDF, chunks, picture, sound


def keyboard(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


async def refusal(api: MiniBotApi, method: str, **params: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        await api.call(method, params)
    return caught.value.error_code, caught.value.description


async def count(database: Database, table: type[WebMessage] | type[WebEvent]) -> int:
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("sendPoll", {}, (404, "Not Found: method not found")),
        ("sendMessage", {"chat_id": 1}, (400, 'Bad Request: parameter "text" is required')),
        ("sendMessage", {"chat_id": "1", "text": "x"}, (400, 'Bad Request: parameter "chat_id" has a wrong type')),
        ("sendMessage", {"chat_id": True, "text": "x"}, (400, 'Bad Request: parameter "chat_id" has a wrong type')),
        ("sendMessage", {"chat_id": 1, "text": "x", "y": 1}, (400, 'Bad Request: parameter "y" is not supported')),
        ("sendMessage", {"chat_id": 3, "text": "x"}, (400, "Bad Request: chat not found")),
        ("sendMessage", {"chat_id": 1, "text": " \n"}, (400, "Bad Request: message text is empty")),
        ("sendMessage", {"chat_id": 1, "text": "字" * 4097}, (400, "Bad Request: message is too long")),
        ("sendMessage", {"chat_id": 1, "text": "😀" * 2049}, (400, "Bad Request: message is too long")),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "parse_mode": "Markdown"},
            (400, "Bad Request: unsupported parse_mode"),
        ),
        (
            "editMessageText",
            {"chat_id": 1, "message_id": 9, "text": "x"},
            (400, "Bad Request: message to edit not found"),
        ),
        ("deleteMessage", {"chat_id": 1, "message_id": 9}, (400, "Bad Request: message to delete not found")),
        (
            "sendPhoto",
            {"chat_id": 1, "photo": "nothing"},
            (400, "Bad Request: wrong file identifier/HTTP URL specified"),
        ),
        ("getFile", {"file_id": "nothing"}, (400, "Bad Request: invalid file_id")),
        ("sendChatAction", {"chat_id": 1, "action": "dance"}, (400, "Bad Request: wrong parameter action in request")),
        (
            "answerCallbackQuery",
            {"callback_query_id": "99"},
            (400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        ),
    ],
)
async def test_refusals(
    api: MiniBotApi, database: Database, method: str, params: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert await refusal(api, method, **params) == expected
    assert await count(database, WebMessage) == await count(database, WebEvent) == 0


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "javascript:alert(1)"}, "BUTTON_URL_INVALID"),
        ({"text": "x"}, "BUTTON_TYPE_INVALID"),
        ({"text": "x", "callback_data": "a", "url": "http://a.b"}, "BUTTON_TYPE_INVALID"),
        ({"text": " ", "callback_data": "a"}, "can't parse inline keyboard button: Text must be non-empty"),
    ],
)
async def test_buttons_are_checked(api: MiniBotApi, button: dict[str, str], description: str) -> None:
    refused = await refusal(api, "sendMessage", chat_id=1, text="x", reply_markup=keyboard([button]))
    assert refused == (400, f"Bad Request: {description}")


async def test_64_bytes_of_callback_data_fit(api: MiniBotApi) -> None:
    button = {"text": "x", "callback_data": "字" * 21 + "a"}
    sent = await api.call("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": keyboard([button])})
    assert sent["reply_markup"] == keyboard([button])


def test_html_becomes_entities_in_utf16_units() -> None:
    text, entities = parsed('  😀<b>粗<i>斜</i></b> &lt;a&gt; & <a href="https://a.b/?x=1&amp;y=2">链</a>\n', "HTML")
    assert text == "😀粗斜 <a> & 链"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 11, "length": 1, "url": "https://a.b/?x=1&y=2"},
    ]


@pytest.mark.parametrize(
    "source",
    [
        *("<b>x", "x</b>", "<b><i>x</b></i>", "<p>x</p>", "a < b", "<b", "<b>x</b", "<b/>", '<b class="x">y</b>'),
        *('<a href="javascript:1">x</a>', "<a>x</a>", "<script>x</script>", "<!-- x -->", "<?x?>", "<![CDATA[x]]>"),
    ],
)
def test_malformed_html_is_refused(source: str) -> None:
    with pytest.raises(ApiError, match="can't parse entities"):
        parsed(source, "HTML")


@given(st.text(alphabet="ab<>&;/b \n😀字\"'#x1=", max_size=40))
def test_html_is_refused_or_its_entities_lie_within_the_text(source: str) -> None:
    try:
        text, entities = parsed(source, "HTML")
    except ApiError:
        return
    assert text == text.strip()
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(text)


@given(st.text(max_size=60))
def test_escaped_text_comes_back_whole(source: str) -> None:
    from html import escape

    plain, _ = parsed(source, None)
    assert parsed(escape(source, quote=False), "HTML") == (plain, [])


async def test_a_repeated_key_returns_the_first_result_and_does_nothing(api: MiniBotApi, database: Database) -> None:
    params = {"chat_id": 1, "text": "一次"}
    first, *others = await asyncio.gather(*(api.call("sendMessage", params, key="outbound:7") for _ in range(5)))
    assert all(other == first for other in others)
    assert await api.call("sendMessage", {**params, "text": "另一"}, key="outbound:7") == first
    assert await count(database, WebMessage) == await count(database, WebEvent) == 1


async def test_a_refused_call_does_not_use_up_its_key(api: MiniBotApi) -> None:
    with pytest.raises(ApiError):
        await api.call("sendMessage", {"chat_id": 1, "text": ""}, key="outbound:8")
    assert (await api.call("sendMessage", {"chat_id": 1, "text": "好"}, key="outbound:8"))["text"] == "好"


async def test_editing(api: MiniBotApi, database: Database) -> None:
    markup = keyboard([{"text": "是", "callback_data": "y"}])
    sent = await api.call("sendMessage", {"chat_id": 1, "text": "问", "reply_markup": markup})
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    assert (await refusal(api, "editMessageText", **place, text="问", reply_markup=markup))[1].startswith(
        "Bad Request: message is not modified"
    )
    edited = await api.call("editMessageText", {**place, "text": "答"})
    assert edited["text"] == "答" and "reply_markup" not in edited and edited["edit_date"] >= sent["date"]
    assert (await refusal(api, "editMessageText", **place, text="答"))[1].startswith(
        "Bad Request: message is not modified"
    )
    assert (await refusal(api, "editMessageCaption", **place, caption="x"))[1].endswith(
        "no caption in the message to edit"
    )
    await api.receive_text(1, "我的", client_id="client-0001")
    assert (await refusal(api, "editMessageText", chat_id=1, message_id=2, text="x"))[
        1
    ] == "Bad Request: message can't be edited"
    await api.call("deleteMessage", place)
    assert (await refusal(api, "editMessageText", **place, text="x"))[1] == "Bad Request: message to edit not found"
    async with database.reading() as session:
        page = await reading.events(session, 1, 0)
        shown = await reading.history(session, 1, None)
    assert [event["kind"] for event in page["events"]] == ["message", "edited", "message", "deleted"]
    assert [item["message"]["message_id"] for item in shown["messages"]] == [2]


async def test_concurrent_sends_get_their_own_numbers(api: MiniBotApi) -> None:
    sent = await asyncio.gather(*(api.call("sendMessage", {"chat_id": 1, "text": str(n)}) for n in range(20)))
    assert sorted(message["message_id"] for message in sent) == list(range(1, 21))


async def test_deactivated_people_get_nothing(api: MiniBotApi, database: Database) -> None:
    async with database.transaction() as session:
        officer = await session.get(Officer, 2)
        assert officer is not None
        officer.active = False
        session.add(officer)
    assert await refusal(api, "sendMessage", chat_id=2, text="x") == (403, "Forbidden: user is deactivated")


async def test_the_same_client_id_stores_once(api: MiniBotApi, database: Database) -> None:
    texts = await asyncio.gather(*(api.receive_text(1, "同一条", client_id="client-0001") for _ in range(4)))
    assert len({text["message"]["message_id"] for text in texts}) == 1
    claim = FileClaim("photo", "a.jpg")
    photos = [await api.receive_file(1, claim, chunks(picture()), client_id="client-0002") for _ in range(3)]
    assert len({photo["message"]["message_id"] for photo in photos}) == 1
    sent = await api.call(
        "sendMessage", {"chat_id": 1, "text": "问", "reply_markup": keyboard([{"text": "是", "callback_data": "y"}])}
    )
    presses = {await api.press_button(1, sent["message_id"], "y", client_id="client-0003") for _ in range(3)}
    assert len(presses) == 1
    assert len(await inbound_bodies(database)) == 3


async def test_the_same_client_id_of_two_people_are_two_messages(api: MiniBotApi, database: Database) -> None:
    await api.receive_text(1, "甲", client_id="client-0001")
    await api.receive_text(2, "乙", client_id="client-0001")
    assert [body["message"]["text"] for body in await inbound_bodies(database)] == ["甲", "乙"]


async def test_buttons_no_longer_shown_are_refused(api: MiniBotApi, database: Database) -> None:
    markup = keyboard([{"text": "是", "callback_data": "r1:yes"}])
    sent = await api.call("sendMessage", {"chat_id": 1, "text": "问", "reply_markup": markup})
    renewed = keyboard([{"text": "是", "callback_data": "r2:yes"}])
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    await api.call("editMessageReplyMarkup", {**place, "reply_markup": renewed})
    for chat, message_id, data in (
        (1, sent["message_id"], "r1:yes"),
        (2, sent["message_id"], "r2:yes"),
        (1, 99, "r2:yes"),
    ):
        with pytest.raises(Stale) as caught:
            await api.press_button(chat, message_id, data, client_id="client-0001")
        assert caught.value.code == "button.stale"
    assert await inbound_bodies(database) == []
    assert await api.press_button(1, sent["message_id"], "r2:yes", client_id="client-0001")


@pytest.mark.parametrize(
    ("claim", "data", "code"),
    [
        (FileClaim("photo"), b"", "upload.empty"),
        (FileClaim("document"), b"x" * (LIMITS.upload_bytes + 1), "upload.too_large"),
        (FileClaim("sticker"), b"x", "upload.kind_unknown"),
        (FileClaim("voice", seconds=LIMITS.recording_seconds + 1), b"x", "upload.recording_too_long"),
        (FileClaim("voice", seconds=-1), b"x", "upload.invalid"),
        (FileClaim("photo", group="../.."), b"x", "upload.invalid"),
        (FileClaim("photo", caption="字" * 1025), b"x", "caption.too_long"),
    ],
)
async def test_bad_uploads_change_nothing(
    api: MiniBotApi, database: Database, tmp_path: Path, claim: FileClaim, data: bytes, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await api.receive_file(1, claim, chunks(data), client_id="client-0001")
    assert caught.value.code == code
    assert await inbound_bodies(database) == []
    assert not list(tmp_path.glob("webchat/*")) + list(tmp_path.glob("webchat/.part-*"))


@pytest.mark.parametrize(
    ("kind", "data", "becomes", "media_type"),
    [
        ("photo", PDF, "document", "application/pdf"),
        ("photo", b"\xff\xd8\xff" + b"broken" * 9, "document", "image/jpeg"),
        ("photo", picture(3000, 2000, "PNG"), "document", "image/png"),  # more pixels than allowed
        ("voice", b"<script>alert(1)</script>", "document", "application/octet-stream"),
        ("voice", sound(), "voice", "audio/wav"),
        ("document", picture(), "document", "image/jpeg"),
    ],
)
async def test_the_bytes_decide_not_the_claim(
    api: MiniBotApi, kind: str, data: bytes, becomes: str, media_type: str
) -> None:
    stored = await api.receive_file(1, FileClaim(kind, "x.jpg"), chunks(data), client_id="client-0001")
    assert stored["message"][becomes]["mime_type"] == media_type


async def test_a_photo_tells_its_real_size(api: MiniBotApi) -> None:
    data = picture(123, 45)
    stored = await api.receive_file(1, FileClaim("photo", width=9, height=9), chunks(data), client_id="client-0001")
    (size,) = stored["message"]["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (123, 45, len(data))


async def test_a_keyed_call_with_a_file_keeps_one_file(api: MiniBotApi, tmp_path: Path) -> None:
    params = {"chat_id": 1, "document": "attach://a"}
    for _ in range(2):
        sent = await api.call("sendDocument", params, {"a": Upload("文书.pdf", chunks(PDF))}, "outbound:9")
    again = await api.call("sendDocument", {"chat_id": 2, "document": sent["document"]["file_id"]})
    assert again["document"]["file_id"] != sent["document"]["file_id"]
    assert again["document"]["file_name"] == "文书.pdf"
    assert len(list((tmp_path / "webchat").iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\笔录.pdf", "笔录.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("a\0b\n.txt", "ab.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ('a<b>"c".txt', "a_b__c_.txt"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


async def test_texts_lose_what_no_database_can_hold(api: MiniBotApi) -> None:
    stored = await api.receive_text(1, "甲\0乙\ud800丙\r\n丁", client_id="client-0001")
    assert stored["message"]["text"] == "甲乙丙\n丁"


async def test_older_messages_are_paged(api: MiniBotApi, database: Database) -> None:
    for number in range(reading.PAGE + 5):
        await api.call("sendMessage", {"chat_id": 1, "text": str(number)})
    async with database.reading() as session:
        newest = await reading.history(session, 1, None)
        older = await reading.history(session, 1, newest["messages"][0]["message"]["message_id"])
    assert (len(newest["messages"]), newest["more"]) == (reading.PAGE, True)
    assert ([item["message"]["text"] for item in older["messages"]], older["more"]) == (
        ["0", "1", "2", "3", "4"],
        False,
    )


async def test_the_command_menu_of_a_chat_and_language_goes_first(api: MiniBotApi, database: Database) -> None:
    def menu(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": "x"}]

    await api.call("setMyCommands", {"commands": menu("all")})
    await api.call("setMyCommands", {"commands": menu("zh"), "language_code": "zh"})
    await api.call("setMyCommands", {"commands": menu("chief"), "scope": {"type": "chat", "chat_id": 1}})
    async with database.reading() as session:
        shown = [await reading.commands(session, chat, code) for chat, code in ((1, "zh"), (2, "zh"), (2, "en"))]
    assert shown == [menu("chief"), menu("zh"), menu("all")]
