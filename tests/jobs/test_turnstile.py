"""Turns on a clock of the test's own: who computes when, without a second of waiting."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.jobs.time_left import TimeLeft
from bot.jobs.turnstile import Stopped, Turn, Turnstile


class Machine:
    """Pieces of work that take turns; each step takes a second of the machine's clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turnstile = Turnstile(lambda: self.now)
        self.steps: list[str] = []
        self._threads: list[threading.Thread] = []

    def turn(self, seconds: float, unwanted: Callable[[], bool] = lambda: False) -> Turn:
        return Turn(self.turnstile, seconds, unwanted)

    def step(self, name: str, turn: Turn) -> None:
        self.now += 1.0
        self.steps.append(name)
        turn.give_way()

    def begin(self, name: str, seconds: float, steps: int) -> None:
        """Work of so many steps, which now waits to be let in."""

        def work() -> None:
            with self.turn(seconds) as turn:
                for _ in range(steps):
                    self.step(name, turn)

        waiting = len(self.turnstile.waiting)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)
        deadline = time.monotonic() + 20
        while len(self.turnstile.waiting) == waiting:
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def end(self) -> None:
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_an_answer_waits_for_one_step_of_an_interview(machine: Machine) -> None:
    with machine.turn(3 * 3600) as interview:
        for _ in range(50):
            machine.step("interview", interview)
        machine.begin("answer", 5, steps=3)
        for _ in range(2):
            machine.step("interview", interview)
    machine.end()
    assert machine.steps[50:] == ["interview", "answer", "answer", "answer", "interview"]


def test_interviews_take_turns_whatever_one_had_before(machine: Machine) -> None:
    with machine.turn(3600) as old:
        for _ in range(1000):
            machine.step("old", old)
        machine.begin("new", 2 * 3600, steps=10)
        for _ in range(10):
            machine.step("old", old)
    machine.end()
    assert all(Counter(machine.steps[1000 : 1000 + n])["old"] - n / 2 <= 1 for n in range(1, 20))
    assert Counter(machine.steps[1000:1010]) == {"old": 5, "new": 5}


def test_a_day_of_answers_leaves_an_interview_a_step_now_and_then(machine: Machine) -> None:
    with machine.turn(5) as answer:
        machine.begin("interview", 3600, steps=10)
        machine.step("answer", answer)
    for _ in range(200):  # each comes while the one before is being heard
        with machine.turn(5) as answer:
            machine.step("answer", answer)
            machine.begin("answer", 5, steps=1)
            machine.step("answer", answer)
    machine.end()
    again = [number for number, name in enumerate(machine.steps) if name == "interview"]
    assert all(50 <= after - before <= 100 for before, after in pairwise(again[:6])), again


def test_who_is_not_wanted_any_more_waits_no_longer(machine: Machine) -> None:
    with machine.turn(60) as inside:
        with pytest.raises(Stopped), machine.turn(5, lambda: True):
            raise AssertionError("let in")
        machine.step("inside", inside)
    assert machine.turnstile.inside is None and machine.turnstile.waiting == []
    with machine.turn(60) as after:
        machine.step("after", after)


def test_all_threads_of_the_work_inside_give_way_together(machine: Machine) -> None:
    done = threading.Event()

    def side_by_side(turn: Turn) -> None:
        while not done.is_set():
            turn.give_way()
            machine.steps.append("interview")
            time.sleep(0.001)

    with machine.turn(3600) as interview:
        threads = [threading.Thread(target=side_by_side, args=(interview,), daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        machine.now += 10.0
        with machine.turn(5) as answer:
            time.sleep(0.05)  # whatever was begun is over
            before = len(machine.steps)
            for _ in range(20):
                time.sleep(0.005)
                answer.give_way()
            assert len(machine.steps) == before
        interview.give_way()
        while len(machine.steps) < before + 10:
            time.sleep(0.001)
        done.set()
    machine.end()


def test_a_thread_that_outlives_its_turn_lets_nobody_wait(machine: Machine) -> None:
    with machine.turn(3600) as interview:
        pass
    with pytest.raises(Stopped):
        interview.give_way()
    assert machine.turnstile.inside is None and machine.turnstile.waiting == []


def test_time_left_follows_the_bars_own_speed() -> None:
    left = TimeLeft()
    assert left.note(0.0, 0.2) is None
    assert left.note(5.0, 0.25) is None, "too early to tell"
    assert left.note(20.0, 0.4) == pytest.approx(60.0)
    slower = [left.note(20.0 + second, 0.4 + second / 400) for second in range(1, 121)]
    assert slower[-1] == pytest.approx(120.0), "others share the machine now"
    assert TimeLeft().note(30.0, 0.0) is None
