"""辽阳市住房公积金管理中心: from an urgent start to a disc of recordings and the archive, as its people see it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from dialogs.zone import SHANGHAI
from models.tables import Evidence, OpenTerm, Paper
from models.verify import verify
from tests.disc.reading import files_on
from tests.evidence.files import tone
from tests.stories.liaoyang import AGENCY, ARCHIVE, END, HANDOVER, START, begin, open_case
from tests.stories.xigang import sign_on_screen
from tests.support.filling import fill
from tests.support.house import Chat, House

FOREIGN = ("XG-", "西岗", "西财", "24 小时", "大连")
EIGHT = (
    "启动原因",
    "案件来源",
    "基本案情",
    "姓名（名称）",
    "执法人员意见",
    "行政执法部门意见",
    "行政执法部门负责人意见",
    "时间",
)
SOUND = {"container": "wav", "codec": "pcm_s16le"}


def end_of_day(at: datetime, days: int) -> str:
    """`2026年3月8日 24:00`: the end of a term of so many days, the first not counted."""
    last = at.astimezone(SHANGHAI).date() + timedelta(days=days)
    return f"{last.year}年{last.month}月{last.day}日 24:00"


async def documents(house: House, chat: Chat, ending: str) -> list[dict[str, Any]]:
    found = [message for message in await house.messages(chat.id) if "document" in message]
    return [message for message in found if message["document"]["file_name"].endswith(ending)]


async def terms(house: House, deadline: str) -> list[OpenTerm]:
    async with house.app.database.reading() as session:
        found = await session.exec(
            select(OpenTerm).where(col(OpenTerm.deadline) == deadline).order_by(col(OpenTerm.id))
        )
        return list(found.all())


async def said_by_all(house: House, *chats: Chat) -> str:
    messages = [json.dumps(await house.messages(chat.id), ensure_ascii=False) for chat in chats]
    return "\n".join(messages)


async def test_an_urgent_start_is_owed_in_three_days(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(officer)
    said = "\n".join((await officer.texts())[-3:])
    assert "补报立案审批表" in said and "第七条" in said
    (term,) = await terms(house, "urgent_start_papers")
    assert end_of_day(term.opened_at, 3) in said
    assert "辽阳恒远机械有限公司" in await officer.last()
    assert not [word for word in FOREIGN if word in await said_by_all(house, officer)]


async def test_the_start_record_has_the_eight_items_of_this_regulation(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    reviewer = await house.person(AGENCY, "reviewer")
    head = await house.person(AGENCY, "approver")
    await open_case(officer)
    await begin(officer, "立案审批表")
    asked = await fill(officer, START)
    assert any("执法人员的意见" in question for question in asked)
    await officer.tap("确认并定稿")
    assert any("按期办结" in text for text in await officer.texts())
    await sign_on_screen(house, officer, "执法人员")
    review = await reviewer.last()
    await reviewer.tap("同意")
    approval = await head.last()
    for item in EIGHT:
        assert item in review + approval, item
    await head.tap("同意")
    assert any("封存" in text for text in await officer.texts())
    names = [message["document"]["file_name"] for message in await documents(house, officer, ".pdf")]
    assert names and set(names) == {"立案审批表 辽公积金立〔2026〕1号.pdf"}
    assert not [word for word in FOREIGN if word in await said_by_all(house, officer, head)]


async def test_recordings_are_handed_over_on_a_disc_and_the_case_is_archived(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    second = await house.person(AGENCY, "officer", 1)
    await open_case(officer)
    sound, withdrawn = tone(1.0, **SOUND), tone(1.2, **SOUND)
    await officer.upload(sound, "document", "恒远公司询问.wav")
    said = "\n".join((await officer.texts())[-2:])
    (term,) = await terms(house, "recording_handover")
    assert "综合管理部" in said and "第十八条" in said and end_of_day(term.opened_at, 2) in said
    await officer.upload(withdrawn, "document", "误录.wav")
    await officer.tap("撤回 2 号")
    await officer.send("误录，与本案无关")

    await begin(officer, "音像记录光盘移交单")
    await fill(officer, HANDOVER)
    await officer.tap("确认并定稿")
    assert {term.state for term in await terms(house, "recording_handover")} == {"met"}
    for chat in (officer, second):
        (sent,) = await documents(house, chat, ".iso")
        assert sent["document"]["file_name"] == "音像记录光盘移交单 辽公积金案〔2026〕1号.iso"
        assert "录音录像 1 件" in sent["caption"] and "盘面请写：辽公积金案〔2026〕1号" in sent["caption"]
    await _disc_is_right(house, sent["caption"], sound)
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("音像记录光盘移交单")
    await officer.tap("重新发送文书")
    assert len(await documents(house, officer, ".iso")) == 2

    await begin(officer, "行为终结登记")
    await fill(officer, END)
    await officer.tap("确认并定稿")
    (term,) = await terms(house, "archive")
    assert end_of_day(term.opened_at, 30) in "\n".join((await officer.texts())[-4:])
    await begin(officer, "归档登记")
    await fill(officer, ARCHIVE)
    await officer.tap("确认并定稿")
    (term,) = await terms(house, "archive")
    assert term.state == "met"
    assert not [word for word in FOREIGN if word in await said_by_all(house, officer, second)]
    await _damage_to_the_disc_is_found(house)


async def _disc_is_right(house: House, caption: str, sound: bytes) -> None:
    async with house.app.database.reading() as session:
        (paper,) = (await session.exec(select(Paper).where(col(Paper.format) == "iso"))).all()
        kept = (await session.exec(select(Evidence).order_by(col(Evidence.id)))).all()
    assert paper.sha256 in caption
    image = house.app.vault.read(paper.sha256)
    assert (len(image), hashlib.sha256(image).hexdigest()) == (paper.size, paper.sha256)
    found = files_on(image)
    assert set(found) == {"0001_恒远公司询问.wav", "manifest.csv", "manifest.json", "说明.txt"}
    assert found["0001_恒远公司询问.wav"] == sound
    (listed,) = json.loads(found["manifest.json"])["recordings"]
    assert (listed["sha256"], listed["bytes"]) == (kept[0].sha256, len(sound))
    assert (listed["case"], listed["officer"]) == ("辽公积金案〔2026〕1号", "何庆云（LY211002001）")
    assert "光盘编号：G2026-01" in found["说明.txt"].decode("utf-8-sig")
    report = await verify(house.app.database, house.app.vault)
    assert report.ok and not report.pending, report


async def _damage_to_the_disc_is_found(house: House) -> None:
    async with house.app.database.reading() as session:
        sha256 = (await session.exec(select(Paper.sha256).where(col(Paper.format) == "iso"))).one()
    place = house.app.vault.path(sha256)
    place.chmod(0o640)
    place.write_bytes(place.read_bytes()[:-1])
    (fault,) = (await verify(house.app.database, house.app.vault)).faults
    assert (fault.kind, fault.what) == ("changed", sha256)


async def test_a_case_without_recordings_has_no_disc(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(officer)
    await begin(officer, "音像记录光盘移交单")
    await fill(officer, HANDOVER)
    await officer.tap("确认并定稿")
    assert "本案没有录音录像" in await officer.last()
    assert not await documents(house, officer, ".iso")


async def test_a_changed_recording_is_told_and_never_handed_out(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(officer)
    sound = tone(1.0, **SOUND)
    await officer.upload(sound, "document", "询问.wav")
    place = house.app.vault.path(hashlib.sha256(sound).hexdigest())
    place.chmod(0o640)
    place.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    await begin(officer, "音像记录光盘移交单")
    await fill(officer, HANDOVER)
    await officer.tap("确认并定稿")
    assert "“0001_询问.wav”与收到时不一致" in await officer.last()
    assert not await documents(house, officer, ".iso")
