"""A draft heard, corrected, compared and signed as officers do it, through either door. Only the model is replaced."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import col, select

from bot.intake import store_update
from bot.jobs.kinds import KINDS, Control, Tools
from bot.use_cases.access import conversation_of
from models.tables import Dictation, Evidence, Paper, Record, Transcript, TranscriptChange, TranscriptLine
from models.verify import verify
from tests.evidence.drafts import draft, turn
from tests.evidence.files import tone
from tests.papers.reading import docx_text
from tests.stories.xigang import AGENCY, INTERVIEW, begin, open_case, photo, sign_on_screen
from tests.support.filling import fill
from tests.support.house import Chat, House
from transcribe.marks import BY_LANGUAGE, Change, Proposal
from transcribe.transcript import Removed, Skipped

OTHER_AGENCY = "辽阳市住房公积金管理中心"
_numbers = itertools.count(10**13)


class Hears:
    """Stands for the speech model: hears what the test says next."""

    result: dict[str, Any]

    def __init__(self, tools: Tools) -> None: ...

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        return {"transcript": self.result}


@pytest.fixture(params=["webchat", "telegram"])
async def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setitem(cast(dict[str, Any], KINDS), "transcription", Hears)
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()


async def an_interview(house: House, officer: Chat) -> None:
    """The officer has sent a recording of 30 seconds at the question for it; its draft stands in the chat."""
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    async with house.app.database.transaction() as session:
        conversation = await conversation_of(await house.app.make_work(session), officer.id)
        conversation.focus = "dialogue"
        session.add(conversation)
    Hears.result = draft(
        turn(0, "账簿在哪里", "A"),
        turn(3, "会计王海拿走了", "B", proposals=(Proposal(2, 4, "汪海", 0.5),)),
        turn(6, "他挪用公款吗", "A", changes=(Change(1, 3, "罗用", BY_LANGUAGE),)),
        turn(14, "我不清楚", "B"),
        skipped=(Skipped(9.0, 12.5, "removed"),),
        removed=(Removed(9.0, 12.0, "请不吝点赞", "credits"),),
    )
    await officer.upload(tone(30), "audio", "interview.ogg")
    assert "的转写稿" in await officer.last(), await officer.transcript()


async def card(chat: Chat, part: str) -> str:
    """The newest message that says `part`."""
    return next(text for text in reversed(await chat.texts()) if part in text)


async def newest(house: House, table: Any) -> Any:
    async with house.app.database.reading() as session:
        return (await session.exec(select(table).order_by(col(table.id).desc()))).first()


async def sound(house: House, chat: Chat) -> str:
    """What is said under the newest message, which must be a voice message."""
    message = (await house.messages(chat.id))[-1]
    assert message["voice"]["mime_type"] == "audio/ogg", await chat.transcript()
    return str(message["caption"])


async def test_a_draft_is_heard_corrected_used_and_compared_once_sealed(house: House) -> None:
    officer, second = await house.person(AGENCY, "officer"), await house.person(AGENCY, "officer", 1)
    await an_interview(house, officer)
    shown = await card(officer, "的转写稿")
    assert "4. ? 0:09–0:12 [听不清]" in shown and "还有 1 行待定" in shown
    assert "“挪用”原听为“罗用”" in shown and "“王海”可能是“汪海”" in shown

    await officer.tap("从第 1 行听起")
    heard = await sound(house, officer)
    assert "录音录像 1 号摘录 0:00–0:02（非原件）" in heard and "账簿在哪里" in heard
    await officer.tap("下一行")
    assert "会计王海拿走了" in await sound(house, officer)
    await officer.tap("往前一点")
    assert "摘录 0:00–0:05" in await sound(house, officer)

    await officer.tap("✎ 第 2 行")
    await officer.tap("✓ 王海 → 汪海")
    await officer.tap("‹ 1")
    await officer.tap("改正文字")
    Hears.result = draft(turn(0, "公司的账簿在哪里"))
    await officer.upload(tone(2), "voice", "voice.ogg")
    assert "第 1 行 · 重说" in await officer.last() and "公司的账簿在哪里" in await officer.last()
    await officer.tap("✓ 采用")
    assert "公司的账簿在哪里" in await card(officer, "第 1 行 · 问")
    await officer.tap("改动记录（1）")
    assert f"{officer.name} · 重说改正" in await card(officer, "第 1 行改动记录")
    await officer.tap("‹ 第 1 行")
    await officer.tap("下一处待定")
    assert "机器曾在这里写出“请不吝点赞”" in await card(officer, "第 4 行")
    await officer.tap("不采用本行")
    await officer.tap("返回转写稿")
    assert "待定" not in await card(officer, "的转写稿")

    await officer.tap("采用这份转写稿")
    assert "您是否已听取录音录像 1 号" in await card(officer, "逐句核对")
    await officer.tap("我已听录音核对，采用")
    assert (await newest(house, Transcript)).used
    assert (await newest(house, Evidence)).id == 1, "an officer's own words are no evidence"
    await officer.tap("就这些")
    await fill(officer, INTERVIEW)
    await officer.tap("确认并定稿")
    await second.tap("确认并定稿")
    for label in ("被询问人", "询问人"):
        await sign_on_screen(house, officer, label)
    await officer.tap("拍摄已签名的纸质文书")
    await officer.upload(photo(), "photo", "signed.jpg")
    await officer.tap("封存文书")
    await officer.tap("打开文书")
    await officer.tap("与机器原稿对照")
    compared = await officer.last()
    assert "机器原稿与封存文本对照" in compared and "共 5 行，修改了 3 行" in compared
    assert "会计王汪海拿走了" in compared and "公司的账簿在哪里" in compared and "不采用" in compared

    record = await newest(house, Record)
    assert record.state == "sealed"
    assert record.content["listened"][0] | {"at": ""} == {
        "recording": 1, "by": officer.name, "at": "", "changed_after": 0,
    }  # fmt: skip
    async with house.app.database.reading() as session:
        papers = (await session.exec(select(Paper).where(col(Paper.format) == "docx"))).all()
    text = docx_text(house.app.vault.read(papers[-1].sha256))
    assert f"录音录像1号的转写稿，由{officer.name}于" in text and "听取录音并逐句核对。" in text
    assert (await verify(house.app.database, house.app.vault)).ok


async def test_a_voice_message_that_was_no_correction_is_one_tap_from_the_case(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await an_interview(house, officer)
    await press(house, officer, "tfix:1:0")
    await officer.upload(tone(70), "voice", "long.ogg")  # longer than any line: received as ever
    assert (await newest(house, Evidence)).id == 2
    await press(house, officer, "tfix:1:0")
    Hears.result = draft(turn(0, "我还要说一句"))
    await officer.upload(tone(2), "voice", "voice.ogg")
    assert (await newest(house, Evidence)).id == 2
    await officer.tap("这不是改正，作为录音保存")
    assert (await newest(house, Evidence)).id == 3
    assert any("这段语音已作为本案录音保存" in text for text in await officer.texts())
    assert (await verify(house.app.database, house.app.vault)).ok


async def test_a_voice_message_for_a_draft_already_used_is_received_as_ever(house: House) -> None:
    officer, second = await house.person(AGENCY, "officer"), await house.person(AGENCY, "officer", 1)
    await an_interview(house, officer)
    await press(house, officer, "tdel:1:3")
    await press(house, second, "tfix:1:0")
    await press(house, officer, "tlis:1:1")
    await second.upload(tone(2), "voice", "voice.ogg")
    assert "请选择所属案件" in await second.last() and await newest(house, Dictation) is None


async def test_stale_foreign_and_forged_buttons_are_answered_in_words(house: House) -> None:
    officer, stranger = await house.person(AGENCY, "officer"), await house.person(OTHER_AGENCY, "officer")
    await an_interview(house, officer)
    shapes = (
        *("tline:1:0", "tedit:1:0", "thist:1:0:0", "thear:1:0", "thear:1:0:3", "tnext:1:0", "tcut:1:0", "tcuth:1:0"),
        *("tlis:1:0", "tuse:1:0", "tout:1", "tfix:1:0", "trole:1:0:a", "tvoice:1:A:a", "tswapall:1", "tlast:1"),
        *("tundo:1:0", "torig:1:0", "tdel:1:0", "tback:1:2:0", "ttake:1:1:0", "tdiff:1:0", "tcmp:1:0", "tsay:1"),
    )
    before = await dump(house)
    for data in shapes:
        said = await press(house, stranger, data)
        assert said.startswith("✗") and "系统出错" not in said, (data, said)
    for data in ("trole:1:0:x", "tvoice:1:A:x", "tline:1", "tback:1:2", "tlis:1", "tcmp:x:0", "tsay:", "thear:1:0:-1"):
        assert "已过时" in await press(house, officer, data), data
    for data in ("tline:1:99", "tline:99:0", "tback:1:0:0", "ttake:1:1:9", "tvoice:1:Z:a", "tundo:1:0", "tlast:1",
                 "tcuth:1:9", "tsay:1", "tsayno:1", "tsaykeep:1", "tout:1", "tuse:1:0", "tlis:1:1"):  # fmt: skip
        said = await press(house, officer, data)
        assert said.startswith("✗") and "系统出错" not in said, (data, said)
    assert await dump(house) == before


async def dump(house: House) -> list[Any]:
    found: list[Any] = []
    async with house.app.database.reading() as session:
        for table in (TranscriptLine, TranscriptChange, Transcript, Dictation, Evidence, Record):
            found += map(repr, (await session.exec(select(table).order_by(col(table.id)))).all())
    return found


async def press(house: House, chat: Chat, data: str) -> str:
    """Press a button that stands nowhere, as a modified client can; what is answered."""
    number = next(_numbers)
    user = {"id": chat.id, "is_bot": False, "first_name": chat.name}
    message = {"message_id": 1, "date": 1772700000, "chat": {"id": chat.id, "type": "private"}, "text": "?"}
    query = {"id": str(number), "from": user, "chat_instance": "1", "message": message, "data": data}
    async with house.app.database.transaction() as session:
        body = {"update_id": number, "callback_query": query}
        await store_update(session, transport=house.transport, update_id=number, chat_id=chat.id, body=body)
    await house.settle()
    return await chat.last()
