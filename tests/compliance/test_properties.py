"""Whatever a case holds: the check never fails, and what is done adds nothing to what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.compliance import GRADES, check
from dialogs.facts import ClashFact, DeadlineFact, EvidenceFact, Facts, RecordFact
from tests.compliance.cases import NOW, made, pack

FORMS = ("start", "notice", "decision")
_values: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.sampled_from("56"), max_size=2),
    st.just(NOW),
)
_conditions = st.sampled_from(
    [
        "case.x", "case.x == 'a'", "case.x > 3", "case.x + 1 == 2", "size(case.x) > 0", "settings.y",
        "records.exists(r, r.form == 'start')", "records.all(r, r.answers.video > 3)", "happened.case.begun < now",
        "clashes.exists(c, c.officer == case.x)",
        "answers.video == null", "deadlines.owed.state == 'met'", "records[7].form == 'a'", "case.x.startsWith('a')",
    ]
)  # fmt: skip
_maybe = st.none() | _conditions


def _form(form: str, expected: str | None, held: str, when: str | None, level: str) -> dict[str, Any]:
    return {
        "id": form,
        "expected": expected,
        "needs": [{"id": "before", "holds": held, "says": "先办。"}],
        "questions": [{"id": "video", "type": "recording", "ask": "录像", "level": level, "when": when}],
        "sign_off": [{"id": "party", "label": "当事人", "who": "party", "when": when}],
        "review": [{"id": "unit", "title": "审核", "by": "reviewer", "when": when}],
    }


_levels = st.sampled_from(["must", "waivable", "preferred"])
_forms = st.tuples(*(st.builds(_form, st.just(form), _maybe, _conditions, _maybe, _levels) for form in FORMS))
_rules = st.lists(
    st.builds(
        lambda when, holds, grade: {
            "id": "r",
            "title": "核对",
            "when": when,
            "holds": holds,
            "says": "缺。",
            "grade": grade,
        },
        _maybe,
        _conditions,
        st.sampled_from(["must", "hint"]),
    ),
    max_size=2,
)
_packs = st.builds(
    lambda forms, rules: pack(
        *forms,
        rules=rules,
        deadlines=[
            {
                "id": "owed",
                "title": "补报",
                "owed": "补报",
                "opens_on": "case.begun",
                "closes_on": ["record.start.submitted"],
                "within": {"hours": 24},
            }
        ],
    ),
    _forms,
    _rules,
)
_record = st.builds(
    lambda form, state, id, answers, waived, departures, decided, signed: made(
        form, state, id, answers=answers, waived=waived, departures=departures, decided=decided, signed=signed
    ),
    st.sampled_from([*FORMS, "unknown"]),
    st.sampled_from(["draft", "frozen", "sealed"]),
    st.sampled_from(["7", "8"]),
    st.dictionaries(st.sampled_from(["video", "other"]), _values, max_size=2),
    st.dictionaries(st.just("video"), st.text(max_size=3), max_size=1),
    st.dictionaries(st.sampled_from(["before", "gone"]), st.text(max_size=3), max_size=1),
    st.dictionaries(st.just("unit"), st.sampled_from("12"), max_size=1),
    st.dictionaries(st.just("party"), st.sampled_from(["drawn", "refused"]), max_size=1),
)
_facts = st.builds(
    lambda case, records, settings_, states, closed, clash: Facts(
        now=NOW,
        case=case,
        records=tuple(records),
        settings=settings_,
        evidence=tuple(
            EvidenceFact(str(n), "recording", "video", NOW, state) for n, state in enumerate(states, start=5)
        ),
        deadlines=(DeadlineFact("owed", "met", NOW, NOW, closed), DeadlineFact("gone", "open", NOW, NOW, closed)),
        clashes=(ClashFact("1", "7", "8", "", NOW, NOW),) if clash else (),
    ),
    st.dictionaries(st.just("x"), _values, max_size=1),
    st.lists(_record, max_size=5),
    st.dictionaries(st.sampled_from(["y", "roles_may_merge"]), st.booleans(), max_size=2),
    st.lists(st.sampled_from(["received", "withdrawn", "declared"]), max_size=2),
    st.none() | st.just(NOW + timedelta(hours=1)),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(_packs, _facts)
def test_the_check_never_fails_and_counts_every_finding_once(stated: Any, facts: Facts) -> None:
    result = check(stated, facts)
    assert sum(result.counts.values()) == len(result.findings)
    assert [GRADES.index(each.grade) for each in result.findings] == sorted(
        GRADES.index(each.grade) for each in result.findings
    )
    shown = {id(finding) for article in result.articles for finding in article.findings}
    assert shown == {id(finding) for finding in result.findings}


@settings(max_examples=150, deadline=None)
@given(_packs, _facts, st.sampled_from(FORMS))
def test_sealing_an_expected_record_adds_nothing_missing(stated: Any, facts: Facts, form: str) -> None:
    """Of records: a rule may well demand more of a case that has come further."""
    whole = RecordFact(
        id="99", form=form, title=form, stage="start", state="sealed", maker="9", submitted_at=NOW, sealed_at=NOW
    )
    before = _missing(check(stated, facts))
    after = _missing(check(stated, replace(facts, records=(*facts.records, whole))))
    assert form not in after
    assert after <= before | {each.id for each in stated.records if each.expected and "records" in each.expected}


def _missing(result: Any) -> set[str]:
    return {each.element for each in result.of("missing") if each.source == "record"}
