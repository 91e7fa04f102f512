"""How long recordings and case files are kept at least, by the pack's terms. Pure.

Of several terms the longest counts; permanent is longer than any. Where no term is stated, nothing ends by itself:
only a decision can. A term of which nobody can tell whether it applies never ends, until its rule is mended. A term
ends at 24:00 in Asia/Shanghai of its last day; the day it begins does not count.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.facts import Facts
from dialogs.packs.schema import Pack, Retention
from dialogs.zone import SHANGHAI

AUDIOVISUAL = frozenset({"photo", "recording"})  # kinds of evidence that terms of recordings are about
_NEVER = datetime.min.replace(tzinfo=UTC)
_ORDER = ("until", "undecided", "open", "unjudged", "permanent")

End = Literal["until", "undecided", "open", "unjudged", "permanent"]


@dataclass(frozen=True)
class Kept:
    """How long something is kept.

    end: `until` a moment; `undecided` where no term is stated; `open` while its case has not been archived, from when
    the term runs; `unjudged` where a term's condition failed; `permanent`. until: the latest end stated, also where
    another term is undecided. basis: articles.
    """

    end: End
    until: datetime | None = None
    basis: tuple[str, ...] = ()

    def over(self, now: datetime) -> bool:
        """Whether its term has run out. Never without a term."""
        return self.end == "until" and self.may_go(now)

    def may_go(self, now: datetime) -> bool:
        """Whether a recorded decision may dispose of it: every term stated is over."""
        return self.end in ("until", "undecided") and (self.until is None or self.until <= now)


def archived_at(pack: Pack, facts: Facts) -> datetime | None:
    """When the case was archived: the sealing of the record that archives it."""
    moments = [facts.happened.get(f"record.{form.id}.sealed") for form in pack.records if form.archives_case]
    return max((each for each in moments if each is not None), default=None)


def case_kept(pack: Pack, facts: Facts) -> Kept:
    """The case file, from its archiving."""
    archived = archived_at(pack, facts)
    ends = _ends(pack, facts, "case", {}, archived, None)
    if ends:
        return _longest(ends)
    return Kept("undecided") if archived else Kept("open")


def evidence_kept(pack: Pack, facts: Facts, item: Mapping[str, object], since: datetime) -> Kept:
    """One piece of evidence. `item`: kind, form, question, seconds; `since`: the end of recording.

    Photos and recordings have terms of their own; any other file is kept as its case is.
    """
    whole = case_kept(pack, facts)
    if item.get("kind") not in AUDIOVISUAL:
        return whole
    ends = _ends(pack, facts, "recordings", item, since, whole)
    return _longest(ends) if ends else Kept("undecided")


def _ends(
    pack: Pack, facts: Facts, of: str, item: Mapping[str, object], since: datetime | None, whole: Kept | None
) -> list[Kept]:
    """The ends of the terms that apply, and of those of which that cannot be judged."""
    scope, ends = Scope({}, facts, item=item), []
    for term in pack.retention:
        if term.of != of:
            continue
        try:
            if term.when is None or compile_condition(term.when).holds(scope):
                ends.append(_end(term, since, whole))
        except ConditionFailed:
            ends.append(Kept("unjudged", basis=term.basis))
    return ends


def _end(term: Retention, since: datetime | None, whole: Kept | None) -> Kept:
    if term.permanent:
        return Kept("permanent", basis=term.basis)
    if term.as_case:
        whole = whole or Kept("open")
        return Kept(whole.end, whole.until, tuple(dict.fromkeys((*term.basis, *whole.basis))))
    if since is None:
        return Kept("open", basis=term.basis)
    return Kept("until", _after(term, since), term.basis)


def _after(term: Retention, since: datetime) -> datetime:
    day = since.astimezone(SHANGHAI).date()
    if term.days is not None:
        last = day + timedelta(days=term.days)
    else:
        last = _months_later(day, (term.months or 0) + 12 * (term.years or 0))
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _longest(ends: Sequence[Kept]) -> Kept:
    longest = max(ends, key=lambda kept: (_ORDER.index(kept.end), kept.until or _NEVER))
    return replace(longest, until=max((kept.until for kept in ends if kept.until), default=None))
