"""Every call the web chat serves, every result and every inbound update conforms to the published Bot API."""

from __future__ import annotations

from typing import Any

import pytest

from bot.transports.webchat.botapi import FileClaim, MiniBotApi, Upload
from bot.transports.webchat.botapi.api import METHODS
from models.database import Database
from tests.transports.conformance import BotApiSchema, bot_api
from tests.transports.conftest import inbound_bodies
from tests.transports.samples import FILM, PDF, chunks, picture, sound

BUTTONS = {
    "inline_keyboard": [
        [{"text": "是", "callback_data": "q1:yes:7", "style": "primary"}, {"text": "否", "callback_data": "q1:no:7"}],
        [{"text": "签名", "url": "https://zhilu.example/sign/abc"}],
    ]
}


@pytest.fixture(scope="module")
def schema() -> BotApiSchema:
    return bot_api()


class Caller:
    """Calls, and checks both the call and its result."""

    def __init__(self, api: MiniBotApi, schema: BotApiSchema) -> None:
        self.api = api
        self.schema = schema
        self.called: set[str] = set()

    async def __call__(self, method: str, files: dict[str, Upload] | None = None, **params: Any) -> Any:
        assert self.schema.call_faults(method, params) == []
        result = await self.api.call(method, params, files or {}, None)
        assert self.schema.result_faults(method, result) == []
        self.called.add(method)
        return result


async def test_every_method_and_result_conforms(api: MiniBotApi, schema: BotApiSchema) -> None:
    call = Caller(api, schema)
    await call("getMe")
    sent = await call(
        "sendMessage", chat_id=1, text="<b>检查</b>地点 &amp; 时间", parse_mode="HTML", reply_markup=BUTTONS
    )
    await call("sendMessage", chat_id=1, text="回复", reply_parameters={"message_id": sent["message_id"]})
    await call("sendLocation", chat_id=1, latitude=38.9, longitude=121.6, horizontal_accuracy=12.5)
    media = {"photo": picture(), "document": PDF, "voice": sound(), "audio": sound(), "video": FILM}
    for kind, data in media.items():
        upload = {"a": Upload(f"某{kind}.bin", chunks(data))}
        said = {"duration": 3} if kind in ("voice", "audio", "video") else {}
        message = await call(
            f"send{kind.title()}",
            upload,
            chat_id=1,
            caption="<i>说明</i>",
            parse_mode="HTML",
            **{kind: "attach://a"},
            **said,
        )
        held = message[kind][0] if kind == "photo" else message[kind]
        file = await call("getFile", file_id=held["file_id"])
        assert file["file_size"] == len(data)
    await call("editMessageCaption", chat_id=1, message_id=message["message_id"], caption="新说明")
    await call("editMessageText", chat_id=1, message_id=sent["message_id"], text="改", reply_markup=BUTTONS)
    query = await api.press_button(1, sent["message_id"], "q1:yes:7", client_id="press-0001")
    await call("answerCallbackQuery", callback_query_id=query, text="好", show_alert=True)
    await call("editMessageReplyMarkup", chat_id=1, message_id=sent["message_id"])
    await call("sendChatAction", chat_id=1, action="typing")
    await call("setMyCommands", commands=[{"command": "record", "description": "开始记录"}], language_code="zh")
    await call("deleteMessage", chat_id=1, message_id=sent["message_id"])
    assert call.called == set(METHODS)


def test_every_parameter_served_exists_in_the_bot_api(schema: BotApiSchema) -> None:
    for name, method in METHODS.items():
        published = {field["name"] for field in schema.methods[name].get("fields", [])}
        served = {*method.signature.required, *method.signature.optional}
        assert served <= published, name
        demanded = {field["name"] for field in schema.methods[name].get("fields", []) if field["required"]}
        assert demanded <= set(method.signature.required), name


async def test_every_inbound_update_conforms(api: MiniBotApi, schema: BotApiSchema, database: Database) -> None:
    sent = await api.call("sendMessage", {"chat_id": 1, "text": "问", "reply_markup": BUTTONS}, {}, None)
    await api.receive_text(1, "/record 现场", client_id="client-0001")
    await api.receive_location(1, 38.9, 121.6, 2000.0, client_id="client-0002")
    await api.press_button(1, sent["message_id"], "q1:no:7", client_id="client-0003")
    media = {"photo": picture(), "document": PDF, "voice": sound(), "audio": sound(), "video": FILM}
    for number, (kind, data) in enumerate(media.items()):
        claim = FileClaim(kind, f"名{kind}", "说明", seconds=2, width=640, height=480, group="g1")
        await api.receive_file(1, claim, chunks(data), client_id=f"client-1{number:03}")
    bodies = await inbound_bodies(database)
    assert len(bodies) == 8
    for body in bodies:
        assert schema.faults_of(body, "Update") == []
    assert [body["update_id"] for body in bodies] == sorted({body["update_id"] for body in bodies})
    kinds = [next(iter(set(body.get("message", {})) & {*media, "text", "location"}), "callback") for body in bodies]
    assert kinds == ["text", "location", "callback", *media]


def test_the_validator_itself_finds_faults(schema: BotApiSchema) -> None:
    good = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    assert schema.faults_of(good, "Message") == []
    assert schema.faults_of({**good, "date": "1"}, "Message") == ["Message.date: no Integer: '1'"]
    assert schema.faults_of({**good, "date": True}, "Message") == ["Message.date: no Integer: True"]
    assert schema.faults_of({**good, "chatter": 1}, "Message") == ["Message.chatter: unknown"]
    assert schema.faults_of({"message_id": 1, "date": 1}, "Message") == ["Message.chat: missing"]
    assert schema.faults_of({**good, "photo": [{"file_id": "x"}]}, "Message") != []
    assert schema.faults_of({**good, "photo": {}}, "Message") == ["Message.photo: no array"]
