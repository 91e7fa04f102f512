"""A draft moves to another version of its form: what stayed the same keeps its answer, nothing at all is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import engine
from dialogs.engine.moving import MOVED, Move, compare, move_to_json, moved, replay
from dialogs.facts import Facts
from dialogs.packs.schema import Column, Option, Question, Record
from dialogs.values import Answer, Choose, Clear, Done, Draft, Given, Skip, Text, Unknown
from tests.engine.forms import form, question

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
FACTS = Facts(now=NOW)
A, B, C = Option(id="a", title="甲类"), Option(id="b", title="乙类"), Option(id="c", title="丙类")


def draft(**answers: object) -> Draft:
    given = {
        key: value if isinstance(value, Given) else Given(value, "answered", n, "1", NOW)
        for n, (key, value) in enumerate(answers.items(), start=1)
    }
    return Draft("p@1.0.0", "form", len(given), given)


def move(before: Record, after: Record, standing: Draft) -> tuple[Move, Draft]:
    found = compare(before, after, standing)
    return found, moved(standing, "p@2.0.0", found.names)


def test_added_removed_and_changed_questions_are_told_apart() -> None:
    before = form(question("place", "text"), question("old", "text"), question("why", "text", basis=("XG-1",)))
    after = form(
        question("place", "text", required=False), question("why", "text", basis=("XG-2",)), question("new", "text")
    )
    found, draft_after = move(before, after, draft(place="甲路", old="乙", why="丙"))
    assert [each.id for each in found.added] == ["new"]
    assert [each.id for each in found.removed] == ["old"]
    assert [(one.id, other.required) for one, other in found.changed] == [("place", False)]
    assert (found.kept, found.parked) == (("place", "why"), ("old",))
    assert (draft_after.pack, draft_after.revision) == ("p@2.0.0", 4)
    assert engine.canonical(after, draft_after, FACTS)["answers"][0]["text"] == "甲路"
    assert "乙" not in str(engine.canonical(after, draft_after, FACTS))
    assert "乙" in str(engine.draft_to_json(draft_after))


def test_an_answer_whose_type_changed_is_put_aside_and_asked_again() -> None:
    before, after = form(question("count", "text")), form(question("count", "number"))
    _, there = move(before, after, draft(count="许多"))
    assert engine.next_question(after, there, FACTS) == "count"
    answered = engine.answer(after, there, Answer("count", Text("3"), "1"), FACTS).draft
    found, back = move(after, before, answered)
    assert found.restored == ("count",)
    assert back.answers["count"].value == "许多"
    again = moved(back, "p@2.0.0", compare(before, after, back).names)
    assert again.answers["count"].value == 3


def test_an_option_chosen_goes_along_while_it_stands_as_it_was() -> None:
    one = question("way", "choice", options=(A, B))
    many = question("ways", "choices", options=(A, B))
    renamed = Option(id="b", title="别的")
    standing = draft(way="a", ways=["a", "b"])
    for options, kept in (
        ((A, B, C), ("way", "ways")),
        ((A, C), ("way",)),
        ((A, renamed), ("way",)),
        ((B, C), ()),
    ):
        after = form(question("way", "choice", options=options), question("ways", "choices", options=options))
        assert compare(form(one, many), after, standing).kept == kept


def test_limits_that_became_tighter_put_the_answer_aside() -> None:
    def kept(before: Question, after: Question, value: object) -> bool:
        return bool(compare(form(before), form(after), draft(q=value)).kept)

    options = (A, B, C)
    assert not kept(question("q", "text"), question("q", "text", longest=3), "四个字吧")
    assert kept(question("q", "text"), question("q", "text", longest=3), "三个字")
    assert not kept(
        question("q", "choices", options=options), question("q", "choices", options=options, most=1), ["a", "b"]
    )
    assert not kept(
        question("q", "choices", options=options), question("q", "choices", options=options, must="all"), ["a"]
    )
    columns = (Column(id="name", title="名称"),)
    more = (*columns, Column(id="count", title="数量"))
    rows = [{"name": "账簿"}]
    assert kept(question("q", "table", columns=columns), question("q", "table", columns=columns), rows)
    assert not kept(question("q", "table", columns=columns), question("q", "table", columns=more), rows)


def test_a_question_that_must_be_answered_now_is_asked_though_it_was_skipped_before() -> None:
    before = form(question("note", "text", required=False, unknown=True), question("reason", "text", skip="free"))
    after = form(question("note", "text"), question("reason", "text", skip="with_reason"))
    for sent in (Skip(), Unknown("未提供")):
        standing = engine.answer(before, engine.start("p@1.0.0", before), Answer("note", sent, "1"), FACTS).draft
        standing = engine.answer(before, standing, Answer("reason", Skip(), "1"), FACTS).draft
        found, there = move(before, after, standing)
        assert found.parked == ("note", "reason")
        assert engine.next_question(after, there, FACTS) == "note"


TYPES = st.sampled_from(["text", "number", "choice", "choices", "yes_no"])
OPTIONS = st.lists(
    st.sampled_from([A, B, C, Option(id="b", title="别的")]), min_size=1, max_size=3, unique_by=lambda o: o.id
)


@st.composite
def questions(draw: st.DrawFn, name: str) -> Question:
    kind = draw(TYPES)
    options = tuple(draw(OPTIONS)) if kind in ("choice", "choices") else ()
    return question(
        name, kind, options=options, required=draw(st.booleans()), unknown=draw(st.booleans()),
        ask=draw(st.sampled_from(["问？", "怎么问？"])), longest=draw(st.sampled_from([2, 50])),
    )  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Record:
    names = draw(st.lists(st.sampled_from("uvwxyz"), unique=True, max_size=6))
    return form(*[draw(questions(name)) for name in names])


INPUTS = st.one_of(
    st.builds(Text, st.sampled_from(["甲类", "乙类", "3", "是", "一段较长的话"])),
    st.builds(Choose, st.sampled_from(["a", "b", "c", "yes", "no"])),
    st.just(Done()), st.just(Skip()), st.builds(Skip, st.just("无")), st.builds(Unknown, st.just("不清楚")),
    st.just(Clear()),
)  # fmt: skip
ANSWERS = st.lists(st.builds(Answer, st.sampled_from("uvwxyz"), INPUTS, st.just("1")), max_size=20)


def fill(record: Record, standing: Draft, answers: Iterable[Answer]) -> Draft:
    for each in answers:
        standing = engine.answer(record, standing, each, FACTS).draft
    return standing


@settings(max_examples=200, deadline=None)
@given(forms(), forms(), ANSWERS)
def test_there_and_back_every_answer_stands_as_it_stood(before: Record, after: Record, answers: list[Answer]) -> None:
    standing = fill(before, engine.start("p@1.0.0", before), answers)
    there = moved(standing, "p@2.0.0", compare(before, after, standing).names)
    back = moved(there, "p@1.0.0", compare(after, before, there).names)
    assert back.answers == standing.answers
    assert {repr(given) for given in there.answers.values()} == {repr(given) for given in standing.answers.values()}


@settings(max_examples=200, deadline=None)
@given(forms(), forms(), ANSWERS, ANSWERS)
def test_a_question_that_stayed_the_same_keeps_its_answer_and_the_rest_stays_printable(
    before: Record, after: Record, answers: list[Answer], more: list[Answer]
) -> None:
    standing = fill(before, engine.start("p@1.0.0", before), answers)
    found, there = move(before, after, standing)
    same = {each.id for each in before.questions} & {each.id for each in after.questions}
    same -= {one.id for one, _ in found.changed}
    assert all(there.answers.get(name) == standing.answers.get(name) for name in same)
    there = fill(after, there, more)
    for each in after.questions:
        engine.prompt(after, there, FACTS, each.id)
    asked = {each.id for each in after.questions}
    assert {each["question"] for each in engine.canonical(after, there, FACTS)["answers"]} <= asked
    engine.review(after, there, FACTS)


@settings(max_examples=100, deadline=None)
@given(forms(), forms(), ANSWERS, ANSWERS)
def test_replaying_the_events_gives_the_draft_across_the_move(
    before: Record, after: Record, answers: list[Answer], more: list[Answer]
) -> None:
    start = standing = engine.start("p@1.0.0", before)
    events: list[tuple[int, str, dict[str, object] | None]] = []

    def keep(record: Record, given_answers: list[Answer]) -> None:
        nonlocal standing
        for each in given_answers:
            after_answer = engine.answer(record, standing, each, FACTS).draft
            if after_answer.revision != standing.revision:
                stored = after_answer.answers.get(each.question)
                events.append((after_answer.revision, each.question, engine.given_to_json(stored) if stored else None))
            standing = after_answer

    keep(before, answers)
    names = compare(before, after, standing).names
    standing = moved(standing, "p@2.0.0", names)
    events.append((standing.revision, MOVED, move_to_json("p@2.0.0", names)))
    keep(after, more)
    assert replay(start, events) == standing
