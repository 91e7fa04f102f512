"""How long things are kept: the longest term counts, and what has no term never ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogs.facts import Facts
from dialogs.packs.schema import Article, Effective, Pack, Record, Retention, Titled
from dialogs.retention import Kept, archived_at, case_kept, evidence_kept

MADE = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
ARCHIVED = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
RECORDING: Mapping[str, object] = {"kind": "recording", "form": "inspection", "question": "film", "seconds": 60.0}


def pack(*terms: Mapping[str, Any]) -> Pack:
    return Pack(
        id="p",
        short="P",
        title="办法",
        version="1.0.0",
        effective=Effective.model_validate({"from": "unknown"}),
        articles=(Article(no=1, about="x"),),
        stages=(Titled(id="s", title="归档"),),
        records=(Record(id="store", title="归档登记", stage="s", archives_case=True),),
        retention=tuple(
            Retention(id=f"t{n}", title="期限", basis=(f"P-{n}",), **term) for n, term in enumerate(terms, start=1)
        ),
    )


def facts(*, archived: bool = False, **case: object) -> Facts:
    return Facts(now=ARCHIVED, case=case, happened={"record.store.sealed": ARCHIVED} if archived else {})


def until(year: int, month: int, day: int) -> datetime:
    """24:00 of the day, in Shanghai."""
    return datetime(year, month, day, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("term", "end"),
    [
        ({"days": 1}, until(2026, 2, 1)),
        ({"months": 1}, until(2026, 2, 28)),
        ({"months": 3}, until(2026, 4, 30)),
        ({"months": 12}, until(2027, 1, 31)),
        ({"years": 2}, until(2028, 1, 31)),
    ],
)
def test_a_term_ends_at_midnight_of_its_last_day(term: Mapping[str, Any], end: datetime) -> None:
    kept = evidence_kept(pack({"of": "recordings", **term}), facts(), RECORDING, MADE)
    assert kept == Kept("until", end, ("P-1",))
    assert not kept.over(end - timedelta(seconds=1)) and kept.over(end)


def test_of_several_terms_the_longest_counts() -> None:
    terms = pack({"of": "recordings", "months": 3}, {"of": "recordings", "months": 6, "when": "item.seconds > 30.0"})
    assert evidence_kept(terms, facts(), RECORDING, MADE) == Kept("until", until(2026, 7, 31), ("P-2",))
    short = {**RECORDING, "seconds": 5.0}
    assert evidence_kept(terms, facts(), short, MADE).until == until(2026, 4, 30)


def test_evidence_of_a_case_is_kept_as_its_file_and_that_runs_from_archiving() -> None:
    terms = pack(
        {"of": "recordings", "years": 2},
        {"of": "recordings", "as_case": True, "when": "case.penalty"},
        {"of": "case", "years": 10},
    )
    running = evidence_kept(terms, facts(penalty=True), RECORDING, MADE)
    assert running.end == "open" and not running.may_go(until(2999, 1, 1))
    archived = evidence_kept(terms, facts(penalty=True, archived=True), RECORDING, MADE)
    assert archived.until == until(2036, 3, 1) and set(archived.basis) == {"P-2", "P-3"}
    assert evidence_kept(terms, facts(archived=True), RECORDING, MADE).until == until(2028, 1, 31)
    assert evidence_kept(terms, facts(archived=True), {"kind": "file"}, MADE).until == until(2036, 3, 1)


def test_permanent_has_no_end() -> None:
    terms = pack({"of": "recordings", "days": 1}, {"of": "recordings", "permanent": True, "when": "case.long_term"})
    kept = evidence_kept(terms, facts(long_term=True), RECORDING, MADE)
    assert kept.end == "permanent" and not kept.may_go(until(2999, 1, 1))
    assert evidence_kept(terms, facts(), RECORDING, MADE).end == "until"


def test_without_a_term_only_a_decision_can_end_it() -> None:
    kept = evidence_kept(pack(), facts(), RECORDING, MADE)
    assert kept.end == "undecided" and not kept.over(until(2999, 1, 1)) and kept.may_go(MADE)
    assert case_kept(pack(), facts()).end == "open" and case_kept(pack(), facts(archived=True)).end == "undecided"


def test_a_stated_term_binds_also_where_another_is_left_open_by_the_text() -> None:
    terms = pack({"of": "recordings", "years": 2}, {"of": "recordings", "as_case": True})
    kept = evidence_kept(terms, facts(archived=True), RECORDING, MADE)
    assert kept.end == "undecided" and not kept.over(until(2030, 1, 1))
    assert not kept.may_go(until(2028, 1, 30)) and kept.may_go(until(2028, 1, 31))


def test_the_case_is_archived_by_the_record_that_archives_it() -> None:
    assert archived_at(pack(), facts()) is None
    assert archived_at(pack(), facts(archived=True)) == ARCHIVED


def test_a_term_that_cannot_be_judged_keeps_for_good() -> None:
    faulty = {"when": "case.party + 1 > 5"}
    far = MADE + timedelta(days=40_000)
    for terms in (({"days": 1}, {"days": 2, **faulty}), ({"days": 2, **faulty},)):
        kept = evidence_kept(
            pack(*({"of": "recordings", **term} for term in terms)), facts(party="王"), RECORDING, MADE
        )
        assert kept.end == "unjudged" and f"P-{len(terms)}" in kept.basis
        assert not kept.over(far) and not kept.may_go(far)
    of_file = case_kept(pack({"of": "case", "years": 1, **faulty}), facts(archived=True, party="王"))
    assert of_file.end == "unjudged"
    assert not of_file.may_go(far)
    forever = case_kept(
        pack({"of": "case", "years": 1, **faulty}, {"of": "case", "permanent": True}), facts(party="王")
    )
    assert forever.end == "permanent"
