"""What waits for a person's decision: the list of it, and opening one request."""

from __future__ import annotations

from bot.use_cases.ask_opinion import show_request
from bot.use_cases.deciders import waiting_for
from bot.use_cases.review_record import opinion_to_give
from bot.views import waiting as view
from bot.work import Person, Work


async def list_waiting(work: Work, person: Person, *, page: int = 0, stamp: str = "") -> None:
    """What the person is asked to decide, also in somebody's stead, oldest first."""
    waiting = await waiting_for(work, person.officer)
    page = max(0, min(page, (len(waiting) - 1) // view.PAGE))
    items = [
        view.Listed(
            each.opinion_id,
            work.shelf.get(each.pack).record(each.form).title,
            each.number,
            each.matter.case,
            each.matter.step,
            each.asked_at,
            decider.stands_for.name if decider.stands_for else None,
        )
        for each, decider in waiting[page * view.PAGE : (page + 1) * view.PAGE]
    ]
    stamp = stamp or f"{int(work.now.timestamp() * 1000):x}"
    await work.reply(person, view.waiting_page(person.t, items, page=page, total=len(waiting), stamp=stamp))


async def open_request(work: Work, person: Person, opinion_id: int) -> None:
    """Show one request with its paper and buttons, to those who may decide it. Raises what giving it raises."""
    opinion, record, case = await opinion_to_give(work, person, opinion_id)
    await show_request(work, person, opinion, record, case)
