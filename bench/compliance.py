"""The compliance check of a large case, the next question of the longest form, and loading packs; each beside a floor.

A floor is the least that must be done with the same data in the same run: writing the facts as JSON, finding the
first question without an answer, parsing the YAML. Each is measured at one size and at ten times of it.

`python -m bench.compliance` prints one JSON object a line.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from ruamel.yaml import YAML

from bench.engine import filled, record
from dialogs import engine
from dialogs.compliance import check
from dialogs.facts import DeadlineFact, EvidenceFact, Facts, OfficerFact, RecordFact
from dialogs.packs.loader import SHIPPED, load_all, load_pack
from dialogs.packs.schema import Pack, Question, Record
from dialogs.packs.source import forget_files
from dialogs.values import Draft

RECORDS = 200
_NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
_TIMES = 10
Row = dict[str, Any]


def case(pack: Pack, records: int) -> Facts:
    """A case of `records` records, of each of the pack's forms in turn, mostly sealed, with answers and recordings."""
    forms = list(islice(cycle(pack.records), records))
    return Facts(
        now=_NOW,
        case={"kind_of_act": pack.kinds_of_act[0].id, "party_name": "某公司", "major": True},
        officers=(OfficerFact("1", "甲", "001"), OfficerFact("2", "乙", "002")),
        evidence=tuple(EvidenceFact(str(n), "recording", "video", _NOW, seconds=60.0) for n in range(records)),
        deadlines=tuple(
            DeadlineFact(pack.deadlines[n % len(pack.deadlines)].id, "met", _NOW, _NOW, _NOW)
            for n in range(records // 10)
        ),
        records=tuple(_record(form, n) for n, form in enumerate(forms)),
        happened={f"record.{form.id}.sealed": _NOW for form in forms},
        settings={setting.id: setting.value for setting in pack.settings},
    )


def _record(form: Record, n: int) -> RecordFact:
    at = _NOW - timedelta(hours=n)
    return RecordFact(
        id=str(n),
        form=form.id,
        title=form.title,
        stage=form.stage,
        state="sealed" if n % 7 else "frozen",
        maker="1",
        answers={question.id: _answer(question, n, at) for question in form.questions},
        number=f"〔2026〕{n}号",
        submitted_at=at,
        sealed_at=at,
        decided={step.id: str(number) for number, step in enumerate(form.review, start=3)},
        signed={slot.id: "drawn" for slot in form.sign_off},
    )


def _answer(question: Question, n: int, at: datetime) -> object:
    """Some answer as conditions see it."""
    attached = {"recording", "photo", "file"}
    values: dict[str, object] = {
        "yes_no": n % 2 == 0,
        "date": at.date(),
        "datetime": at,
        "number": n,
        "amount": float(n),
        "officers": ["1", "2"],
        "choices": [option.id for option in question.options],
        "choice": question.options[n % len(question.options)].id if question.options else "",
        "dialogue": [],
        "table": [],
    }
    return [str(n)] if question.type in attached else values.get(question.type, f"第{n}项")


@cache
def largest() -> Pack:
    """The shipped pack that demands most."""
    packs = load_all().values()
    return max(packs, key=lambda pack: (len(pack.rules), sum(len(each.questions) for each in pack.records)))


def _written(facts: Facts) -> str:
    return json.dumps([facts.case, facts.settings, *facts.records, *facts.evidence], ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return vars(value) if isinstance(value, RecordFact | EvidenceFact) else str(value)


def _checked(pack: Pack, facts: Facts) -> object:
    facts.cache.clear()  # a view is made anew for each check
    return check(pack, facts)


def _check_rows() -> list[Row]:
    pack = largest()
    small, large = case(pack, RECORDS // _TIMES), case(pack, RECORDS)
    rules = len(pack.rules) + sum(each.expected is not None for each in pack.records)
    return _pair(
        f"compliance check ({pack.id}: {len(pack.records)} forms, {rules} conditions on the case)",
        (f"{RECORDS // _TIMES} records", f"{RECORDS} records"),
        (lambda: _checked(pack, small), lambda: _checked(pack, large)),
        (lambda: _written(small), lambda: _written(large)),
        "floor: the same facts written as JSON by the standard library",
        rounds=15,
    )


def _question_rows() -> list[Row]:
    pack = largest()
    form = max(pack.records, key=lambda each: len(each.questions))
    facts, empty = case(pack, 20), engine.start(f"{pack.id}@{pack.version}", form)
    short, long = record(60), record(60 * _TIMES)
    begun, far = filled(short, 50), filled(long, 60 * _TIMES - 10)
    note = "floor: the first question without an answer in a dict; it knows no conditions"
    return [
        _row(
            f"next question, {pack.id} {form.title}, {len(form.questions)} questions, none answered",
            _seconds(lambda: engine.next_question(form, empty, facts), 50) * 1000,
            _seconds(lambda: _unanswered(form, empty), 500) * 1000,
            note,
        ),
        *_pair(
            "next question, every third hangs on the one before it",
            ("60 questions", f"{60 * _TIMES} questions"),
            (lambda: engine.next_question(short, begun, facts), lambda: engine.next_question(long, far, facts)),
            (lambda: _unanswered(short, begun), lambda: _unanswered(long, far)),
            note,
            rounds=50,
        ),
    ]


def _unanswered(form: Record, draft: Draft) -> str | None:
    return next((question.id for question in form.questions if question.id not in draft.answers), None)


def _load_rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="zhilu-bench-") as folder:
        once, often = Path(folder, "once"), Path(folder, "often")
        for root, copies in ((once, 1), (often, _TIMES)):
            for n in range(copies):
                _copy(largest().id, root / f"copy-{n}")
        return [
            *_pair(
                f"loading packs ({largest().id} and its bases)",
                ("1 pack", f"{_TIMES} packs"),
                (lambda: _loaded(once), lambda: _loaded(often)),
                (lambda: _parsed(once), lambda: _parsed(often)),
                "floor: ruamel.yaml reads the same files, bases included, to plain values and checks nothing",
                rounds=3,
            ),
            _row(
                "loading all shipped packs",
                _seconds(lambda: _loaded(SHIPPED)) * 1000,
                _seconds(lambda: _parsed(SHIPPED)) * 1000,
                "floor: ruamel.yaml reads the same files to plain values and checks nothing",
            ),
        ]


def _copy(pack_id: str, to: Path) -> None:
    shutil.copytree(SHIPPED / pack_id, to)
    for file in to.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"id: {pack_id}\n", f"id: {to.name}\n", 1), encoding="utf-8")


def _loaded(root: Path) -> object:
    forget_files()
    return load_all(root)


def _parsed(root: Path) -> None:
    bases = () if root == SHIPPED else load_pack(largest().id).extends
    for file in (*root.glob("*/*.yaml"), *(file for base in bases for file in (SHIPPED / base).glob("*.yaml"))):
        YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8-sig"))


# --- measuring ----------------------------------------------------------------------------------------------


def _pair(
    name: str,
    sizes: tuple[str, str],
    ours: tuple[Callable[[], object], Callable[[], object]],
    floor: tuple[Callable[[], object], Callable[[], object]],
    note: str,
    *,
    rounds: int,
) -> list[Row]:
    """Both sizes, and how much longer the tenfold takes."""
    mine = [_seconds(work, rounds) * 1000 for work in ours]
    least = [_seconds(work, rounds) * 1000 for work in floor]
    grown = {
        "name": f"{name}: times the work at {_TIMES} times the size",
        "ours": round(mine[1] / mine[0], 1),
        "peer": round(least[1] / least[0], 1),
        "unit": "×",
        "ratio": round(mine[1] / mine[0] / (least[1] / least[0]), 2),
        "note": note,
    }
    return [*(_row(f"{name}, {size}", mine[n], least[n], note) for n, size in enumerate(sizes)), grown]


def _seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """Median CPU time of one call: what else the machine does must not look like growth."""
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return median(taken)


def _row(name: str, mine: float, floor: float, note: str) -> Row:
    """Milliseconds."""
    return {
        "name": name,
        "ours": round(mine, 3),
        "peer": round(floor, 3),
        "unit": "ms",
        "ratio": round(mine / floor, 1),
        "note": note,
    }


def rows() -> list[Row]:
    """Rows {name, ours, peer, unit, ratio, note} in milliseconds of CPU; the peer is the floor named in the note."""
    return [*_check_rows(), *_question_rows(), *_load_rows()]


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
