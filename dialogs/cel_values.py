"""CEL's values and functions as conditions use them: conversion when asked, and a null that is quiet.

The library raises where a half-filled record is the normal case (`null > 3`, a missing member, 3 == 3.0 across
kinds); here such comparisons are false. Failures stay values, as CEL wants it, so that `failed || true` is true.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from celpy import celtypes
from celpy.evaluation import CELEvalError, base_functions

from dialogs.zone import SHANGHAI

if TYPE_CHECKING:
    from dialogs.deadlines.calendar import Calendar

# The days a condition counts by while it is judged: its functions see their arguments only. None: those shipped.
counting_by: ContextVar[Calendar | None] = ContextVar("counting_by", default=None)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")


class _Absent(celtypes.MapType):
    """The null of every condition: an empty map whose members are absent too."""

    def __getitem__(self, key: object) -> Any:
        return self


ABSENT = _Absent()


class View(celtypes.MapType):
    """A mapping converted member by member when asked, since a condition touches few of many answers."""

    def __init__(self, source: Mapping[str, object]) -> None:
        super().__init__()
        self._source = source

    def __getitem__(self, key: Any) -> Any:
        return to_cel(self._source.get(str(key)))

    def __contains__(self, key: object) -> bool:
        return str(key) in self._source

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Any]:
        return iter([celtypes.StringType(key) for key in self._source])


class Branch(View):
    """Dotted names as nested maps: `record.decision.sealed` is the member of a member of a member."""

    def __init__(self, source: Mapping[str, object], prefix: str = "") -> None:
        super().__init__(source)
        self._prefix = prefix

    def __getitem__(self, key: Any) -> Any:
        name = f"{self._prefix}{key}"
        if name in self._source:
            return to_cel(self._source[name])
        if any(known.startswith(f"{name}.") for known in self._source):
            return Branch(self._source, f"{name}.")
        return ABSENT


def to_cel(value: object) -> Any:
    """`value` (JSON, Decimal, date or aware datetime) as CEL sees it; TypeError for anything else."""
    match value:
        case None:
            return ABSENT
        case bool():
            return celtypes.BoolType(value)
        case int():
            return celtypes.IntType(value)
        case float() | Decimal():
            return celtypes.DoubleType(value)
        case str():
            return celtypes.StringType(value)
        case datetime():
            return celtypes.TimestampType(value)
        case date():
            return celtypes.TimestampType(datetime.combine(value, time(), SHANGHAI))
        case Mapping():
            return View(value)
        case Sequence():
            return celtypes.ListType([to_cel(item) for item in value])
    raise TypeError(f"no CEL value for {type(value).__name__}")


def typed(value: object, *, amount: bool = False) -> object:
    """A stored case fact: ISO dates and datetimes become moments, amounts numbers, the rest stays."""
    if isinstance(value, str):
        try:
            if amount:
                return Decimal(value)
            if _ISO_MOMENT.fullmatch(value):
                return datetime.fromisoformat(value)
            if _ISO_DATE.fullmatch(value):
                return date.fromisoformat(value)
        except (ValueError, InvalidOperation):  # looks like one and is none: then it is text
            return value
    return value


# --- null-quiet functions -----------------------------------------------------------------------------------


def missing(value: object) -> bool:
    return value is None or value is ABSENT


def _through(function: Callable[..., Any]) -> Callable[..., Any]:
    def quiet(*arguments: Any) -> Any:
        return ABSENT if any(missing(each) for each in arguments) else function(*arguments)

    return quiet


def _plain(value: Any) -> Any:
    if isinstance(value, celtypes.IntType | celtypes.UintType):
        return int(value)
    return float(value) if isinstance(value, celtypes.DoubleType) else value


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def quiet(left: Any, right: Any) -> Any:
        if missing(left) or missing(right):
            return celtypes.BoolType(False)
        if fault := _fault(left, right):
            return fault
        return celtypes.BoolType(compare(_plain(left), _plain(right)))

    return quiet


def _fault(*values: Any) -> CELEvalError | None:
    """The first failed operand: CEL carries failures as values, so that `failed || true` is true."""
    return next((each for each in values if isinstance(each, CELEvalError)), None)


def _equality(equal: bool) -> Callable[[Any, Any], Any]:
    def quiet(left: Any, right: Any) -> Any:
        return _fault(left, right) or celtypes.BoolType(_equal(left, right) is equal)

    return quiet


def _within(item: Any, container: Any) -> Any:
    return _fault(item, container) or celtypes.BoolType(any(_equal(item, each) for each in container or ()))


def _choose(test: Any, yes: Any, no: Any) -> Any:
    return _fault(test) or (yes if not missing(test) and test else no)


def _equal(left: Any, right: Any) -> bool:
    if missing(left) or missing(right):
        return missing(left) and missing(right)
    try:
        return bool(_plain(left) == _plain(right))
    except TypeError:  # the library refuses to compare different kinds; the CEL standard calls them unequal
        return False


def _boolean(function: Callable[..., Any]) -> Callable[..., Any]:
    def quiet(*arguments: Any) -> Any:
        return function(*(celtypes.BoolType(False) if missing(each) else each for each in arguments))

    return quiet


def _workdays(since: Any, until: Any) -> Any:
    """Working days after the day of `since` up to and including that of `until`; 0 when it is not later."""
    if fault := _fault(since, until):
        return fault
    # The package of deadlines judges conditions itself: it cannot be imported while this module is.
    from dialogs.deadlines.calendar import shipped_calendar

    calendar, first, last = counting_by.get() or shipped_calendar(), _day(since), _day(until)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return celtypes.IntType(sum(calendar.is_workday(day) for day in days))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


FUNCTIONS: dict[str, Callable[..., Any]] = {name: _through(function) for name, function in base_functions.items()} | {
    "_<_": _ordered(operator.lt),
    "_<=_": _ordered(operator.le),
    "_>_": _ordered(operator.gt),
    "_>=_": _ordered(operator.ge),
    "_==_": _equality(True),
    "_!=_": _equality(False),
    "_in_": _within,
    "_&&_": _boolean(base_functions["_&&_"]),
    "_||_": _boolean(base_functions["_||_"]),
    "!_": _boolean(base_functions["!_"]),
    "_?_:_": _choose,
    "_[_]": base_functions["_[_]"],
    "size": base_functions["size"],
    "workdays": _through(_workdays),
}
