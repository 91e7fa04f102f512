"""Whether the tests would notice: packs with one demand taken out or loosened, and what catches each of them.

`python -m tests.demands.mutants [--pack ID] [--json] [--survivors]` makes every mutant of the shipped packs and
holds it against the demands of its regulation and against the golden plans. Prints how many are caught, by kind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogs.engine.asking import skipping
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Deadline, Pack, Question, Record
from tests.demands.judging import Demand, demands, faults
from tests.demands.walking import plan
from tests.support.yaml_files import read_yaml

HERE = Path(__file__).parent
PLANS = HERE.parent / "conversations" / "plans"


@dataclass(frozen=True)
class Mutant:
    """A pack with one change. `about`: the record, deadline or rule it touches."""

    kind: str
    what: str
    about: str
    pack: Pack


def mutants(pack: Pack) -> Iterator[Mutant]:
    """Each deadline, must, required question, rule, need, expectation, signature, decision and term of keeping."""
    for deadline in pack.deadlines:
        yield from _of_deadline(pack, deadline)
    for record in pack.records:
        yield from _of_record(pack, record)
        for question in record.questions:
            yield from _of_question(pack, record, question)
    for rule in pack.rules:
        rest = tuple(each for each in pack.rules if each is not rule)
        yield Mutant("rule dropped", rule.id, rule.id, pack.model_copy(update={"rules": rest}))
        never = rule.model_copy(update={"holds": "true"})
        changed = tuple(never if each is rule else each for each in pack.rules)
        yield Mutant("rule always holds", rule.id, rule.id, pack.model_copy(update={"rules": changed}))
    for term in pack.retention:
        rest = tuple(each for each in pack.retention if each is not term)
        yield Mutant("retention dropped", term.id, "", pack.model_copy(update={"retention": rest}))


def _of_deadline(pack: Pack, deadline: Deadline) -> Iterator[Mutant]:
    def changed(kind: str, what: str = "", **update: Any) -> Mutant:
        other = deadline.model_copy(update=update)
        every = tuple(other if each is deadline else each for each in pack.deadlines)
        return Mutant(kind, f"{deadline.id} {what}".strip(), deadline.id, pack.model_copy(update={"deadlines": every}))

    rest = tuple(each for each in pack.deadlines if each is not deadline)
    yield Mutant("deadline dropped", deadline.id, deadline.id, pack.model_copy(update={"deadlines": rest}))
    if deadline.within is not None:
        unit = next(name for name in ("hours", "days", "workdays") if getattr(deadline.within, name) is not None)
        longer = deadline.within.model_copy(update={unit: getattr(deadline.within, unit) + 1, "setting": None})
        yield changed("deadline longer", within=longer)
    if deadline.until is not None:
        yield changed("deadline without its date", until="answers.nothing_of_the_kind")
    yield changed("deadline opens otherwise", opens_on="case.something_else")
    for name in deadline.closes_on:
        kept = tuple(each for each in deadline.closes_on if each != name)
        yield changed("deadline closes otherwise", name, closes_on=kept)
    if deadline.replaced_on:
        yield changed("deadline not replaced", replaced_on=())
    if deadline.opens_when:
        yield changed("deadline opens always", opens_when=None)
    yield changed("deadline without alerts", ladder=tuple(each for each in deadline.ladder if each.after_hours is None))


def _of_record(pack: Pack, record: Record) -> Iterator[Mutant]:
    for need in record.needs:
        rest = tuple(each for each in record.needs if each is not need)
        yield _mutant(pack, "need dropped", need.id, record, needs=rest)
    if record.expected:
        yield _mutant(pack, "expectation dropped", "", record, expected=None)
    for step in record.review:
        rest = tuple(each for each in record.review if each is not step)
        yield _mutant(pack, "decision dropped", step.id, record, review=rest)
    for slot in record.sign_off:
        if slot.required:
            rest = tuple(each for each in record.sign_off if each is not slot)
            yield _mutant(pack, "signature dropped", slot.id, record, sign_off=rest)


def _of_question(pack: Pack, record: Record, question: Question) -> Iterator[Mutant]:
    def changed(kind: str, **update: Any) -> Mutant:
        other = question.model_copy(update=update)
        every = tuple(other if each is question else each for each in record.questions)
        return _mutant(pack, kind, question.id, record, questions=every)

    if skipping(question) != "free":
        rest = tuple(each for each in record.questions if each is not question)
        yield _mutant(pack, "question dropped", question.id, record, questions=rest)
        yield changed("question optional", required=False, skip="free", level=None)
    if question.level == "must":
        yield changed("must waived", level="waivable")
    if question.level in ("must", "waivable"):
        yield changed("must preferred", level="preferred")
    if question.check:
        yield changed("check dropped", check=None)


def _mutant(pack: Pack, kind: str, what: str, record: Record, **update: Any) -> Mutant:
    other = record.model_copy(update=update)
    every = tuple(other if each is record else each for each in pack.records)
    return Mutant(kind, f"{record.id}.{what}".strip("."), record.id, pack.model_copy(update={"records": every}))


@dataclass(frozen=True)
class Tests:
    """What a pack is held against."""

    demands: tuple[Demand, ...]
    plans: Mapping[str, Any]

    def catch(self, mutant: Mutant) -> str | None:
        """`demand` or `plan`, whichever notices first; None when nothing does."""
        near = [each for each in self.demands if each.about in (mutant.about, "")]
        if any(faults(mutant.pack, each) for each in near):
            return "demand"
        changed = next((each for each in mutant.pack.records if each.id == mutant.about), None)
        if changed is not None and self.plans[changed.id] != plan(mutant.pack, changed):
            return "plan"
        return None


def tests_of(pack: Pack) -> Tests:
    """Only demands that the pack itself meets: one that fails anyway would seem to catch everything."""
    return Tests(tuple(each for each in demands(pack) if not faults(pack, each)), read_yaml(PLANS / f"{pack.id}.yaml"))


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--pack")
    options.add_argument("--json", action="store_true")
    options.add_argument("--survivors", action="store_true")
    wanted = options.parse_args()
    counts: dict[str, Counter[str]] = {}
    for pack in load_all().values():
        if wanted.pack in (None, pack.id):
            tests = tests_of(pack)
            for mutant in mutants(pack):
                caught = tests.catch(mutant) or "survived"
                counts.setdefault(mutant.kind, Counter())[caught] += 1
                if caught == "survived" and wanted.survivors:
                    print(f"{pack.id}: {mutant.kind}: {mutant.what}", file=sys.stderr)
    total: Counter[str] = sum(counts.values(), Counter())
    share = 1 - total["survived"] / max(sum(total.values()), 1)
    if wanted.json:
        print(json.dumps({"kinds": counts, "total": total, "caught": round(share, 4)}, ensure_ascii=False))
    else:
        for kind, found in sorted(counts.items()):
            print(
                f"{kind:28} {sum(found.values()):5}  demand {found['demand']:5}  plan {found['plan']:5}"
                f"  survived {found['survived']:4}"
            )
        print(f"caught {share:.1%} of {sum(total.values())}")
    return 0 if share >= 0.95 else 1


if __name__ == "__main__":
    raise SystemExit(main())
