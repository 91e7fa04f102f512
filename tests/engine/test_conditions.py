"""CEL as packs see it: null is quiet, faults are coded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dialogs.conditions import ConditionFailed, Scope, compile_condition, references
from dialogs.deadlines import shipped_calendar
from dialogs.facts import EvidenceFact, Facts
from models.errors import InvalidInput
from tests.engine.forms import NOW

SCOPE = Scope(
    {
        "a": 3,
        "d": Decimal("3000.50"),
        "n": None,
        "l": ["x", "y"],
        "name": "中文",
        "day": date(2026, 3, 5),
        "yes": True,
        "no": False,
        "p": {"text": "t"},
    },
    Facts(
        now=NOW,
        case={"urgent": True, "at": "2026-03-01T10:00:00+08:00"},
        evidence=(EvidenceFact("r", "recording", "q", NOW, seconds=4.5),),
    ),
    {"id": "r"},
)


@pytest.mark.parametrize(
    "text",
    [
        "answers.a > 2.5",
        "2.5 < answers.a",
        "3000 < answers.d && answers.d > 3000",
        "answers.n == null && null == answers.n",
        "answers.n != 'x'",
        "!answers.n",
        "answers.n || answers.yes",
        "answers.no == false",
        "size(answers.name) == 2",
        "size(answers.n) == 0",
        "'x' in answers.l",
        "answers.day <= now",
        "case.at < now && now - case.at > duration('24h')",
        "case.foo.bar == null",
        "evidence.exists(e, e.kind == 'recording' && e.seconds > 4)",
        "evidence.filter(e, e.question == 'q').size() >= 1",
        "answers.p.text == 't'",
        "answers.l == ['x', 'y']",
        "now.getHours('Asia/Shanghai') == 15",
        "record.id == 'r'",
        "answers.a / 0 > 1 || true",
        "workdays(timestamp('2026-02-13T10:00:00+08:00'), timestamp('2026-02-27T00:10:00+08:00')) == 5",
        "workdays(case.at, answers.day) == 4 && workdays(answers.day, case.at) == 0",
    ],
)
def test_holds(text: str) -> None:
    assert compile_condition(text).holds(SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "answers.n > 3",
        "answers.n < 3",
        "answers.n <= null",
        "answers.n + 1 > 0",
        "answers.n && answers.yes",
        "answers.n == false",
        "'x' in answers.n",
        "answers.n.exists(x, true)",
        "answers.missing in ['a']",
        "answers.n.getHours() >= 0",
        "answers.n.contains('x')",
        "deadlines.x.state == 'open'",
        "answers.a == 'x'",
        "answers.n",
        "answers.n ? true : false",
        "workdays(answers.n, now) >= 0",
    ],
)
def test_does_not_hold(text: str) -> None:
    assert not compile_condition(text).holds(SCOPE)


@pytest.mark.parametrize("text", ["answers.name", "evidence", "'a' > 3", "answers.a / 0 > 2", "answers.a"])
def test_what_has_no_boolean_value_is_a_coded_fault(text: str) -> None:
    with pytest.raises(ConditionFailed) as caught:
        compile_condition(text).holds(SCOPE)
    assert caught.value.code == "pack.condition_failed"
    assert caught.value.params == {"condition": text}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("answers.a >", "syntax"),
        ("answers.采 == 1", "syntax"),
        ("foo.bar", "name"),
        ("answers-a", "name"),
        ("nosuch(answers.a)", "function"),
        ("answers.a.nosuch()", "function"),
    ],
)
def test_what_cannot_be_compiled_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_condition(text)
    assert (caught.value.code, caught.value.params["reason"]) == ("pack.condition_invalid", reason)


def test_references_leave_out_loop_variables() -> None:
    text = "evidence.exists(e, e.kind == answers.kind) && answers['b'] == case.x.y && size([answers.c]) > 0"
    assert references(text) == {"evidence", "answers.kind", "answers.b", "case.x.y", "answers.c"}


def test_an_amount_among_the_facts_of_a_case_is_a_number() -> None:
    """It is stored as text; the pack says which facts are amounts."""
    known = Facts(now=NOW, case={"fine": "12.50", "room": "12.50"}, amounts=frozenset({"fine"}))
    for condition in ("case.fine > 5", "case.fine + 1.0 > 13", "case.fine == 12.5", "case.room == '12.50'"):
        assert compile_condition(condition).holds(Scope({}, known)), condition
    library_only = compile_condition("double(case.fine) * 2.0 > 20.0")
    assert library_only.holds(Scope({}, known))
    assert not library_only.holds(Scope({}, Facts(now=NOW, case={"fine": "1.50"}, amounts=frozenset({"fine"}))))


def test_working_days_are_those_of_the_facts() -> None:
    text = "workdays(case.since, case.until) == 4"
    case = {"since": "2026-03-02T09:00:00+08:00", "until": "2026-03-06T09:00:00+08:00"}
    free = shipped_calendar().with_days({date(2026, 3, 5): (False, "局庆")})
    for slow in (text, f"[1].all(n, {text})"):  # compiled, and by the library that remembers its results
        condition = compile_condition(slow)
        assert condition.holds(Scope({}, Facts(now=NOW, case=case)))
        assert not condition.holds(Scope({}, Facts(now=NOW, case=case, calendar=free)))
        assert condition.holds(Scope({}, Facts(now=NOW, case=case)))
