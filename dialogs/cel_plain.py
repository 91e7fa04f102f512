"""Conditions as Python closures over plain values: a hundred times as fast as the CEL library, which judges all doubt.

A condition is compiled when every part of it is known here; evaluated, it gives the very result the library gives, or
raises `Doubt` wherever the library's answer is not certain (values of odd kinds, failures of any sort). The caller
then asks the library. So this module adds speed and no meaning of its own.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import lark
from celpy import celtypes

from dialogs.cel_operations import (
    MACROS,
    OF_TEXT,
    OPERATIONS,
    Doubt,
    flag,
    happened,
    member,
    of_text,
    plain,
    size,
    truth,
    workdays,
)

Frame = dict[str, object]  # roots and loop variables by name
Program = Callable[[Frame], object]


class _Unknown(Exception):
    """A part of CEL that is not compiled here."""


def compile_plain(tree: lark.Tree[Any]) -> Program | None:
    """A program that returns a truth value or None, or raises Doubt; None when the tree holds something unknown."""
    try:
        program = _expression(tree, frozenset())
    except _Unknown:
        return None

    def judged(frame: Frame) -> bool | None:
        return truth(program(frame))

    return judged


# --- compiling ----------------------------------------------------------------------------------------------


def _expression(node: Any, bound: frozenset[str]) -> Program:
    while isinstance(node, lark.Tree) and len(node.children) == 1 and node.data not in _LEAVES:
        node = node.children[0]
    if not isinstance(node, lark.Tree) or node.data not in _BUILDERS:
        raise _Unknown
    return _BUILDERS[node.data](node, bound)


def _literal(node: Any, bound: frozenset[str]) -> Program:
    token = node.children[0]
    match token.type:
        case "BOOL_LIT":
            value: object = str(token) == "true"
        case "NULL_LIT":
            value = None
        case "INT_LIT" if not str(token).lstrip("-").startswith(("0x", "0X")):
            value = int(token)
        case "FLOAT_LIT":
            value = float(token)
        case "STRING_LIT" if "\\" not in token and token[0] in "'\"" and not token.startswith(("'''", '"""')):
            value = str(token)[1:-1]
        case _:
            raise _Unknown
    return lambda frame: value


def _ident(node: Any, bound: frozenset[str]) -> Program:
    name = str(node.children[0])
    if name == "happened" and name not in bound:
        raise _Unknown  # only its members are compiled: see `_member`
    return operator.itemgetter(name)


def _member(node: Any, bound: frozenset[str]) -> Program:
    name = str(node.children[1])
    event = _event(node, bound)
    if event is not None:
        return lambda frame: happened(frame["happened"], event)
    owner = _expression(node.children[0], bound)
    return lambda frame: member(owner(frame), name)


def _index(node: Any, bound: frozenset[str]) -> Program:
    event = _event(node, bound)
    if event is not None:
        return lambda frame: happened(frame["happened"], event)
    owner, place = _expression(node.children[0], bound), _expression(node.children[1], bound)

    def at(frame: Frame) -> object:
        found, key = owner(frame), place(frame)
        if isinstance(key, str):
            return member(found, key)
        if type(key) is int and isinstance(found, list | tuple) and 0 <= key < len(found):
            return plain(found[key])
        raise Doubt

    return at


def _event(node: Any, bound: frozenset[str]) -> str | None:
    """The event a chain of members from `happened` on names."""
    names: list[str] = []
    while isinstance(node, lark.Tree):
        if node.data == "member_dot":
            names.append(str(node.children[1]))
        elif node.data == "member_index":
            literal = _text(node.children[1])
            if literal is None:
                return None
            names.append(literal)
        elif node.data == "ident":
            ours = str(node.children[0]) == "happened" and "happened" not in bound
            return ".".join(reversed(names)) if ours and names else None
        elif len(node.children) != 1:
            return None
        node = node.children[0]
    return None


def _text(node: Any) -> str | None:
    while isinstance(node, lark.Tree) and len(node.children) == 1:
        node = node.children[0]
    quoted = isinstance(node, lark.Token) and node.type == "STRING_LIT" and "\\" not in node
    return str(node)[1:-1] if quoted else None


def _both(node: Any, bound: frozenset[str]) -> Program:
    left, right = (_expression(child, bound) for child in node.children)
    return lambda frame: flag(left(frame)) and flag(right(frame))


def _either(node: Any, bound: frozenset[str]) -> Program:
    left, right = (_expression(child, bound) for child in node.children)
    return lambda frame: flag(left(frame)) or flag(right(frame))


def _chosen(node: Any, bound: frozenset[str]) -> Program:
    test, yes, no = (_expression(child, bound) for child in node.children)
    return lambda frame: yes(frame) if flag(test(frame)) else no(frame)


def _unary(node: Any, bound: frozenset[str]) -> Program:
    value = _expression(node.children[1], bound)
    if node.children[0].data == "unary_not":
        return lambda frame: not flag(value(frame))
    raise _Unknown


def _binary(node: Any, bound: frozenset[str]) -> Program:
    operation = node.children[0]
    if operation.data not in OPERATIONS:
        raise _Unknown
    work = OPERATIONS[operation.data]
    left, right = _expression(operation.children[0], bound), _expression(node.children[1], bound)
    return lambda frame: work(left(frame), right(frame))


def _list(node: Any, bound: frozenset[str]) -> Program:
    items = [_expression(each, bound) for child in node.children for each in child.children]
    return lambda frame: [item(frame) for item in items]


def _call(node: Any, bound: frozenset[str]) -> Program:
    """A function by its name: size(x), duration('24h'), timestamp('…'), workdays(a, b)."""
    name, arguments = str(node.children[0]), _arguments(node, 1)
    if name in ("duration", "timestamp") and len(arguments) == 1:
        text = _text(arguments[0])
        if text is None:
            raise _Unknown
        moment = _constant(name, text)
        return lambda frame: moment
    given = [_expression(each, bound) for each in arguments]
    if name == "size" and len(given) == 1:
        return lambda frame: size(given[0](frame))
    if name == "workdays" and len(given) == 2:
        return lambda frame: workdays(given[0](frame), given[1](frame))
    raise _Unknown


def _method(node: Any, bound: frozenset[str]) -> Program:
    name, arguments = str(node.children[1]), _arguments(node, 2)
    owner = _expression(node.children[0], bound)
    if name in MACROS and len(arguments) == 2:
        return _macro(name, owner, arguments, bound)
    if name == "size" and not arguments:
        return lambda frame: size(owner(frame))
    if name in OF_TEXT and len(arguments) == 1:
        work, given = OF_TEXT[name], _expression(arguments[0], bound)
        return lambda frame: of_text(work, owner(frame), given(frame))
    raise _Unknown


def _arguments(node: Any, start: int) -> list[Any]:
    return list(node.children[start].children) if len(node.children) > start and node.children[start] else []


def _macro(name: str, owner: Program, arguments: list[Any], bound: frozenset[str]) -> Program:
    variable = arguments[0]
    while isinstance(variable, lark.Tree) and len(variable.children) == 1:
        variable = variable.children[0]
    if not isinstance(variable, lark.Token) or variable.type != "IDENT":
        raise _Unknown
    loop, body = str(variable), _expression(arguments[1], bound | {str(variable)})
    judge = MACROS[name]

    def run(frame: Frame) -> object:
        items = owner(frame)
        if items is None:
            items = ()
        if not isinstance(items, list | tuple):
            raise Doubt
        return judge(items, _each(items, loop, body, frame))

    return run


def _each(items: Sequence[object], loop: str, body: Program, frame: Frame) -> Iterator[object]:
    inner = dict(frame)
    for item in items:
        inner[loop] = item if type(item) is dict else plain(item)
        yield body(inner)


def _constant(name: str, text: str) -> datetime | timedelta:
    """What `timestamp` and `duration` make of a literal: the library reads it, once."""
    try:
        if name == "duration":
            return timedelta(seconds=celtypes.DurationType(text).total_seconds())
        read = celtypes.TimestampType(text)
    except (ValueError, OverflowError) as fault:
        raise _Unknown from fault
    return datetime.fromtimestamp(read.timestamp(), read.tzinfo)


_LEAVES = frozenset({"literal", "ident", "list_lit", "map_lit"})  # of one child, and no mere wrapping
_BUILDERS: Mapping[str, Callable[[Any, frozenset[str]], Program]] = {
    "literal": _literal,
    "ident": _ident,
    "member_dot": _member,
    "member_index": _index,
    "member_dot_arg": _method,
    "ident_arg": _call,
    "list_lit": _list,
    "unary": _unary,
    "relation": _binary,
    "addition": _binary,
    "multiplication": _binary,
    "conditionaland": _both,
    "conditionalor": _either,
    "expr": _chosen,
}
