"""Every deadline of every pack against its table: month ends, 调休, the turn of the year, pauses, late corrections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dialogs.deadlines import Closes, Event, OpenDeadline, Opens, events, reckon, runs_of
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack
from tests.deadlines.walk import CALENDAR, PACKS, TABLES, event_of, facts_of, opened, shown, table, walk
from tests.demands.written import moment
from tests.support.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


EVERY = [(name, each) for name in PACKS for each in table(pack_of(name))]


def test_every_pack_has_a_table() -> None:
    folders = {path.parent.name for path in (ROOT / "dialogs" / "packs").glob("*/pack.yaml")}
    assert set(PACKS) == folders - {"common", "general-law"}


@pytest.mark.parametrize("name", PACKS)
def test_the_table_names_every_deadline_of_the_pack(name: str) -> None:
    assert set(table(pack_of(name))) == {each.id for each in pack_of(name).deadlines}


@pytest.mark.parametrize(("name", "deadline"), EVERY)
def test_it_ends_and_reminds_as_written(name: str, deadline: str) -> None:
    pack = pack_of(name)
    entry = table(pack)[deadline]
    found = walk(pack)[deadline]
    written: dict[str, Any] = {
        "ends": [[str(row["due"]), row.get("provisional", False)] for row in entry["ends"]],
        "working": list(entry["working"]),
        "rungs": {rung: str(at) for rung, at in entry["rungs"].items()},
        "again": again_after(str([*entry["rungs"].values()][-1])),
        "corrected": [str(row["due"]) for row in entry["ends"]],
    }
    if "extended" in entry:
        written["extended"] = str(entry["extended"])
    assert found == written


def again_after(last: str) -> list[str]:
    """What is still undone after the last step of a ladder comes again every day."""
    return [shown(moment(last) + timedelta(days=days)) for days in (1, 2)]


@pytest.mark.parametrize(("name", "deadline"), EVERY)
def test_its_events_open_and_end_it(name: str, deadline: str) -> None:
    pack = pack_of(name)
    entry = table(pack)[deadline]
    facts = facts_of(pack, entry)
    [stated] = [each for each in pack.deadlines if each.id == deadline]
    for row in entry["ends"]:
        term = opened(pack, entry, row)
        known = [OpenDeadline(1, deadline, term.subject, term.opened_at)]
        for name_of_event, met in [(each, True) for each in stated.closes_on] + [
            (each, False) for each in stated.replaced_on
        ]:
            changes = events(pack, Event(name_of_event, term.due.at, "1"), known, facts, CALENDAR)
            assert Closes(1, term.due.at, met) in changes
        again = events(pack, event_of(entry, row), known, facts, CALENDAR)
        assert not [each for each in again if isinstance(each, Opens) and each.deadline_id == deadline]


@pytest.mark.parametrize(("name", "deadline"), EVERY)
def test_a_late_correction_of_its_beginning_gives_the_end_of_that_beginning(name: str, deadline: str) -> None:
    """Opened by the first row's event, corrected long after to each other row's: their ends, whenever that is."""
    pack = pack_of(name)
    entry = table(pack)[deadline]
    first = opened(pack, entry, entry["ends"][0])
    for row in entry["ends"][1:]:
        runs = runs_of(first.within, opened(pack, entry, row).due if first.within is None else first.due)
        assert shown(reckon(runs, moment(row["opens"]), CALENDAR).at) == str(row["due"])


WITH_PAUSE = [name for name in PACKS if "pause" in read_yaml(TABLES / f"{name}.yaml")]


@pytest.mark.parametrize("name", WITH_PAUSE)
def test_a_pause_lets_a_fresh_term_take_its_place(name: str) -> None:
    pack = pack_of(name)
    pause = {key: str(at) for key, at in read_yaml(TABLES / f"{name}.yaml")["pause"].items()}
    facts = facts_of(pack, {"happened": ["evidence.recording_received"]})
    received = Event("evidence.recording_received", moment(pause["received"]), "7")
    [term] = [each for each in events(pack, received, [], facts, CALENDAR) if isinstance(each, Opens)]
    assert term.deadline_id == "recording_handover"
    known = [OpenDeadline(1, term.deadline_id, "7", term.opened_at)]
    left = moment(pause["away"])
    assert events(pack, Event("recordings.away", left, "8"), known, facts, CALENDAR) == (Closes(1, left, met=False),)
    # While away nothing new runs; from the return on it does.
    away = replace(facts, case={"away": True})
    assert events(pack, Event("evidence.recording_received", left, "9"), [], away, CALENDAR) == ()
    back = Event("recordings.returned", moment(pause["returned"]), "8")
    [fresh] = events(pack, back, [replace(known[0], closed_at=left)], facts, CALENDAR)
    assert isinstance(fresh, Opens) and fresh.deadline_id == "handover_after_return"
    assert shown(fresh.due.at) == pause["due"]


def test_packs_that_let_a_pause_replace_a_term_have_one_written() -> None:
    pausing = {name for name in PACKS for each in pack_of(name).deadlines if "recordings.away" in each.replaced_on}
    assert pausing == set(WITH_PAUSE)


def test_a_server_in_a_wrong_zone_reckons_the_same() -> None:
    def walked(zone: str) -> Any:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.deadlines.walk"],
            cwd=ROOT,
            env=os.environ | {"TZ": zone},
            capture_output=True,
            check=True,
        )
        return json.loads(ran.stdout)

    here = json.loads(json.dumps({name: walk(pack_of(name)) for name in PACKS}))
    assert walked("America/New_York") == walked("Asia/Shanghai") == here
