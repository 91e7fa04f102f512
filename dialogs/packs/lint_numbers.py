"""Arithmetic of whole and fractional numbers together: CEL does not convert, so such a condition fails when judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from dialogs.packs.expression import Call, Each, Expression, Name, parts
from dialogs.packs.expression import Literal as Written
from dialogs.packs.mentions import Bound, Mention, inside, mention
from dialogs.packs.schema import Question

Kind = Literal["whole", "fractional", "either"]
Asked = Callable[[Mention], Sequence[Question]]

_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
_CALLS: dict[str, Kind] = {"double": "fractional", "int": "whole", "size": "whole", "workdays": "whole"}
_ANSWERS: dict[str, Kind] = {"amount": "fractional", "number": "either"}


def mixed_numbers(expression: Expression, asked: Asked, bound: Bound | None = None) -> Iterator[Call]:
    """Every sum, difference, product or quotient whose sides may be of two kinds. `asked`: a name's questions."""
    bound = bound or {}
    if isinstance(expression, Each):
        yield from mixed_numbers(expression.subject, asked, bound)
        yield from mixed_numbers(expression.body, asked, inside(expression, bound))
        return
    for part in parts(expression):
        yield from mixed_numbers(part, asked, bound)
    if isinstance(expression, Call) and expression.function in _ARITHMETIC and len(expression.args) == 2:
        left, right = (_kind(each, asked, bound) for each in expression.args)
        if left and right and (left != right or left == "either"):
            yield expression


def _kind(expression: Expression, asked: Asked, bound: Bound) -> Kind | None:
    """The kind of number an expression gives; None for no number, or where nothing is known of it."""
    match expression:
        case Written(bool()):
            return None
        case Written(int()):
            return "whole"
        case Written(float()):
            return "fractional"
        case Name():
            return _named(mention(expression, bound), asked)
        case Call("-", (one,)):
            return _kind(one, asked, bound)
        case Call(function, (left, right)) if function in _ARITHMETIC:
            first, second = _kind(left, asked, bound), _kind(right, asked, bound)
            return first if first == second else None  # told already
        case Call(function, _):
            return _CALLS.get(function)
    return None


def _named(found: Mention | None, asked: Asked) -> Kind | None:
    if found is None:
        return None
    if found.root == "settings":
        return "whole"  # of settings only numbers are reckoned with, and those are whole
    kinds = {_ANSWERS.get(question.type) for question in asked(found)}
    if not kinds or None in kinds:
        return None
    return kinds.pop() if len(kinds) == 1 else "either"
