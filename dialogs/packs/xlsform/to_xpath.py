"""Conditions in XPath, as far as both languages say the same."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.packs.expression import Call, Expression, Items, Literal, Name, parse
from dialogs.packs.schema import Question
from models.errors import InvalidInput

_COMPARED = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ONE_WORD = frozenset({"choice", "refusal", "text", "long_text"})
_ORDERED = frozenset({"date", "datetime", "number", "amount"})
_SIZES = {
    "choices": "count-selected", "text": "string-length", "long_text": "string-length", "photo": "string-length",
    "recording": "string-length", "file": "string-length", "table": "count",
}  # fmt: skip


class Untranslatable(Exception):
    """The condition says something XPath forms cannot."""


def to_xpath(condition: str, questions: Mapping[str, Question], own: str | None = None) -> str | None:
    """The condition over `${question}` (`own`: over `.`), or None when it cannot be said there."""
    try:
        return _Writer(questions, own).truth(parse(condition))
    except (Untranslatable, InvalidInput):
        return None


class _Writer:
    def __init__(self, questions: Mapping[str, Question], own: str | None) -> None:
        self._questions = questions
        self._own = own

    def truth(self, expression: Expression) -> str:
        """Where yes or no is wanted."""
        match expression:
            case Name() if self._type(expression) == "yes_no":
                return f"{self._name(expression)} = 'yes'"
            case Call("!", (one,)):
                return f"not({self.truth(one)})"
            case Call("&&", args):
                return " and ".join(self._part(each) for each in args)
            case Call("||", args):
                return " or ".join(self._part(each) for each in args)
            case Call("in", (Literal(str() as word), Name() as name)) if self._type(name) == "choices":
                return f"selected({self._name(name)}, {_quoted(word)})"
            case Call("in", (Name() as name, Items(items))) if self._type(name) in _ONE_WORD and items:
                words = [self._equal(name, item, "=") for item in items]
                return words[0] if len(words) == 1 else f"({' or '.join(words)})"
            case Call("==" | "!=" as operator, (Name() as name, Literal() as literal)):
                return self._equal(name, literal, _COMPARED[operator])
            case Call(operator, (left, right)) if operator in _COMPARED:
                return f"{self._value(left)} {_COMPARED[operator]} {self._value(right)}"
        raise Untranslatable

    def _part(self, expression: Expression) -> str:
        text = self.truth(expression)
        return f"({text})" if isinstance(expression, Call) and expression.function in ("&&", "||") else text

    def _equal(self, name: Name, literal: Expression, operator: str) -> str:
        kind = self._type(name)
        match literal:
            case Literal(None) if kind is not None:
                return f"{self._name(name)} {operator} ''"
            case Literal(bool() as value) if kind == "yes_no":
                return f"{self._name(name)} {operator} {_quoted('yes' if value else 'no')}"
            case Literal(str() as word) if kind in _ONE_WORD:
                return f"{self._name(name)} {operator} {_quoted(word)}"
        return f"{self._value(name)} {operator} {self._value(literal)}"

    def _value(self, expression: Expression) -> str:
        """A number or a moment."""
        match expression:
            case Name(("now",)):
                return "now()"
            case Name() if self._type(expression) in _ORDERED:
                return self._name(expression)
            case Literal(int() | float() as number) if not isinstance(number, bool):
                return str(number)
            case Call("size", (Name() as name,)) if (function := _SIZES.get(self._type(name) or "")) is not None:
                return f"{function}({self._name(name)})"
        raise Untranslatable

    def _type(self, name: Name) -> str | None:
        if len(name.path) != 2 or name.path[0] != "answers" or name.path[1] not in self._questions:
            return None
        return self._questions[name.path[1]].type

    def _name(self, name: Name) -> str:
        return "." if name.path[1] == self._own else f"${{{name.path[1]}}}"


def _quoted(word: str) -> str:
    if "'" in word:
        raise Untranslatable
    return f"'{word}'"
