"""Conditions of regulation packs: CEL over one frozen view of answers and case.

Names a condition sees: `answers.<id>`, `case.<fact>`, `record.<field>`, `deadlines.<id>`, `evidence` (list of
`{id, kind, question, state, seconds, captured_at, received_at}`), `records` (list of `RecordFact`s),
`happened.<event>` (when it last happened, as `happened.record.decision.sealed`), `settings.<id>`, `agency.<field>`,
`clashes`, `item` (what a retention rule judges) and `now`. Whatever is missing is null, and null is
quiet: any ordering with it is false, `null == null` is true, in a boolean place it counts as false, its size is 0.
Whole and fractional numbers compare with each other; values of different kinds are simply not equal.
Dates and datetimes are timestamps (a date is its 0:00 in Asia/Shanghai). Besides CEL's own functions there is
`workdays(since, until)`: the working days after the day of `since` up to and including that of `until`, by the
calendar of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import celpy
import lark
from celpy import celtypes
from celpy.celparser import CELParseError
from celpy.evaluation import CELEvalError

from dialogs.cel_operations import Doubt
from dialogs.cel_plain import Program, compile_plain
from dialogs.cel_values import FUNCTIONS, Branch, View, counting_by, missing, to_cel, typed
from dialogs.facts import Facts
from models.errors import InvalidInput, ZhiluError

ROOTS = frozenset(
    {
        "agency", "answers", "case", "clashes", "deadlines", "evidence", "happened", "item", "now", "record", "records",
        "settings",
    }
)  # fmt: skip
_OWN = frozenset({"answers", "record", "item"})  # of a scope; the other roots are of its facts
_LISTS = frozenset({"records", "clashes", "evidence", "deadlines"})
_REMEMBERED = 64
_MACROS = frozenset({"map", "filter", "all", "exists", "exists_one"})


@dataclass(frozen=True)
class Scope:
    """What one evaluation sees. `answers` may be filled while it is in use: it is read when asked."""

    answers: Mapping[str, object]
    facts: Facts
    record: Mapping[str, object] = field(default_factory=dict)
    item: Mapping[str, object] = field(default_factory=dict)

    def root(self, name: str) -> Any:
        """The value of one of `ROOTS` as the CEL library sees it."""
        if name in _OWN:
            return View(getattr(self, name))
        return self._once(f"cel {name}", lambda: self._converted(name))

    def plain(self, name: str) -> object:
        """The value of one of `ROOTS` as compiled conditions see it."""
        if name in _OWN:
            return getattr(self, name)
        return self._once(f"plain {name}", lambda: self._plain(name))

    def _plain(self, name: str) -> object:
        match name:
            case "case":
                amounts = self.facts.amounts
                return {key: typed(value, amount=key in amounts) for key, value in self.facts.case.items()}
            case "deadlines":
                return {each.id: vars(each) for each in self.facts.deadlines}
            case "evidence" | "records" | "clashes":
                return [vars(each) for each in getattr(self.facts, name)]
            case _:
                return getattr(self.facts, name)

    def _converted(self, name: str) -> Any:
        return Branch(self.facts.happened) if name == "happened" else to_cel(self._plain(name))

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        cache = self.facts.cache
        if key not in cache:
            cache[key] = make()
        return cache[key]

    def mark(self, reference: str) -> str:
        """Tells apart what a reference rests on: the same mark, the same value."""
        root = reference.partition(".")[0]
        if root in _LISTS:
            return str(self._once(f"mark {root}", lambda: repr(getattr(self.facts, root))))
        return repr(self.source(reference))

    def source(self, reference: str) -> object:
        """What a reference rests on, unconverted: one answer, fact or field, else the whole root."""
        root, _, rest = reference.partition(".")
        if root == "happened" and rest:
            return self.facts.happened.get(rest)
        member = rest.partition(".")[0]
        # Of a case as it is converted: the same text is a number where the pack says so.
        whole = self.plain(root) if root in _OWN or root == "case" else getattr(self.facts, root)
        return whole.get(member) if member and isinstance(whole, Mapping) else whole


class ConditionFailed(ZhiluError):
    """A condition that could not be evaluated; code `pack.condition_failed`, params `condition`."""


@dataclass(frozen=True)
class Condition:
    """A compiled condition. `references` are its dotted names (`answers.place`, `case.urgent`, `now`).

    Most are compiled (see `dialogs.cel_plain`). What only the library can judge takes a hundred times as long: its last
    results are remembered by the values they rest on. Safe to share between threads.
    """

    text: str
    references: frozenset[str]
    _program: celpy.Runner = field(repr=False, compare=False)
    _roots: frozenset[str] = field(repr=False, compare=False)
    _ordered: tuple[str, ...] = field(repr=False, compare=False)
    _fast: Program | None = field(default=None, repr=False, compare=False)
    _known: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def holds(self, scope: Scope) -> bool:
        """Whether it is true; null is false. Raises ConditionFailed when it has no boolean value."""
        if "workdays(" not in self.text:
            return self._holds(scope)
        before = counting_by.set(scope.facts.calendar)
        try:
            return self._holds(scope)
        finally:
            counting_by.reset(before)

    def _holds(self, scope: Scope) -> bool:
        if self._fast is not None:
            try:
                return bool(self._fast({name: scope.plain(name) for name in self._roots}))
            except Doubt:
                pass
        return self._judged(scope)

    def _judged(self, scope: Scope) -> bool:
        """By the library, remembered."""
        calendar = counting_by.get()
        key = "|".join([*map(scope.mark, self._ordered), calendar.fingerprint if calendar else ""])
        known = self._known.get(key)
        if known is None:
            known = self._evaluate(scope)
            if len(self._known) >= _REMEMBERED:
                self.forget()
            self._known[key] = known
        return known

    def forget(self) -> None:
        """Drop what is remembered; results stay the same, only slower."""
        self._known.clear()

    def _evaluate(self, scope: Scope) -> bool:
        try:
            result = self._program.evaluate({name: scope.root(name) for name in self._roots})
        except (CELEvalError, TypeError, ValueError, KeyError, ArithmeticError, RecursionError) as fault:
            raise ConditionFailed("pack.condition_failed", condition=self.text) from fault
        if missing(result):
            return False
        if not isinstance(result, celtypes.BoolType):
            raise ConditionFailed("pack.condition_failed", condition=self.text)
        return bool(result)


@cache
def compile_condition(text: str) -> Condition:
    """Compile once and keep. Raises InvalidInput `pack.condition_invalid` (condition, reason, line, column)."""
    environment = _environment()
    try:
        tree = environment.compile(text)
    except CELParseError as fault:
        raise InvalidInput(
            "pack.condition_invalid", condition=text, reason="syntax", line=fault.line, column=fault.column
        ) from fault
    found = frozenset(_names(tree, frozenset()))
    roots = frozenset(name.partition(".")[0] for name in found)
    for called in _calls(tree):
        if called not in FUNCTIONS and called not in _MACROS and called != "has":
            raise InvalidInput("pack.condition_invalid", condition=text, reason="function", name=called)
    if unknown := sorted(roots - ROOTS):
        raise InvalidInput("pack.condition_invalid", condition=text, reason="name", name=unknown[0])
    program = environment.program(tree, functions=FUNCTIONS)
    return Condition(text, found, program, roots, tuple(sorted(found)), compile_plain(tree))


def references(condition: Condition | str) -> frozenset[str]:
    """The dotted names a condition mentions; variables of `exists` and its like are not among them."""
    return (compile_condition(condition) if isinstance(condition, str) else condition).references


@cache
def _environment() -> celpy.Environment:
    return celpy.Environment()


# --- names in the syntax tree -------------------------------------------------------------------------------


def _names(node: Any, bound: frozenset[str]) -> Iterator[str]:
    if not isinstance(node, lark.Tree):
        return
    if dotted := _dotted(node):
        if dotted.partition(".")[0] not in bound:
            yield dotted
        return
    if node.data == "member_dot_arg" and len(node.children) == 3 and node.children[1] in _MACROS:
        subject, _, arguments = node.children
        yield from _names(subject, bound)
        variable = _dotted(arguments.children[0])
        for child in arguments.children[1:]:
            yield from _names(child, bound | {variable or ""})
        return
    for child in node.children:
        yield from _names(child, bound)


def _dotted(node: Any) -> str | None:
    """`a.b.c` for a plain chain of members (`a["b"]` with a literal too), None for anything else."""
    if not isinstance(node, lark.Tree):
        return None
    if node.data == "ident":
        return str(node.children[0])
    if node.data == "member_dot":
        head = _dotted(node.children[0])
        return f"{head}.{node.children[1]}" if head else None
    if node.data == "member_index":
        head, literal = _dotted(node.children[0]), _literal(node.children[1])
        return f"{head}.{literal}" if head and literal else None
    return _dotted(node.children[0]) if len(node.children) == 1 and node.data != "literal" else None


def _literal(node: Any) -> str | None:
    while isinstance(node, lark.Tree) and len(node.children) == 1:
        node = node.children[0]
    text = str(node) if isinstance(node, lark.Token) and node.type == "STRING_LIT" else ""
    return text[1:-1] or None


def _calls(tree: lark.Tree[Any]) -> Iterator[str]:
    for node in tree.iter_subtrees():
        if node.data in ("ident_arg", "dot_ident_arg"):
            yield str(node.children[0])
        elif node.data == "member_dot_arg":
            yield str(node.children[1])
