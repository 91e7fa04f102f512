"""Bases that cite what is not there, elements that cite nothing, and stages that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.packs.faults import Fault
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Element, Pack
from dialogs.packs.source import Node

_ARTICLE = re.compile(r"([A-Z]{1,8})-(\d+)(?:\.(\d+))?")
_GENERAL_LAW = re.compile(r"[\u3400-\u9fff〔〕（）《》0-9]*[\u3400-\u9fff）》]-\d+(?:\.\d+)?")
SETTING = "setting"
FAMILIES = (
    "kinds_of_act", "stages", "procedures", "records", "rules", "deadlines", "outlines", "retention", "secrecy",
    "settings",
)  # fmt: skip

Articles = dict[str, dict[int, int]]  # short name -> article -> number of items (0: not itemised)


def source_faults(pack: Pack, places: Places, bases: tuple[Node, ...]) -> Iterator[Fault]:
    """Every basis against the articles of the pack and of the regulations it extends; every record's stage."""
    articles: Articles = {pack.short: {article.no: article.items for article in pack.articles}}
    for base in bases:
        articles |= _articles_of(base)
    for place, element in elements(pack):
        for n, basis in enumerate(element.basis):
            yield from _basis(basis, (*place, "basis", n), pack.short, articles, places)
    yield from _never_cited(pack, places)
    for name in ("records", "rules", "deadlines", "stages", "kinds_of_act", "retention", "secrecy", "settings"):
        for n, one in enumerate(getattr(pack, name)):
            if not one.basis:
                yield places.fault((name, n), "basis.missing", short=pack.short)
    yield from _stages(pack, places)


def _stages(pack: Pack, places: Places) -> Iterator[Fault]:
    """A record's stage exists, and so do the procedures and stages of its `stage_in`."""
    stages = [stage.id for stage in pack.stages]
    procedures = {each.id: each.stages for each in pack.procedures}
    for n, record in enumerate(pack.records):
        if record.stage not in stages:
            place = ("records", n, "stage")
            yield places.fault(place, "record.stage_unknown", stage=record.stage, known="、".join(stages))
        for procedure, stage in record.stage_in.items():
            where = ("records", n, "stage_in", procedure)
            if procedure not in procedures:
                known = "、".join(procedures)
                yield places.fault(where, "record.procedure_unknown", procedure=procedure, known=known)
            elif stage not in procedures[procedure]:
                known = "、".join(procedures[procedure])
                yield places.fault(where, "record.stage_unknown", stage=stage, known=known)


def _never_cited(pack: Pack, places: Places) -> Iterator[Fault]:
    """Articles that ask something and that nothing answers."""
    cited = {basis.partition(".")[0] for _, element in elements(pack) for basis in element.basis}
    for n, article in enumerate(pack.articles):
        if article.asks_nothing is None and not article.functions and f"{pack.short}-{article.no}" not in cited:
            yield places.fault(("articles", n), "article.never_cited", no=article.no, short=pack.short)


def elements(pack: Pack) -> Iterator[tuple[tuple[int | str, ...], Element]]:
    """Everything of the pack that may cite articles, with its location."""
    for name in FAMILIES:
        for n, one in enumerate(getattr(pack, name)):
            yield (name, n), one
            for part in ("questions", "needs", "sign_off", "review", "makes", "ladder"):
                for m, inner in enumerate(getattr(one, part, ())):
                    yield (name, n, part, m), inner


def _articles_of(base: Node) -> Articles:
    short, articles = base.text("short"), base.get("articles")
    if short is None or articles is None:
        return {}
    found = {}
    for entry in articles.items():
        number, items = entry.get("no"), entry.get("items")
        if number is not None and isinstance(number.value, int):
            found[number.value] = items.value if items is not None and isinstance(items.value, int) else 0
    return {short: found}


def _basis(basis: str, place: Location, short: str, articles: Articles, places: Places) -> Iterator[Fault]:
    if basis == SETTING or _GENERAL_LAW.fullmatch(basis):
        return
    match = _ARTICLE.fullmatch(basis)
    if match is None or match[1] not in articles:
        yield places.fault(place, "basis.unknown_source", basis=basis, short=short)
        return
    known, number = articles[match[1]], int(match[2])
    if number not in known:
        yield places.fault(place, "basis.unknown_article", basis=basis, no=number)
    elif match[3] and known[number] and not 1 <= int(match[3]) <= known[number]:
        yield places.fault(place, "basis.unknown_item", basis=basis, no=number, items=known[number])
