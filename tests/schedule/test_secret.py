"""Terms of a secret case: those who are not cleared learn its number and nothing else; secrets are not delegated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.schedule.tick import tick
from bot.shelf import Shelf
from bot.use_cases.deadlines import list_deadlines
from bot.use_cases.events import emit
from bot.use_cases.overdue import list_overdue
from dialogs.packs.schema import Rung, Secrecy
from models.tables import CaseFact, Delegation
from tests.schedule.conftest import PACK, START, Office
from tests.schedule.test_replaced import HANDOVER

HOUR = timedelta(hours=1)
TOLD = HANDOVER.model_copy(
    update={"ladder": (Rung(id="due", after_hours=0.0, to=("officer", "approver", "supervisor")),)}
)


@pytest.fixture
async def secret(office: Office) -> Office:
    """One case that bears a secrecy the approver may open, and one that bears none; a term runs in both."""
    level = Secrecy(id="inner", title="内部", opens_to=("approver",), basis=("XG-16",))
    pack = PACK.model_copy(update={"deadlines": (TOLD,), "secrecy": (level,)})
    office.shelf = Shelf({pack.id: pack})
    async with office.work() as work:
        plain = await office.add_case(work, "西财案〔2026〕2号")
        work.session.add(CaseFact(case_id=office.case.id, name="secrecy", value="inner"))
        for case in (office.case, plain):
            await emit(work, case, "x.received", person=office.people["李明"])
    return office


@pytest.mark.parametrize("which", [list_deadlines, list_overdue])
async def test_lists_show_no_more_than_the_number(secret: Office, which: Callable[..., Awaitable[None]]) -> None:
    async with secret.work(after=25 * HOUR) as work:
        await which(work, secret.people["孙丽"])
    first, second = (await secret.messages("孙丽"))[-1].split("\n\n")[1:]
    assert "西财案〔2026〕1号" in first and "已定密" in first
    for told in ("移交录像", "李明", "逾期", "到期"):
        assert told not in first and (told in second or told == "到期"), told


async def test_who_is_cleared_sees_all(secret: Office) -> None:
    async with secret.work(after=HOUR) as work:
        await list_deadlines(work, secret.people["李明"])
    assert (await secret.messages("李明"))[-1].count("移交录像") == 2


async def test_a_reminder_reaches_no_deputy_who_is_not_cleared(secret: Office) -> None:
    async with secret.work() as work:
        for absent, deputy in (("赵强", "周文"), ("李明", "周文")):
            work.session.add(
                Delegation(
                    agency_id=1,
                    absent_id=secret.people[absent].id,
                    deputy_id=secret.people[deputy].id,
                    reason="外出",
                    since=START,
                    until=START + 90 * HOUR,
                )
            )
    async with secret.work(after=24 * HOUR) as work:
        assert await tick(work) == 2
    told = {name: await secret.messages(name) for name in ("李明", "赵强", "孙丽", "周文")}
    of_secret = {name: [each for each in texts if "〔2026〕1号" in each] for name, texts in told.items()}
    assert "移交录像" in of_secret["李明"][-1] and "移交录像" in of_secret["赵强"][-1]
    assert of_secret["周文"] == [] and any("〔2026〕2号" in each for each in told["周文"])
    [both] = of_secret["孙丽"]
    assert both.count("移交录像") == 1, "of the secret case its number only"
