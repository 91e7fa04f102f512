"""What a compliance check finds, and under which article it stands.

What the regulation demands, what general law demands and what the agency has set itself are never mixed: a finding
that rests on a setting stands under the settings alone, whatever article it makes precise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from dialogs.packs.schema import Pack

Grade = Literal["missing", "late", "departed", "open", "hint", "excused", "done"]
GRADES: tuple[Grade, ...] = ("missing", "late", "departed", "open", "hint", "excused", "done")  # the gravest first

Source = Literal["record", "question", "signature", "need", "rule", "deadline", "review", "clash"]
Kind = Literal["own", "general", "setting", "unstated"]
KINDS: tuple[Kind, ...] = ("own", "general", "setting", "unstated")
SETTING = "setting"


@dataclass(frozen=True)
class Finding:
    """One thing found.

    code: what is the matter, in a word (`absent`, `overdue`, …); views and papers make the sentence of it.
    element: id in the pack, `<record>.<part>` for parts of one. title: the pack's own words for it.
    record, number: of the record it is about. begin: the form that would put it right. people: officer ids.
    since, due, ended: moments of a term or a clash. reason: as written by the officer, or the failed condition.
    """

    grade: Grade
    source: Source
    code: str
    element: str
    title: str
    basis: tuple[str, ...] = ()
    record: str | None = None
    number: str | None = None
    record_title: str | None = None
    begin: str | None = None
    people: tuple[str, ...] = ()
    since: datetime | None = None
    due: datetime | None = None
    ended: datetime | None = None
    reason: str | None = None

    @property
    def late_by(self) -> timedelta | None:
        """How long after its end a term was met; None when it was met in time or still runs."""
        if self.due is None or self.ended is None or self.ended <= self.due:
            return None
        return self.ended - self.due

    @property
    def kind(self) -> Kind:
        if SETTING in self.basis:
            return "setting"
        if any(is_own(cited) for cited in self.basis):
            return "own"
        return "general" if self.basis else "unstated"


@dataclass(frozen=True)
class Article:
    """Findings under one heading. `cited`: the article (`XG-8`, `行政处罚法-55`); '' for settings and the unstated."""

    kind: Kind
    cited: str
    about: str
    findings: tuple[Finding, ...]

    def count(self, grade: Grade) -> int:
        return sum(finding.grade == grade for finding in self.findings)


@dataclass(frozen=True)
class Compliance:
    """The whole check. Every finding is in `findings` once; under several articles when it cites several.

    articles: those touched, the regulation's own in their order, then general law, then the agency's settings.
    untouched: own articles of which nothing has been triggered.
    """

    at: datetime
    findings: tuple[Finding, ...]
    articles: tuple[Article, ...]
    untouched: tuple[str, ...] = ()

    def of(self, *grades: Grade) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.grade in grades)

    @cached_property
    def counts(self) -> Mapping[Grade, int]:
        found = dict.fromkeys(GRADES, 0)
        for finding in self.findings:
            found[finding.grade] += 1
        return found


def is_own(cited: str) -> bool:
    """Whether the regulation, or one it extends, is meant: laws are cited by their Chinese names."""
    return cited != SETTING and cited.rpartition("-")[0].isascii()


def grouped(pack: Pack, findings: Sequence[Finding], at: datetime) -> Compliance:
    """The findings by article; items of an article (`XG-10.2`) stand under the article."""
    ordered = tuple(sorted(findings, key=lambda finding: GRADES.index(finding.grade)))
    under: dict[tuple[Kind, str], list[Finding]] = {}
    for finding in ordered:
        for heading in dict.fromkeys(_headings(finding)):
            under.setdefault(heading, []).append(finding)
    about = {f"{pack.short}-{article.no}": article.about for article in pack.articles}
    places = {cited: n for n, cited in enumerate(about)}

    def place(heading: tuple[Kind, str]) -> tuple[int, int, str]:
        return KINDS.index(heading[0]), places.get(heading[1], len(places)), heading[1]

    headings = [(kind, cited, about.get(cited, "")) for kind, cited in sorted(under, key=place)]
    return Compliance(
        at=at,
        findings=ordered,
        articles=tuple(Article(kind, cited, text, tuple(under[kind, cited])) for kind, cited, text in headings),
        untouched=tuple(cited for cited in about if ("own", cited) not in under),
    )


def _headings(finding: Finding) -> Iterator[tuple[Kind, str]]:
    if finding.kind in ("setting", "unstated"):
        yield finding.kind, ""
        return
    for cited in finding.basis:
        yield ("own" if is_own(cited) else "general"), cited.partition(".")[0]
