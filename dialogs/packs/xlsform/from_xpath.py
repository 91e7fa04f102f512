"""XPath of forms as conditions, as far as both languages say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogs.packs.expression import Call, Expression, Items, Literal, Name, text_of
from dialogs.packs.xlsform.to_xpath import Untranslatable

_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{\s*(?P<of>[^}\s]+)\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z][\w.-]*)|(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\.))"
)
_COMPARED = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SIZES = frozenset({"count-selected", "string-length", "count"})
_DEEPEST = 40

Types = Mapping[str, str]  # question of the pack -> its type


def from_xpath(text: str, names: Mapping[str, str], types: Types, own: str | None = None) -> str | None:
    """The condition, or None when it cannot be said here. names: a form's name -> the question; own: what `.` means."""
    try:
        reader = _Reader(text, names, types, own)
        condition = text_of(reader.whole())
    except Untranslatable:
        return None
    return condition if len(condition) <= 500 else None


class _Reader:
    def __init__(self, text: str, names: Mapping[str, str], types: Types, own: str | None) -> None:
        self._names = names
        self._types = types
        self._own = own
        self._tokens = _tokens(text)
        self._at = self._depth = 0

    def whole(self) -> Expression:
        found = self._either()
        if self._at != len(self._tokens):
            raise Untranslatable
        return found

    def _either(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Untranslatable
        found = [self._both()]
        while self._take("or"):
            found.append(self._both())
        self._depth -= 1
        return _folded(found)

    def _both(self) -> Expression:
        found = [self._compared()]
        while self._take("and"):
            found.append(self._compared())
        return found[0] if len(found) == 1 else Call("&&", tuple(found))

    def _compared(self) -> Expression:
        if self._take("("):
            found = self._either()
            self._expect(")")
            return found
        if self._take("not"):
            self._expect("(")
            found = self._either()
            self._expect(")")
            return Call("!", (found,))
        if self._take("selected"):
            return self._selected()
        left = self._operand()
        sign = self._next()
        if sign not in _COMPARED:
            raise Untranslatable
        return self._comparison(_COMPARED[sign], left, self._operand())

    def _comparison(self, operator: str, left: Expression, right: Expression) -> Expression:
        """`${told} = 'yes'` is a yes, an empty text is nothing answered."""
        if isinstance(right, Name) and isinstance(left, Literal) and operator in ("==", "!="):
            left, right = right, left
        if isinstance(left, Name) and isinstance(right, Literal) and operator in ("==", "!="):
            kind = self._types.get(left.path[-1])
            if right.value == "":
                return Call(operator, (left, Literal(None)))
            if kind == "yes_no" and right.value in ("yes", "no"):
                if right.value == "yes":
                    return left if operator == "==" else Call("!", (left,))
                return Call(operator, (left, Literal(False)))
            if kind in ("choices", "yes_no"):
                raise Untranslatable
        return Call(operator, (left, right))

    def _selected(self) -> Expression:
        self._expect("(")
        name = self._operand()
        self._expect(",")
        word = self._operand()
        self._expect(")")
        if not (isinstance(name, Name) and isinstance(word, Literal) and isinstance(word.value, str)):
            raise Untranslatable
        match self._types.get(name.path[-1]):
            case "choices":
                return Call("in", (word, name))
            case "choice" | "refusal" | "yes_no":
                return self._comparison("==", name, word)
        raise Untranslatable

    def _operand(self) -> Expression:
        word = self._next()
        if word.startswith("${"):
            return self._named(word[2:-1].strip())
        if word == "." and self._own:
            return Name(("answers", self._own))
        if word[0] in "'\"":
            return Literal(word[1:-1])
        if word[0].isdigit():
            return Literal(float(word) if "." in word else int(word))
        if word == "now":
            self._expect("(")
            self._expect(")")
            return Name(("now",))
        if word in _SIZES:
            self._expect("(")
            name = self._operand()
            self._expect(")")
            return Call("size", (name,))
        raise Untranslatable

    def _named(self, name: str) -> Name:
        if name not in self._names:
            raise Untranslatable
        return Name(("answers", self._names[name]))

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise Untranslatable
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, wanted: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == wanted:
            self._at += 1
            return True
        return False

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise Untranslatable


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Untranslatable
        found.append(match[0].strip())
        at = match.end()
    return found


def _folded(found: list[Expression]) -> Expression:
    """`x = 'a' or x = 'b'` is `x in ['a', 'b']`."""
    if len(found) == 1:
        return found[0]
    names, words = set[Expression](), list[Expression]()
    for each in found:
        match each:
            case Call("==", (Name() as name, Literal(str()) as word)):
                names.add(name)
                words.append(word)
            case _:
                return Call("||", tuple(found))
    return Call("in", (*names, Items(tuple(words)))) if len(names) == 1 else Call("||", tuple(found))
