"""A condition as a small tree to be read rather than evaluated: by lint, by `packs diff`, by the XLSForm exchange."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import celpy
from celpy.celparser import CELParseError
from lark import Tree

from models.errors import InvalidInput

MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})


@dataclass(frozen=True)
class Name:
    """A chain of members: `answers.place` is `("answers", "place")`, and so is `answers["place"]`."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class Literal:
    value: str | int | float | bool | None


@dataclass(frozen=True)
class Items:
    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Call:
    """An operator (`&&`, `==`, `in`, `!`, `?:`, `[]`), a function or method, or a member of no chain (`.form`)."""

    function: str
    args: tuple[Expression, ...]


@dataclass(frozen=True)
class Each:
    """`subject.macro(variable, body)`."""

    macro: str
    subject: Expression
    variable: str
    body: Expression


Expression = Name | Literal | Items | Call | Each

_METHODS = frozenset({"contains", "endsWith", "matches", "startsWith"})
_OPERATORS = {
    "relation_lt": "<", "relation_le": "<=", "relation_gt": ">", "relation_ge": ">=", "relation_eq": "==",
    "relation_ne": "!=", "relation_in": "in", "addition_add": "+", "addition_sub": "-", "multiplication_mul": "*",
    "multiplication_div": "/", "multiplication_mod": "%", "unary_not": "!", "unary_neg": "-",
}  # fmt: skip


@cache
def parse(text: str) -> Expression:
    """The tree of a condition. Raises InvalidInput `pack.condition_invalid` (condition, reason)."""
    try:
        return _read(_environment().compile(text))
    except CELParseError as fault:
        raise InvalidInput("pack.condition_invalid", condition=text, reason="syntax") from fault


@cache
def _environment() -> celpy.Environment:
    return celpy.Environment()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it, outermost first."""
    yield expression
    for part in parts(expression):
        yield from walk(part)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """What an expression is directly made of."""
    match expression:
        case Items(items):
            return items
        case Call(_, args):
            return args
        case Each(_, subject, _, body):
            return (subject, body)
    return ()


def text_of(expression: Expression) -> str:
    """The expression as it would be written, with no more brackets than needed."""
    match expression:
        case Name(path):
            return ".".join(path)
        case Literal(value):
            return _quoted(value) if isinstance(value, str) else json.dumps(value)
        case Items(items):
            return f"[{', '.join(map(text_of, items))}]"
        case Each(macro, subject, variable, body):
            return f"{text_of(subject)}.{macro}({variable}, {text_of(body)})"
        case Call("!" | "-" as operator, (one,)):
            return operator + _bracketed(one)
        case Call("?:", (test, yes, no)):
            return f"{_bracketed(test)} ? {_bracketed(yes)} : {_bracketed(no)}"
        case Call("&&" | "||" as operator, args):
            return f" {operator} ".join(_bracketed(each) if _mixes(operator, each) else text_of(each) for each in args)
        case Call("[]", (subject, index)):
            return f"{text_of(subject)}[{text_of(index)}]"
        case Call(function, args) if function.startswith("."):
            return f"{text_of(args[0])}{function}"
        case Call(function, (left, right)) if function == "in" or not function.isalpha():
            return f"{_bracketed(left)} {function} {_bracketed(right)}"
        case Call(function, (subject, *args)) if function in _METHODS:
            return f"{_bracketed(subject)}.{function}({', '.join(map(text_of, args))})"
        case Call(function, args):
            return f"{function}({', '.join(map(text_of, args))})"
    raise TypeError(type(expression).__name__)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    return f"'{escaped}'" if "'" not in escaped else '"' + escaped.replace('"', '\\"') + '"'


def _mixes(operator: str, inner: Expression) -> bool:
    return isinstance(inner, Call) and inner.function in ("&&", "||", "?:") and inner.function != operator


def _bracketed(expression: Expression) -> str:
    plain = not isinstance(expression, Call) or (expression.function[0].isalpha() and expression.function != "in")
    return text_of(expression) if plain or expression.function[0] == "." else f"({text_of(expression)})"  # type: ignore[union-attr]


# --- from the parser's tree ---------------------------------------------------------------------------------


def _read(node: Tree[Any]) -> Expression:
    kind, children = node.data, [child for child in node.children if child is not None]
    if kind == "literal":
        return Literal(_literal(node.children[0]))
    if kind == "ident":
        return Name((str(children[0]),))
    if kind == "list_lit":
        return Items(_arguments(children))
    if kind == "member_dot":
        return _member(_read(children[0]), str(children[1]))
    if kind == "member_index":
        subject, index = _read(children[0]), _read(children[1])
        if isinstance(subject, Name) and isinstance(index, Literal) and isinstance(index.value, str):
            return Name((*subject.path, index.value))
        return Call("[]", (subject, index))
    if kind in ("ident_arg", "dot_ident_arg"):
        return Call(str(children[0]), _arguments(children[1:]))
    if kind == "member_dot_arg":
        return _method(_read(children[0]), str(children[1]), _arguments(children[2:]))
    if kind == "conditionalor" and len(children) == 2:
        return Call("||", _flat("||", map(_read, children)))
    if kind == "conditionaland" and len(children) == 2:
        return Call("&&", _flat("&&", map(_read, children)))
    if kind == "expr" and len(children) == 3:
        return Call("?:", tuple(map(_read, children)))
    if isinstance(children[0], Tree) and children[0].data in _OPERATORS:
        operator = children[0]
        return Call(_OPERATORS[operator.data], (*map(_read, operator.children), _read(children[1])))
    if len(children) == 1 and isinstance(children[0], Tree):
        return _read(children[0])
    return Call(kind, _arguments(children))


def _flat(operator: str, args: Iterator[Expression]) -> tuple[Expression, ...]:
    """`a && b && c` as one call of three."""
    return tuple(
        inner
        for each in args
        for inner in (each.args if isinstance(each, Call) and each.function == operator else (each,))
    )


def _member(subject: Expression, name: str) -> Expression:
    return Name((*subject.path, name)) if isinstance(subject, Name) else Call(f".{name}", (subject,))


def _method(subject: Expression, name: str, args: tuple[Expression, ...]) -> Expression:
    if name in MACROS and len(args) == 2 and isinstance(args[0], Name):
        return Each(name, subject, args[0].path[0], args[1])
    return Call(name, (subject, *args))


def _arguments(children: list[Any]) -> tuple[Expression, ...]:
    listed = [child for child in children if isinstance(child, Tree)]
    if len(listed) == 1 and listed[0].data == "exprlist":
        listed = list(listed[0].children)
    return tuple(map(_read, listed))


def _literal(token: Any) -> str | int | float | bool | None:
    match token.type:
        case "NULL_LIT":
            return None
        case "BOOL_LIT":
            return str(token) == "true"
        case "INT_LIT" | "UINT_LIT":
            return int(str(token).rstrip("uU"), 0)
        case "FLOAT_LIT":
            return float(token)
    value = ast.literal_eval(str(token))
    return value if isinstance(value, str) else str(token)
