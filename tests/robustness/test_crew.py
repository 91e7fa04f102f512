"""As many sends at once as the rate needs, so that a crash repeats as little as may be."""

from __future__ import annotations

import asyncio

from bot.crew import Crew


async def test_it_grows_and_shrinks_with_what_a_call_takes() -> None:
    crew = Crew(8, rate=30)
    assert crew.size == 1, "nothing is known yet"
    for _ in range(20):
        crew.took(0.15)
    assert crew.size == 5
    for _ in range(20):
        crew.took(60)
    assert crew.size == 8, "never more than may be"
    for _ in range(60):
        crew.took(0.001)
    assert crew.size == 1


async def test_no_more_are_under_way_and_those_in_line_follow() -> None:
    crew, under_way, most = Crew(3), 0, 0

    async def send() -> None:
        nonlocal under_way, most
        async with crew:
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1

    await asyncio.gather(*(send() for _ in range(10)))
    assert (most, under_way) == (3, 0)


async def test_one_that_is_cancelled_in_line_takes_no_place() -> None:
    crew = Crew(1)
    async with crew:
        waiting = asyncio.create_task(crew.__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), crew:
        pass
