"""What others than the case's officers download bears their name and the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import Access, LedgerLeaf
from models.verify import verify
from tests.papers.reading import pdf_text
from tests.stories.xigang import AGENCY, START, begin, open_case, photo
from tests.support.filling import fill
from tests.support.house import Chat, House


@pytest.fixture(params=["webchat", "telegram"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()


async def copies(house: House) -> list[LedgerLeaf]:
    async with house.app.database.reading() as session:
        found = await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "copy.made"))
        return list(found.all())


async def files(chat: Chat, kind: str) -> int:
    return sum(kind in message for message in await chat.house.messages(chat.id))


async def test_a_reader_gets_a_marked_copy_of_a_photo_its_officer_the_view(house: House) -> None:
    officer, archivist = await house.person(AGENCY, "officer"), await house.person(AGENCY, "archivist")
    await open_case(house, officer)
    await officer.upload(photo(), "photo", "现场.jpg")
    for chat in (officer, archivist):
        await chat.send("/cases")
        await chat.tap("〔2026〕")
        await chat.tap("证据目录")
        await chat.tap("1 · 照片")
        shown = await files(chat, "photo")
        await chat.tap("打开")
        assert await files(chat, "photo") == shown + 1
    (leaf,) = await copies(house)
    assert leaf.subject == "evidence:1" and leaf.data["for"] == archivist.id and leaf.data["sha256"] != leaf.data["of"]
    assert "已标注您的姓名" in await archivist.last()
    async with house.app.database.reading() as session:
        opened = (await session.exec(select(Access.what).where(col(Access.officer_id) == archivist.id))).all()
    assert "evidence:1" in opened
    assert (await verify(house.app.database, house.app.vault)).ok


async def test_a_second_tap_sends_the_same_copy_a_later_one_makes_another(house: House) -> None:
    officer, archivist = await house.person(AGENCY, "officer"), await house.person(AGENCY, "archivist")
    await open_case(house, officer)
    await officer.upload(photo(), "photo", "现场.jpg")
    await archivist.send("/cases")
    await archivist.tap("〔2026〕")
    await archivist.tap("证据目录")
    await archivist.tap("1 · 照片")
    for taps in (1, 2):
        await archivist.tap("打开")
        assert (await files(archivist, "photo"), len(await copies(house))) == (taps, 1)
    await officer.send("/clock +1h")
    await archivist.tap("打开")
    assert (await files(archivist, "photo"), len(await copies(house))) == (3, 2)


async def test_a_reader_gets_the_check_of_the_case_marked(house: House) -> None:
    officer, archivist = await house.person(AGENCY, "officer"), await house.person(AGENCY, "archivist")
    await open_case(house, officer)
    for chat in (officer, archivist):
        await chat.send("/cases")
        await chat.tap("〔2026〕")
        await chat.tap("合规检查")
        await chat.tap("PDF")
        assert await files(chat, "document") == 1
    (leaf,) = await copies(house)
    assert (leaf.subject, leaf.data["for"]) == ("compliance", archivist.id)
    assert "仅供罗文静查阅" in pdf_text(house.app.vault.read(leaf.data["sha256"]))
    async with house.app.database.reading() as session:
        opened = (await session.exec(select(Access.what).where(col(Access.officer_id) == archivist.id))).all()
    assert "compliance" in opened
    assert (await verify(house.app.database, house.app.vault)).ok


async def test_a_reader_gets_a_marked_copy_of_a_paper(house: House) -> None:
    officer, archivist = await house.person(AGENCY, "officer"), await house.person(AGENCY, "archivist")
    await open_case(house, officer)
    await begin(officer, "立案审批表")
    await fill(officer, START)
    await officer.tap("确认并定稿")
    await archivist.send("/cases")
    await archivist.tap("〔2026〕")
    await archivist.tap("立案审批表")
    before = await files(archivist, "document")
    await archivist.tap("重新发送文书")
    assert await files(archivist, "document") == before + 1, "the PDF alone: a DOCX could be changed"
    (leaf,) = await copies(house)
    text = pdf_text(house.app.vault.read(leaf.data["sha256"]))
    assert "仅供罗文静查阅" in text and "建议立案调查" in text
    assert "仅供" not in pdf_text(house.app.vault.read(leaf.data["of"]))
    assert (await verify(house.app.database, house.app.vault)).ok
