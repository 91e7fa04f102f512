"""Conditions that cannot be read, that name what is not there, or that can never hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from dialogs.conditions import ROOTS, compile_condition
from dialogs.packs.expression import Call, Each, Expression, parse, text_of, walk
from dialogs.packs.faults import Fault
from dialogs.packs.known import Known, known_of
from dialogs.packs.lint_names import Names
from dialogs.packs.lint_uses import Use, uses
from dialogs.packs.mentions import mentions
from dialogs.packs.places import Places
from dialogs.packs.reach import Reach
from dialogs.packs.schema import Pack, Question
from models.errors import InvalidInput

# Where a condition that never holds leaves something undone or undoable; elsewhere one that came from a base only
# speaks of what this pack has left out.
_WEIGHTY = frozenset({"asked", "check", "starts_with", "holds"})


def condition_faults(pack: Pack, places: Places, bases: tuple[Pack, ...], *, whole: bool) -> Iterator[Fault]:
    """Faults of every condition. `whole`: not of a fragment, whose facts and records its users complete.

    A condition that a base states may name what the base has and the pack omits: that is null, and null is quiet.
    So is an option that is omitted, and a question of the base that was asked because of it.
    """
    judge = _Judge(pack, places, bases, whole=whole)
    for use in uses(pack):
        yield from judge.faults(use)


class _Judge:
    def __init__(self, pack: Pack, places: Places, bases: tuple[Pack, ...], *, whole: bool) -> None:
        self._pack = pack
        self._places = places
        self._bases = bases
        self._own = known_of(pack) if whole else None
        self._gone: set[tuple[str, str]] = set()  # form and question: no longer asked, as an option is omitted

    @cached_property
    def _with_bases(self) -> Known:
        return known_of(self._pack, *self._bases)

    def faults(self, use: Use) -> Iterator[Fault]:
        try:
            compile_condition(use.text)
        except InvalidInput as fault:
            yield self._unreadable(use, fault)
            return
        tree = parse(use.text)
        inherited = bool(self._bases) and self._pack.id not in self._places.packs(use.place)
        known = self._with_bases if inherited and self._own else self._own
        form = self._form(use)
        found = list(Names(use, known, self._places, self._base_questions(form) if inherited else ()).faults(tree))
        yield from found
        if found:
            return
        impossible = list(self._impossible(use, tree, inherited=inherited))
        if impossible and inherited and use.kind == "asked" and self._rests_on_omitted(use, tree, form):
            self._gone.add((form, use.owner))
            return
        yield from impossible

    def _form(self, use: Use) -> str:
        family, at = use.place[0], use.place[1]
        return self._pack.records[at].id if family == "records" and isinstance(at, int) else ""

    def _base_questions(self, form: str) -> tuple[Question, ...]:
        records = [record for base in self._bases for record in base.records if record.id == form]
        return tuple(question for record in records for question in record.questions)

    def _rests_on_omitted(self, use: Use, tree: Expression, form: str) -> bool:
        """Whether it speaks of an option that the pack omits, or of a question gone for that reason."""
        if any((form, mention.path[0]) in self._gone for mention in mentions(tree) if mention.root == "answers"):
            return True
        faults = Names(use, self._own, self._places).faults(tree)
        return any(fault.code == "condition.unknown_option" for fault in faults)

    def _unreadable(self, use: Use, fault: InvalidInput) -> Fault:
        match fault.params["reason"]:
            case "syntax":
                return self._places.fault(use.place, "condition.syntax", text=use.text)
            case "function":
                return self._places.fault(use.place, "condition.unknown_function", name=fault.params["name"])
        known = "、".join(sorted(ROOTS))
        return self._places.fault(use.place, "condition.unknown_root", name=fault.params["name"], known=known)

    def _impossible(self, use: Use, tree: Expression, *, inherited: bool) -> Iterator[Fault]:
        reach = Reach(self._own, (*use.earlier, *use.later))
        if inherited and use.kind not in _WEIGHTY:
            return
        if not reach.possible(tree, parents=False):
            code = "record.unreachable" if use.kind == "starts_with" else "condition.never_holds"
            yield self._places.fault(use.place, code, id=use.owner, text=use.text)
        elif not reach.possible(tree):
            code = "question.unreachable" if use.kind == "asked" else "condition.never_holds"
            yield self._places.fault(use.place, code, id=use.owner, text=use.text)
        elif use.given and reach.possible(given := parse(use.given)) and not reach.possible(tree, given):
            yield self._places.fault(use.place, "condition.never_holds", id=use.owner, text=use.text)
        elif not inherited:
            for part in _branches(tree):
                if not (reach.occurs(part) if isinstance(part, Each) else reach.possible(part)):
                    yield self._places.fault(use.place, "condition.never_holds", id=use.owner, text=text_of(part))


def _branches(tree: Expression) -> Iterator[Expression]:
    """Parts that should be able to hold by themselves: what stands beside an `||`, and what a macro looks for."""
    for part in walk(tree):
        if isinstance(part, Each) and part.macro in ("exists", "exists_one", "filter"):
            yield part
        elif isinstance(part, Call) and part.function == "||":
            yield from part.args
