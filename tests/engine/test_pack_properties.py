"""Every record of every pack here, filled in by anyone in any order: it never breaks, ends, and prints what stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from random import Random

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from dialogs import engine
from dialogs.engine.moving import replay
from dialogs.packs.faults import PackFaults
from dialogs.packs.loader import SHIPPED, load_pack, pack_folders
from dialogs.packs.schema import Pack, Question, Record
from dialogs.papers.compose import compose
from dialogs.values import Clear
from tests.engine.anything import NOW, Desk, facts_of, junk

SEEDS = st.integers(0, 2**32 - 1)
WALKS = 12  # random walks from which a required question must be met; each branches elsewhere


@dataclass(frozen=True)
class Case:
    """One record of one pack; records that packs share word for word are tried once."""

    pack: Pack
    record: Record

    def __str__(self) -> str:
        return f"{self.pack.id}.{self.record.id}"


@cache
def _packs() -> tuple[Pack, ...]:
    found = []
    for folder in pack_folders(SHIPPED):
        try:
            found.append(load_pack(folder))
        except PackFaults as fault:
            if all(each.code == "pack.fragment" for each in fault.faults):
                continue
            raise
    return tuple(found)


def _cases() -> list[Case]:
    found: dict[str, Case] = {}
    for pack in _packs():
        for record in pack.records:
            sources = {"basis": True, "origin": True}
            quiet = record.model_dump_json(exclude={**sources, "questions": {"__all__": sources}})
            found.setdefault(quiet, Case(pack, record))
    return list(found.values())


each_record = pytest.mark.parametrize("case", _cases(), ids=str)
few = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a seed does not shrink
    suppress_health_check=list(HealthCheck),
)


def begin(case: Case, random: Random) -> Desk:
    reference = f"{case.pack.id}@{case.pack.version}"
    return Desk(case.pack, case.record, facts_of(case.pack, random), engine.start(reference, case.record))


def wander(desk: Desk, random: Random) -> None:
    """One thing an officer may do: answer on, go back, change, take back, send nonsense, pause and come back."""
    questions = desk.record.questions
    following = engine.next_question(desk.record, desk.draft, desk.facts)
    named = {each.id: each for each in questions}
    match random.randrange(10):
        case 0 | 1 | 2 | 3 | 4 if following is not None:
            desk.settle(named[following], random)
        case 5 if (back := engine.previous_question(desk.record, desk.draft, desk.facts, following)) is not None:
            desk.settle(named[back], random)
        case 6 if desk.visible():
            desk.settle(random.choice(desk.visible()), random)
        case 7:
            desk.draft = engine.draft_from_json(json.loads(json.dumps(engine.draft_to_json(desk.draft))))
        case _ if questions:
            question = random.choice(questions)
            standing = desk.draft.answers.get(question.id)
            expects = random.choice((None, standing.revision if standing else 0, 1))
            desk.answer(question.id, junk(random, question), random.choice("12"), expects)


def branches(record: Record) -> list[Question]:
    """Questions on whose answers others hang."""
    hanging = " ".join(each.when for each in record.questions if each.when)
    return [each for each in record.questions if f"answers.{each.id}" in hanging]


def check(desk: Desk) -> None:
    """What must hold at any moment."""
    record, draft, facts = desk.record, desk.draft, desk.facts
    visible = [each.id for each in desk.visible()]
    content = engine.canonical(record, draft, facts)
    assert [each["question"] for each in content["answers"]] == [each for each in visible if each in draft.answers]
    assert len(engine.record_hash(content)) == 64
    review = engine.review(record, draft, facts)
    assert [line.question for line in review.lines] == visible
    following = engine.next_question(record, draft, facts)
    assert following is None or following in visible
    engine.emissions(record, draft, facts)
    engine.makes(record, draft, facts)
    engine.submitted_facts(record, draft, facts)
    for name in visible:
        engine.prompt(record, draft, facts, name)
    _nothing_parked_is_printed(desk, set(visible))


def _nothing_parked_is_printed(desk: Desk, visible: set[str]) -> None:
    """Texts of parked answers, each told apart by its question and a number, stand in no block of the paper."""
    pictures = {each.id: b"" for each in desk.facts.evidence}
    paper = compose(
        desk.pack,
        desk.record,
        desk.draft,
        desk.facts,
        agency_name="某局",
        number=None,
        made_at=NOW,
        record_hash="0" * 64,
        pictures=pictures,
    )
    blocks = repr(paper.blocks)
    standing = repr([given.value for name, given in desk.draft.answers.items() if name in visible])
    for name, given in desk.draft.answers.items():
        if name not in visible and isinstance(given.value, str) and given.value.startswith(f"{name}之"):
            assert given.value in standing or given.value not in blocks, f"parked {name} is printed"


@each_record
@few
@hypothesis.given(SEEDS)
def test_anything_may_be_sent_and_the_record_still_ends(case: Case, seed: int) -> None:
    random = Random(seed)
    desk = begin(case, random)
    for _ in range(random.randrange(25)):
        wander(desk, random)
    check(desk)
    assert replay(engine.start(desk.draft.pack, desk.record), desk.events) == desk.draft
    assert desk.finish() == []
    assert engine.review(desk.record, desk.draft, desk.facts).ready
    for question in random.sample(branching := branches(case.record), min(len(branching), 3)):
        if question.id in {each.id for each in desk.visible()}:
            desk.answer(question.id, Clear())
            desk.settle(question, random)
        check(desk)
    assert desk.finish() == []
    check(desk)


@each_record
def test_every_question_that_must_be_answered_is_met_by_somebody(case: Case) -> None:
    wanted = {each.id for each in case.record.questions if each.required or each.level == "must"}
    met: set[str] = set()
    for seed in range(80 * WALKS):
        random = Random(seed)
        desk = begin(case, random)
        for _ in range(2 * len(case.record.questions)):
            following = engine.next_question(desk.record, desk.draft, desk.facts)
            if following is None:
                break
            met.add(following)
            if not desk.settle(next(each for each in desk.visible() if each.id == following), random):
                break
        if wanted <= met:
            return
    assert wanted - met == set()
