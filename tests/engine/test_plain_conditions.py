"""Compiled conditions say what the CEL library says, or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.cel_operations import Doubt
from dialogs.conditions import Condition, ConditionFailed, Scope, compile_condition
from dialogs.facts import ClashFact, DeadlineFact, EvidenceFact, Facts, RecordFact
from dialogs.packs.loader import load_all

NOW = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)

_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 2.0, Decimal("2.0"), "", "a", "b", "2026-03-05", date(2026, 3, 5), NOW]),
    st.lists(st.sampled_from(["a", "b", None, 2]), max_size=2),
    st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["a", 1, None]), max_size=2),
)
_names = st.dictionaries(st.sampled_from(["x", "y", "z"]), _values, max_size=3)
_records = st.builds(
    RecordFact,
    id=st.sampled_from("12"),
    form=st.sampled_from("ab"),
    title=st.just("t"),
    stage=st.just("s"),
    state=st.sampled_from(["draft", "frozen", "sealed"]),
    maker=st.just("1"),
    answers=_names,
    submitted_at=st.none() | st.just(NOW - timedelta(hours=2)),
    decided=st.dictionaries(st.sampled_from("xy"), st.sampled_from("12"), max_size=1),
)
_events = st.dictionaries(st.sampled_from(["x", "x.y", "z.y", "z.y.x"]), st.just(NOW), max_size=3)
_scopes = st.builds(
    lambda answers, case, records, happened, kept: Scope(
        answers,
        Facts(
            NOW,
            case,
            records=tuple(records),
            happened=happened,
            settings=kept,
            evidence=(EvidenceFact("1", "recording", "x", NOW, seconds=2.5),),
            deadlines=(DeadlineFact("x", "open", NOW, NOW + timedelta(days=1)),),
            clashes=(ClashFact("1", "1", "2", "", NOW, NOW),),
        ),
        {"id": "a"},
        {"kind": "photo"},
    ),
    _names,
    _names,
    st.lists(_records, max_size=3),
    _events,
    _names,
)

_leaf = st.sampled_from(
    [
        "true", "false", "null", "1", "-2", "2.0", "'a'", '"b"', "''", "now", "answers.x", "answers['y']",
        "answers.z.x",
        "case.x", "case.y", "settings.z", "happened.x", "happened.x.y", "happened.z.y", "happened['z.y']", "records",
        "answers.x[0]", "evidence", "deadlines.x.due_at", "deadlines.nowhere", "item.kind", "record.id", "clashes",
        "duration('2h')", "timestamp('2026-03-05T07:30:00Z')", "['a', answers.x]", "evidence[0].seconds",
    ]
)  # fmt: skip
_in_loop = st.sampled_from(
    [
        "r.form == 'a'", "r.answers.x == 'a'", "r.submitted_at < now", "r.state != 'draft'", "r.answers.y",
        "r == answers.x", "r in answers.y", "size(r.answers.x) > 0", "r.decided.x == null",
    ]
)  # fmt: skip


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*"]
    return st.one_of(
        st.tuples(inner, st.sampled_from(operators), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map(lambda part: f"!({part})"),
        inner.map(lambda part: f"size({part}) > 0"),
        st.tuples(inner, st.sampled_from(["startsWith", "endsWith", "contains", "matches"])).map(
            lambda parts: f"({parts[0]}).{parts[1]}('a')"
        ),
        inner.map(lambda part: f"({part}).matches('[ab')"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.tuples(
            st.sampled_from(["records", "answers.x", "evidence"]),
            st.sampled_from(["exists", "all", "exists_one"]),
            st.one_of(_in_loop, inner),
        ).map(lambda parts: f"{parts[0]}.{parts[1]}(r, {parts[2]})"),
        _in_loop.map(lambda part: f"records.filter(r, {part}).map(r, r.form) == ['a']"),
        _in_loop.map(lambda part: f"records.filter(r, {part}).size() > 1"),
        st.tuples(inner, inner).map(lambda parts: f"workdays({parts[0]}, {parts[1]}) > 1"),
    )


_conditions = st.recursive(_leaf, _grown, max_leaves=5)


def _library(condition: Condition, scope: Scope) -> bool | None:
    """None when it fails."""
    try:
        return condition._evaluate(scope)
    except ConditionFailed:
        return None


@settings(max_examples=400, deadline=None)
@given(_conditions, _scopes)
def test_what_a_compiled_condition_says_is_what_the_library_says(text: str, scope: Scope) -> None:
    condition = compile_condition(text)
    if condition._fast is None:
        return
    try:
        said = bool(condition._fast({name: scope.plain(name) for name in condition._roots}))
    except Doubt:
        return
    assert said == _library(condition, scope)


@pytest.mark.parametrize(
    "text",
    [
        "records.exists(r, r.form == 'a' && r.state == 'sealed')",
        "happened.record.decision.sealed != null && now < happened.record.decision.sealed + duration('120h')",
        "answers.way in ['post', 'notice'] || size(answers.shots) > 0",
        "workdays(case.started_at, now) <= 7",
    ],
)
def test_what_packs_usually_ask_is_compiled(text: str) -> None:
    assert compile_condition(text)._fast is not None


def test_nearly_every_condition_of_the_shipped_packs_is_compiled() -> None:
    texts = {each for pack in load_all().values() for each in _stated(pack.model_dump())}
    slow = sorted(text for text in texts if compile_condition(text)._fast is None)
    assert len(slow) <= len(texts) // 20, slow


def _stated(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [
            part[name]
            for name in ("when", "check", "holds", "expected", "starts_with")
            if isinstance(part.get(name), str)
        ]
        return own + [each for value in part.values() for each in _stated(value)]
    return [each for value in part for each in _stated(value)] if isinstance(part, list | tuple) else []
