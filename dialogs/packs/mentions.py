"""What a condition mentions: names with the list or mapping they belong to, and the words they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dialogs.packs.expression import Call, Each, Expression, Items, Literal, Name, parts, walk

_LISTS = frozenset({"records", "evidence", "clashes"})


@dataclass(frozen=True)
class Of:
    """What a variable of a macro stands for: one of `records`, `evidence`, `clashes`, or a row of a table question.

    forms: the records' forms as far as the condition names them; None when it names none.
    """

    list: str
    forms: frozenset[str] | None = None
    table: Mention | None = None


@dataclass(frozen=True)
class Mention:
    """A name's `root` (`answers`, `case`, …; for a variable, the list of its elements) and its members in order.

    element: what the variable stands for; None for a plain name. words: literals compared with it by equality.
    """

    root: str
    path: tuple[str, ...]
    element: Of | None = None
    words: tuple[str, ...] = field(default=(), compare=False)


Bound = Mapping[str, Of | None]


def mentions(expression: Expression, bound: Bound | None = None) -> Iterator[Mention]:
    """Every name, each with the words of the comparison it stands in."""
    bound = bound or {}
    if isinstance(expression, Name):
        if found := mention(expression, bound):
            yield found
        return
    if isinstance(expression, Each):
        yield from mentions(expression.subject, bound)
        yield from mentions(expression.body, inside(expression, bound))
        return
    named, words = compared(expression)
    if named is not None:
        if found := mention(named, bound):
            yield Mention(found.root, found.path, found.element, words)
        return
    for part in parts(expression):
        yield from mentions(part, bound)


def mention(name: Name, bound: Bound) -> Mention | None:
    """The name resolved; None for a member of a variable whose list is not known."""
    root, *path = name.path
    if root not in bound:
        return Mention(root, tuple(path))
    of = bound[root]
    return Mention(of.list, tuple(path), of) if of else None


def inside(each: Each, bound: Bound) -> dict[str, Of | None]:
    """What names stand for in the body of a macro."""
    of = _elements(each.subject, bound)
    if of and of.list == "records":
        of = Of("records", _narrowed(of.forms, _forms(each.body, each.variable)))
    return {**bound, each.variable: of}


def compared(expression: Expression) -> tuple[Name | None, tuple[str, ...]]:
    """The name and the words of `name == 'word'`, `name != 'word'`, `name in ['a', 'b']`, `'word' in name`."""
    match expression:
        case Call("==" | "!=", (Name() as name, Literal(str() as word)) | (Literal(str() as word), Name() as name)):
            return name, (word,)
        case Call("in", (Literal(str() as word), Name() as name)):
            return name, (word,)
        case Call("in", (Name() as name, Items(items))):
            words = tuple(each.value for each in items if isinstance(each, Literal) and isinstance(each.value, str))
            return (name, words) if len(words) == len(items) else (None, ())
    return None, ()


def _elements(subject: Expression, bound: Bound) -> Of | None:
    """What the elements of a list are."""
    match subject:
        case Each("filter", inner, variable, body):
            of = _elements(inner, bound)
            if of and of.list == "records":
                return Of("records", _narrowed(of.forms, _forms(body, variable)))
            return of
        case Name((root,)) if root in _LISTS and root not in bound:
            return Of(root)
        case Name():
            found = mention(subject, bound)
            is_table = found and (found.root == "answers" or found.path[:1] == ("answers",))
            return Of("table", table=found) if is_table else None
    return None


def _forms(body: Expression, variable: str) -> frozenset[str] | None:
    """The forms a body compares its variable's with, other than to exclude them; None for none."""
    found: set[str] = set()
    for part in walk(body):
        name, words = compared(part)
        if name and name.path == (variable, "form") and not (isinstance(part, Call) and part.function == "!="):
            found.update(words)
    return frozenset(found) or None


def _narrowed(outer: frozenset[str] | None, inner: frozenset[str] | None) -> frozenset[str] | None:
    if outer is None or inner is None:
        return inner if outer is None else outer
    return outer & inner
