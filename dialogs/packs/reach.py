"""Whether a condition can hold at all: a bounded search over the finite answers it rests on.

Choices, yes/no and refusals (and settings, and case facts set by such) are tried in every combination that the
questions' own `when` allows; everything else is unknown, and what is unknown may hold. So a condition is called
impossible only when it is; the reverse is not promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from dialogs.packs.expression import Call, Each, Expression, Items, Literal, Name, parse, walk
from dialogs.packs.known import WORDS, Known
from dialogs.packs.lint_names import words_of
from dialogs.packs.mentions import compared, inside
from dialogs.packs.schema import Question
from models.errors import InvalidInput

LIMIT = 20_000  # combinations tried of one condition; beyond it counts as possible
_OTHER = "\0other"  # stands for every word no condition speaks of
_MOST_CHOSEN = 5  # of a multiple choice, options told apart


class _Unknown:
    def __repr__(self) -> str:
        return "?"


UNKNOWN: Any = _Unknown()
Value = Any  # None, bool, int, float, str, frozenset[str] or UNKNOWN
Path = tuple[str, ...]


class Reach:
    """One pack's answers. `questions`: those of the record whose conditions are judged, in order."""

    def __init__(self, known: Known | None, questions: Sequence[Question] = ()) -> None:
        self._known = known
        self._questions = {question.id: question for question in questions}
        self._order = {question.id: n for n, question in enumerate(questions)}
        self._whens = {
            question.id: tree for question in questions if question.when and (tree := _tree(question.when)) is not None
        }

    def possible(self, *conditions: Expression, parents: bool = True) -> bool:
        """Whether all conditions can hold at once. parents: answers only of questions that may then be asked."""
        paths = self._closure(conditions, parents=parents)
        words = self._words([*conditions, *(self._whens[path[1]] for path in paths if self._has_when(path))])
        domains = [(path, self._domain(path, words.get(path, ()))) for path in paths]
        budget = [LIMIT]
        return self._search(domains, 0, {}, conditions, budget, parents=parents)

    def _search(
        self,
        domains: list[tuple[Path, tuple[Value, ...]]],
        at: int,
        given: dict[Path, Value],
        conditions: Sequence[Expression],
        budget: list[int],
        *,
        parents: bool,
    ) -> bool:
        if at == len(domains):
            budget[0] -= 1
            return budget[0] < 0 or all(self.value(each, given) is not False for each in conditions)
        path, domain = domains[at]
        if parents and self._has_when(path) and _truth(self.value(self._whens[path[1]], given)) is False:
            domain = (None,)
        return any(
            self._search(domains, at + 1, {**given, path: value}, conditions, budget, parents=parents)
            for value in domain
        )

    def _closure(self, conditions: Sequence[Expression], *, parents: bool) -> list[Path]:
        """The finite names that conditions rest on, questions after those their own `when` rests on."""
        found: dict[Path, None] = {}
        waiting = [path for each in conditions for path in _paths(each)]
        while waiting:
            path = waiting.pop()
            if path in found or not self._is_finite(path):
                continue
            found[path] = None
            if parents and self._has_when(path):
                waiting += _paths(self._whens[path[1]])
        return sorted(found, key=lambda path: (self._order.get(path[1], -1) if path[0] == "answers" else -1, path))

    def _has_when(self, path: Path) -> bool:
        return path[0] == "answers" and path[1] in self._whens

    def _words(self, conditions: Sequence[Expression]) -> dict[Path, set[str]]:
        found: dict[Path, set[str]] = {}
        for condition in conditions:
            for part in walk(condition):
                name, words = compared(part)
                if name:
                    found.setdefault(name.path, set()).update(words)
        return found

    def _is_finite(self, path: Path) -> bool:
        return self._domain(path, ()) != (UNKNOWN,)

    def _domain(self, path: Path, words: Sequence[str] | set[str]) -> tuple[Value, ...]:
        """The values a name can have, null first; (UNKNOWN,) when they cannot be listed."""
        if len(path) != 2:
            return (UNKNOWN,)
        root, name = path
        if root == "answers" and name in self._questions:
            return _values((self._questions[name],), words)
        if self._known is None:
            return (UNKNOWN,)
        if root == "settings" and name in self._known.settings:
            setting = self._known.settings[name]
            if setting.type == "yes_no":
                return (True, False)
            options = [option.id for option in setting.options]
            return _cut(options, words) if setting.type == "choice" else (UNKNOWN,)
        if root == "case" and (asked := self._known.facts.get(name)):
            listed = _values(asked, words)
            return (*listed, *self._known.settled.get(name, ())) if listed != (UNKNOWN,) else listed
        if root == "case" and name in self._known.settled:
            return (None, *self._known.settled[name])
        return (UNKNOWN,)

    # --- three-valued evaluation ----------------------------------------------------------------------------

    def value(self, expression: Expression, given: Mapping[Path, Value]) -> Value:
        """What an expression is worth under `given`; UNKNOWN where that does not say."""
        match expression:
            case Literal(value):
                return value
            case Name(path):
                return given[path] if path in given else None if self._is_null(path) else UNKNOWN
            case Items(items):
                return [self.value(each, given) for each in items]
            case Each("exists" | "exists_one"):
                return UNKNOWN if self.occurs(expression) else False
            case Each("filter"):
                return UNKNOWN if self.occurs(expression) else None
            case Call("&&" | "||" as operator, args):
                return _joined(operator, [_truth(self.value(each, given)) for each in args])
            case Call("!", (one,)):
                truth = _truth(self.value(one, given))
                return UNKNOWN if truth is UNKNOWN else not truth
            case Call("?:", (test, yes, no)):
                truth = _truth(self.value(test, given))
                return UNKNOWN if truth is UNKNOWN else self.value(yes if truth else no, given)
            case Call(function, args):
                return _called(function, [self.value(each, given) for each in args])
        return UNKNOWN

    def _is_null(self, path: Path) -> bool:
        """Whether a name is null whatever happens, as what it names is not in the pack (any more)."""
        if self._known is None or len(path) < 2:
            return False
        match path[0]:
            case "case":
                return path[1] not in self._known.facts
            case "deadlines":
                return path[1] not in self._known.deadlines
            case "settings":
                return path[1] not in self._known.settings
            case "happened":
                return ".".join(path[1:]) not in self._known.events
        return False

    def occurs(self, each: Each) -> bool:
        """Whether any record (or other element) can be what the body of a macro asks for."""
        of = inside(each, {}).get(each.variable)
        if of is None or of.list not in ("records", "evidence"):
            return True
        if of.list == "evidence" or self._known is None:
            return self._element_possible(each, of.list, None)
        forms = [form for form in of.forms or () if form in self._known.forms]
        return any(self._element_possible(each, "records", form) for form in (*forms, _OTHER))

    def _element_possible(self, each: Each, elements: str, form: str | None) -> bool:
        """The same of an element; `form` of a record where it is known."""
        words = self._words([each.body])
        domains: list[tuple[Path, tuple[Value, ...]]] = []
        for path in sorted({path for path in _paths(each.body) if path[0] == each.variable}):
            if path[1:] == ("form",) and form is not None:
                domains.append((path, (form,)))
            elif fixed := WORDS.get((elements, ".".join(path[1:]))):
                domains.append((path, fixed))
            elif path[1:2] == ("answers",) and len(path) == 3 and self._known and form in self._known.forms:
                asked = self._known.questions({str(form)}).get(path[2])
                domains.append((path, _values(asked, words.get(path, ())) if asked else (None,)))
        return self._search(domains, 0, {}, [each.body], [LIMIT], parents=False)


def _tree(text: str) -> Expression | None:
    try:
        return parse(text)
    except InvalidInput:
        return None


def _paths(expression: Expression) -> list[Path]:
    return [part.path for part in walk(expression) if isinstance(part, Name)]


def _values(asked: Sequence[Question], words: Sequence[str] | set[str]) -> tuple[Value, ...]:
    found: dict[Value, None] = {None: None}
    for question in asked:
        match question.type:
            case "yes_no":
                found |= {True: None, False: None}
            case "choice" | "refusal":
                found |= dict.fromkeys(_cut(words_of(question), words))
            case "choices" if len(words) <= _MOST_CHOSEN:
                found |= dict.fromkeys(_chosen(words_of(question), words, every=question.must == "all"))
            case _:
                return (UNKNOWN,)
    return tuple(found)


def _cut(options: Sequence[str], words: Sequence[str] | set[str]) -> tuple[str, ...]:
    """The options that conditions speak of, and one word for all others."""
    spoken = [option for option in options if option in words]
    return (*spoken, _OTHER) if len(spoken) < len(options) else tuple(spoken)


def _chosen(options: Sequence[str], words: Sequence[str] | set[str], *, every: bool) -> Iterator[frozenset[str]]:
    told_apart = _cut(options, words)
    for size in (len(told_apart),) if every else range(len(told_apart) + 1):
        yield from map(frozenset, combinations(told_apart, size))


def _truth(value: Value) -> Value:
    """As in a boolean place: null is false; only what is neither true nor false stays unknown."""
    return False if value is None else value if isinstance(value, bool) else UNKNOWN


def _joined(operator: str, truths: list[Value]) -> Value:
    decides = operator == "||"
    if any(truth is decides for truth in truths):
        return decides
    return UNKNOWN if any(truth is UNKNOWN for truth in truths) else not decides


def _called(function: str, args: list[Value]) -> Value:
    match function, args:
        case "==" | "!=", [left, right]:
            if left is UNKNOWN or right is UNKNOWN or isinstance(left, list) or isinstance(right, list):
                return UNKNOWN
            same = left == right and isinstance(left, bool) == isinstance(right, bool)
            return same if function == "==" else not same
        case "in", [item, container]:
            return _contained(item, container)
        case "<" | "<=" | ">" | ">=", [left, right] if left is None or right is None:
            return False
        case "<" | "<=" | ">" | ">=", [int() | float() as left, int() | float() as right]:
            return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[function]
        case "size", [None]:
            return 0
        case "size", [frozenset() as chosen] if _OTHER not in chosen:
            return len(chosen)
    return UNKNOWN


def _contained(item: Value, container: Value) -> Value:
    if container is None:
        return False
    if item is UNKNOWN or container is UNKNOWN or not isinstance(container, frozenset | list):
        return UNKNOWN
    if item in container:
        return True
    return UNKNOWN if any(each is UNKNOWN for each in container) else False
