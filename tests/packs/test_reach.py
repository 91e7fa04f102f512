"""A condition called impossible really is: held against the conditions' own evaluation, combination by combination."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.conditions import Scope, compile_condition
from dialogs.facts import Facts, RecordFact
from dialogs.packs.expression import parse, text_of
from dialogs.packs.known import known_of
from dialogs.packs.loader import load_pack
from dialogs.packs.reach import Reach
from dialogs.packs.schema import Option, Question
from tests.packs.playing import NOW
from tests.packs.test_lint import HERE

WAYS = (None, "own", "told", "sent")
QUESTIONS = (
    Question(id="way", type="choice", ask="？", options=tuple(Option(id=way, title=way) for way in WAYS if way)),
    Question(id="urgent", type="yes_no", ask="？"),
    Question(
        id="shots",
        type="choices",
        ask="？",
        options=(Option(id="scene", title="现场"), Option(id="seal", title="印章")),
    ),
)
SHOTS = (None, [], ["scene"], ["seal"], ["scene", "seal"])
ATOMS = [
    "answers.way == 'own'", "answers.way != 'told'", "answers.way in ['own', 'sent']", "answers.way == null",
    "answers.urgent", "answers.urgent == false", "answers.urgent != null", "'scene' in answers.shots",
    "size(answers.shots) > 1", "size(answers.shots) == 0", "answers.way == case.nothing",
]  # fmt: skip
conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda each: f"({each[0]}) {each[1]} ({each[2]})"),
        inner.map(lambda one: f"!({one})"),
    ),
    max_leaves=6,
)


def holds_ever(text: str) -> bool:
    condition = compile_condition(text)
    return any(
        condition.holds(Scope({"way": way, "urgent": urgent, "shots": shots}, Facts(now=NOW)))
        for way, urgent, shots in product(WAYS, (None, True, False), SHOTS)
    )


@given(conditions)
@settings(max_examples=400, deadline=None)
def test_what_can_hold_is_never_called_impossible_and_contradictions_of_finite_answers_are(text: str) -> None:
    possible = Reach(None, QUESTIONS).possible(parse(text))
    if not any(open_ended in text for open_ended in ("nothing", "size")):
        assert possible == holds_ever(text), text
    elif holds_ever(text):
        assert possible, text


@given(conditions)
@settings(max_examples=200, deadline=None)
def test_a_condition_written_out_again_reads_the_same(text: str) -> None:
    assert parse(text_of(parse(text))) == parse(text)


def test_macros_are_judged_by_the_forms_they_name() -> None:
    pack = load_pack(HERE / "complete.yaml")
    reach = Reach(known_of(pack))
    sealed = "records.exists(r, r.form == 'delivery' && r.state == 'sealed' && r.answers.document == 'notice')"
    assert reach.possible(parse(sealed))
    record = RecordFact("1", "delivery", "", "", "sealed", "1", answers={"document": "notice"})
    assert compile_condition(sealed).holds(Scope({}, Facts(now=NOW, records=(record,))))
    assert not reach.possible(parse("records.exists(r, r.form == 'delivery' && r.form == 'interview')"))
    assert not reach.possible(parse("records.exists(r, r.form == 'opening' && r.answers.document == 'notice')"))
    assert reach.possible(parse("!records.exists(r, r.form == 'delivery' && r.form == 'interview')"))
    assert reach.possible(parse("records.exists(r, r.answers.document == 'notice' && r.number != null)"))


def test_texts_with_quotes_and_escapes_are_written_out_again() -> None:
    for text in ('answers.name == "it\'s"', "answers.name.matches('^第.*条$')", "answers['name'] == 'a\\\\b'"):
        assert parse(text_of(parse(text))) == parse(text)
