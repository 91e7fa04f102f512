"""The demands would notice: of packs with one demand taken out or loosened, nearly all are caught.

A tenth of all mutants, the same ones each time; `python -m tests.demands.mutants` holds every one of them.
"""

from __future__ import annotations

import pytest

from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack
from tests.demands import mutants as mutation

PACKS = load_all()
EVERY = 10
LEAST = 0.95


@pytest.mark.slow
@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_what_is_taken_out_of_a_pack_is_missed(pack: Pack) -> None:
    tests = mutation.tests_of(pack)
    sample = list(mutation.mutants(pack))[::EVERY]
    survived = [f"{mutant.kind}: {mutant.what}" for mutant in sample if tests.catch(mutant) is None]
    assert len(survived) <= (1 - LEAST) * len(sample), survived


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_deadline_and_every_must_is_stated_as_a_demand(pack: Pack) -> None:
    """Not only the golden plan: somebody has written down what the article wants."""
    tests = mutation.tests_of(pack)
    grave = [each for each in mutation.mutants(pack) if each.kind.startswith(("deadline", "must"))]
    unnoticed = [f"{mutant.kind}: {mutant.what}" for mutant in grave if tests.catch(mutant) != "demand"]
    assert len(unnoticed) <= (1 - LEAST) * len(grave), unnoticed
