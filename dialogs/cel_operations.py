"""What operators and functions of conditions do to plain values, in doubt nothing: see `dialogs.cel_plain`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from celpy import celtypes
from celpy.evaluation import base_functions

from dialogs.cel_values import FUNCTIONS
from dialogs.zone import SHANGHAI

_LARGEST = 2**63
_KINDS: Mapping[type, str] = {
    bool: "truth", int: "number", float: "number", str: "text", datetime: "moment", timedelta: "length",
}  # fmt: skip
_AS_THEY_ARE = frozenset({type(None), str, bool, float, dict, list, tuple})


class Doubt(Exception):
    """The library must judge."""


def plain(value: object) -> Any:
    """A value of answers or facts as programs see it. Raises Doubt for kinds the library refuses."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Doubt
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), SHANGHAI)
    if isinstance(value, int) and -_LARGEST <= value < _LARGEST:
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping | Sequence) and not isinstance(value, bytes):
        return value
    raise Doubt


def truth(value: object) -> bool | None:
    if value is None or value is True or value is False:
        return value
    raise Doubt


def flag(value: object) -> bool:
    """In a boolean place null is false."""
    if value is True:
        return True
    if value is False or value is None:
        return False
    raise Doubt


def _sure(value: object) -> bool:
    """The result of a loop's body: the library has its own ways with null there."""
    if value is True or value is False:
        return bool(value)
    raise Doubt


def member(owner: object, name: str) -> object:
    if owner is None:
        return None
    if type(owner) is dict or isinstance(owner, Mapping):  # asking an abstract class is slow
        value = owner.get(name)
        return value if type(value) in _AS_THEY_ARE else plain(value)
    raise Doubt


def happened(events: Any, name: str) -> object:
    if any(name.startswith(f"{known}.") or known.startswith(f"{name}.") for known in events):
        raise Doubt
    return plain(events.get(name))


def _equal(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    one, other = _KINDS.get(type(left)), _KINDS.get(type(right))
    if one is None or other is None or (one != other and "truth" in (one, other)):
        raise Doubt
    return one == other and left == right


def _unequal(left: object, right: object) -> bool:
    return not _equal(left, right)


def _within(item: object, container: object) -> bool:
    if container is None:
        return False
    if isinstance(container, list | tuple):
        return any(_equal(item, plain(each)) for each in container)
    raise Doubt


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def ordered(left: object, right: object) -> bool:
        if left is None or right is None:
            return False
        one, other = _KINDS.get(type(left)), _KINDS.get(type(right))
        if one is None or one != other or one == "truth":
            raise Doubt
        return compare(left, right)

    return ordered


def _added(left: Any, right: Any) -> object:
    if left is None or right is None:
        return None
    kinds = _KINDS.get(type(left)), _KINDS.get(type(right))
    if kinds in (("moment", "length"), ("length", "length")) or (kinds[0] == "text" == kinds[1]):
        return left + right
    if type(left) is int and type(right) is int:
        return plain(left + right)
    raise Doubt


def _taken(left: Any, right: Any) -> object:
    if left is None or right is None:
        return None
    kinds = _KINDS.get(type(left)), _KINDS.get(type(right))
    if kinds in (("moment", "length"), ("moment", "moment")):
        return left - right
    if type(left) is int and type(right) is int:
        return plain(left - right)
    raise Doubt


def size(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, str | Mapping | list | tuple):
        return len(value)
    raise Doubt


def of_text(work: Callable[[str, str], bool], text: object, part: object) -> bool | None:
    if text is None or part is None:
        return None
    if isinstance(text, str) and isinstance(part, str):
        return work(text, part)
    raise Doubt


def _matches(text: str, pattern: str) -> bool:
    """By the library, so that both read patterns alike."""
    found = base_functions["matches"](celtypes.StringType(text), celtypes.StringType(pattern))
    if isinstance(found, celtypes.BoolType):
        return bool(found)
    raise Doubt


def workdays(since: object, until: object) -> int | None:
    if since is None or until is None:
        return None
    if isinstance(since, datetime) and isinstance(until, datetime):
        return int(FUNCTIONS["workdays"](since, until))
    raise Doubt


OPERATIONS: Mapping[str, Callable[[Any, Any], object]] = {
    "relation_lt": _ordered(operator.lt),
    "relation_le": _ordered(operator.le),
    "relation_gt": _ordered(operator.gt),
    "relation_ge": _ordered(operator.ge),
    "relation_eq": _equal,
    "relation_ne": _unequal,
    "relation_in": _within,
    "addition_add": _added,
    "addition_sub": _taken,
}
OF_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "matches": _matches,
}
MACROS: Mapping[str, Callable[[Sequence[object], Iterator[object]], object]] = {
    "exists": lambda items, results: any(map(_sure, results)),
    "all": lambda items, results: all(map(_sure, results)),
    "exists_one": lambda items, results: sum(map(_sure, results)) == 1,
    "filter": lambda items, results: [item for item, kept in zip(items, results, strict=True) if _sure(kept)],
    "map": lambda items, results: list(results),
}
