"""One answer reads what it needs once: every statement is a trip to the database's thread."""

from __future__ import annotations

from tests.support.office import Office
from tests.support.statements import statements


def reading(found: list[str], table: str, column: str) -> int:
    return sum(f"FROM {table}" in each and f"WHERE {table}.{column}" in each.replace("\n", "") for each in found)


async def test_an_answer_reads_who_answers_and_where_their_chat_stands_once(office: Office) -> None:
    await office.begin("走访记录")
    with statements(office.house.app.database) as found:
        assert "无人" in await office["甲"].send("无人。")
    assert reading(found, "conversation", "officer_id") == 1
    assert reading(found, "chataccount", "transport") == 1


async def test_what_a_call_gave_is_written_with_the_call(office: Office) -> None:
    with statements(office.house.app.database) as found:
        await office["甲"].send("/menu")
    assert any(each.startswith("INSERT INTO webcall") for each in found)
    assert not any(each.startswith("UPDATE webcall") for each in found)
