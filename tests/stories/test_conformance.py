"""A whole case, and every call, result and update of it held against the Bot API's own schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlmodel import select

from models.tables import InboundUpdate
from tests.stories.xigang import AGENCY, START, begin, open_case, photo
from tests.support.filling import fill
from tests.support.house import House
from tests.transports.conformance import bot_api


async def test_every_call_result_and_update_of_a_case_conforms(tmp_path: Path) -> None:
    schema = bot_api()
    house = await House.open(tmp_path)
    faults: list[str] = []
    methods: set[str] = set()
    inner = house.api.call

    async def held(method: str, params: Mapping[str, Any], files: Any = None, key: str | None = None) -> Any:
        methods.add(method)
        faults.extend(schema.call_faults(method, params))
        result = await inner(method, params, files, key)
        faults.extend(schema.result_faults(method, result))
        return result

    house.api.call = held  # type: ignore[method-assign]
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await begin(officer, "立案审批表")
    await fill(officer, START)
    await officer.tap("确认并定稿")
    await officer.upload(photo(), "photo", "scene.jpg")
    await officer.share(38.9, 121.6)
    async with house.app.database.reading() as session:
        bodies = [update.body for update in (await session.exec(select(InboundUpdate))).all()]
    await house.close()
    for body in bodies:
        faults.extend(schema.faults_of(body, "Update"))
    assert faults == []
    assert {"sendMessage", "editMessageText", "sendDocument", "sendPhoto", "answerCallbackQuery"} <= methods
    assert len(bodies) > 30
