"""What an approval brings about waits for it: a closing ends the act when it is sealed, not when it is handed in."""

from __future__ import annotations

from sqlmodel import col, select

from models.tables import CaseEvent, OpenTerm
from tests.stories.xigang import AGENCY, begin, sign_on_screen
from tests.support.filling import fill
from tests.use_cases.conftest import Desk

CLOSING = {
    "因为什么结案": "tap:终止调查",
    "送达、履行或者执行": "没有需要送达的文书。",
    "承办人的意见": "没有违法事实，建议结案。",
}


async def _state(desk: Desk) -> tuple[int, list[str]]:
    """How often the act has ended, and the state of the term for the archive."""
    async with desk.reading() as session:
        ended = await session.exec(select(CaseEvent).where(col(CaseEvent.name) == "case.act_ended"))
        terms = await session.exec(select(OpenTerm).where(col(OpenTerm.deadline) == "archive"))
        return len(ended.all()), [term.state for term in terms.all()]


async def test_the_term_for_the_archive_runs_from_the_approval_of_the_closing(desk: Desk) -> None:
    reviewer = await desk.house.person(AGENCY, "reviewer")
    await begin(desk.officer, "结案审批表")
    await fill(desk.officer, CLOSING)
    await desk.officer.tap("确认并定稿")
    await sign_on_screen(desk.house, desk.officer, "承办人")
    await reviewer.tap("✔ 同意")
    assert await _state(desk) == (0, [])
    await desk.head.tap("✔ 同意")
    assert await _state(desk) == (1, ["open"])
