"""Each regulation's demands, article by article, as stated in the `*.yaml` beside this file, hold in its pack."""

from __future__ import annotations

import pytest

from dialogs.packs.loader import load_all
from tests.demands.judging import Demand, demands, faults

PACKS = load_all()
DEMANDS = [demand for pack in PACKS.values() for demand in demands(pack)]


def _name(demand: Demand) -> str:
    return f"{'+'.join(demand.articles)} {demand.about} {demand.says[:16]}"


def test_every_pack_has_its_demands() -> None:
    assert {demand.pack for demand in DEMANDS if not demand.looks.get("rule", "").startswith("law_")} == set(PACKS)


@pytest.mark.parametrize("demand", DEMANDS, ids=_name)
def test_the_pack_does_what_the_article_demands(demand: Demand) -> None:
    assert not faults(PACKS[demand.pack], demand)


def test_every_article_that_asks_something_is_looked_at() -> None:
    looked = {article.partition(".")[0] for demand in DEMANDS for article in demand.articles}
    asked = {
        f"{pack.short}-{article.no}" for pack in PACKS.values() for article in pack.articles if not article.asks_nothing
    }
    assert not asked - looked
