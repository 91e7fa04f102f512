"""Every deadline of a pack opened as its table says, and what becomes of it, as plain JSON.

As a program (`python -m tests.deadlines.walk`) it prints all packs: run under another `TZ`, nothing may change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dialogs.deadlines import WHOLE_DAY, Event, Opens, events, reckon, runs_of, shipped_calendar, steps
from dialogs.facts import Facts
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Deadline, Pack
from dialogs.zone import SHANGHAI
from tests.demands.written import moment, value
from tests.support.yaml_files import read_yaml

TABLES = Path(__file__).with_name("tables")
PACKS = sorted(path.stem for path in TABLES.glob("*.yaml") if path.stem != "general-law")
CALENDAR = shipped_calendar()

_WATCHED = timedelta(days=20)  # after the end

Entry = Mapping[str, Any]


def table(pack: Pack) -> dict[str, Entry]:
    """What is written of the pack's deadlines: its own table, and general law's as far as the pack takes it over."""
    taken = {deadline.id for deadline in pack.deadlines}
    law = [each for each in read_yaml(TABLES / "general-law.yaml")["deadlines"] if each["deadline"] in taken]
    return {each["deadline"]: each for each in (*read_yaml(TABLES / f"{pack.id}.yaml")["deadlines"], *law)}


def facts_of(pack: Pack, entry: Entry) -> Facts:
    settings = {setting.id: setting.value for setting in pack.settings}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    happened = dict.fromkeys(entry.get("happened", ()), now)
    return Facts(now=now, case=entry.get("case", {}), settings=settings, happened=happened)


def event_of(entry: Entry, row: Mapping[str, Any]) -> Event:
    answers = {name: value(each) for name, each in row.get("answers", {}).items()}
    return Event(entry["opens_on"], moment(row["opens"]), "1", None, answers)


def opened(pack: Pack, entry: Entry, row: Mapping[str, Any]) -> Opens:
    """The term that the row's event opens; exactly one of this deadline."""
    changes = events(pack, event_of(entry, row), [], facts_of(pack, entry), CALENDAR)
    [term] = [each for each in changes if isinstance(each, Opens) and each.deadline_id == entry["deadline"]]
    return term


def walk(pack: Pack) -> dict[str, Any]:
    """Deadline -> what became of it.

    ends, working, rungs, again: the first repetitions, corrected: the ends of the first term when its beginning is
    corrected to the others'.
    """
    entries = table(pack)
    return {each.id: _walked(pack, each, entries[each.id]) for each in pack.deadlines if each.id in entries}


def _walked(pack: Pack, deadline: Deadline, entry: Entry) -> dict[str, Any]:
    terms = [opened(pack, entry, row) for row in entry["ends"]]
    first = terms[0]
    runs = [runs_of(each.within, each.due) for each in terms]
    ladder = steps(deadline, first.opened_at, first.due.at, first.due.at + _WATCHED, WHOLE_DAY, CALENDAR)
    found = {
        "ends": [[shown(each.due.at), each.due.provisional] for each in terms],
        "working": [code.removeprefix("deadline.") for code, _ in first.due.working],
        "rungs": {step.id: shown(step.at) for step in ladder if not step.repeated},
        "again": sorted({shown(step.at) for step in ladder if step.repeated})[:2],
        "corrected": [shown(reckon(runs[n], each.opened_at, CALENDAR).at) for n, each in enumerate(terms)],
    }
    if deadline.extension is not None:
        longer = [deadline.extension.within.model_dump(exclude_defaults=True)]
        found["extended"] = shown(reckon(runs[0], first.opened_at, CALENDAR, longer).at)
    return found


def shown(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: walk(load_pack(name)) for name in PACKS}, sort_keys=True))
