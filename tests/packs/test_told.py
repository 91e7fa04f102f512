"""What a pack tells its officers fits what it holds."""

from __future__ import annotations

import re

import pytest

from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack

PACKS = load_all()
TITLES = {record.title for pack in PACKS.values() for record in pack.records}


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_no_record_speaks_of_a_record_the_regulation_leaves_out(pack: Pack) -> None:
    own = {record.title for record in pack.records}
    for record in pack.records:
        for question in record.questions:
            named = set(re.findall("“([^”]+)”", question.help or "")) & TITLES
            assert named <= own, (record.id, question.id, named - own)


def test_a_decision_handed_over_on_the_spot_is_not_returned() -> None:
    filing = PACKS["liaoning-disabled-persons"].record("on_spot_decision").review
    assert [(step.id, step.return_allowed) for step in filing] == [("filing", False)]
