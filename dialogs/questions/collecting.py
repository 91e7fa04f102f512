"""Answers that are a set of picked things, gathered until `Done`. Stored: list of ids, in the order offered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.facts import Facts
from dialogs.packs.schema import Option, Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Kind, Refused, Taken
from dialogs.questions.choice import named
from dialogs.questions.cleaning import clean, plain
from dialogs.values import Choice, Choose, Done, Given, Input, Text

_SEPARATORS = re.compile(r"[、，,;；/\n\s]+")


def ids(value: object) -> list[str]:
    """The stored list, or an empty one."""
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


class PickingKind(Kind):
    """Base of types whose answer is several ids out of a known list."""

    collects = True

    def options(self, question: Question, facts: Facts) -> tuple[Option, ...]:
        """What may be picked."""
        raise NotImplementedError

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        chosen = ids(given.value if given else None)
        match sent:
            case Choose(option):
                if option not in (each.id for each in self.options(question, facts)) and option not in chosen:
                    return Refused("answer.not_an_option", {"text": clean(option)[:60]})
                changed = [each for each in chosen if each != option]
                return self._hold(question, changed if option in chosen else [*chosen, option], facts)
            case Text(text):
                found = self._named(question, text, facts)
                return found if isinstance(found, Refused) else self._hold(question, [*chosen, *found], facts)
            case Done():
                return self.close(question, chosen, facts)
        return NOT_THIS_KIND

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        known = {each.id for each in self.options(question, facts)}
        wanted = ids(value) if isinstance(value, list | tuple) else self._named(question, str(value), facts)
        if isinstance(wanted, Refused):
            return wanted
        if not wanted or not known.issuperset(wanted):
            return Refused("answer.not_an_option", {"text": "、".join(wanted)[:60]})
        closed = self.close(question, wanted, facts)
        return closed if isinstance(closed, Taken) else self._hold(question, wanted, facts)

    def close(self, question: Question, chosen: Sequence[str], facts: Facts) -> Taken | Refused:
        """End collecting with what is chosen, if it is enough."""
        if question.must == "all" and (rest := self._rest(question, chosen, facts)):
            return Refused("answer.choose_all", {"missing": "、".join(rest)})
        if not chosen and question.least:
            return EMPTY
        if len(chosen) < question.least:
            return Refused("answer.too_few", {"count": len(chosen), "least": question.least})
        return Taken(self._ordered(question, chosen, facts))

    def show(self, question: Question, value: object, facts: Facts) -> str:
        titles = {each.id: each.title for each in self.options(question, facts)}
        return "、".join(titles.get(each, each) for each in ids(value)) or "无"

    def choices(self, question: Question, value: object, facts: Facts) -> tuple[Choice, ...]:
        chosen = ids(value)
        return tuple(Choice(each.id, each.title, each.id in chosen) for each in self.options(question, facts))

    def _hold(self, question: Question, chosen: Sequence[str], facts: Facts) -> Taken | Refused:
        picked = self._ordered(question, chosen, facts)
        if len(picked) > question.most:
            return Refused("answer.too_many", {"count": len(picked), "most": question.most})
        return Taken(picked, "collecting")

    def _ordered(self, question: Question, chosen: Sequence[str], facts: Facts) -> list[str]:
        known = [each.id for each in self.options(question, facts)]
        return [each for each in known if each in chosen] + [
            each for each in dict.fromkeys(chosen) if each not in known
        ]

    def _rest(self, question: Question, chosen: Sequence[str], facts: Facts) -> list[str]:
        return [each.title for each in self.options(question, facts) if each.id not in chosen]

    def _named(self, question: Question, text: str, facts: Facts) -> list[str] | Refused:
        options = self.options(question, facts)
        if plain(text) in ("全部", "都有", "都是", "all"):
            return [each.id for each in options]
        if whole := named(options, text):
            return [whole.id]
        found: list[str] = []
        for part in filter(None, _SEPARATORS.split(clean(text))):
            option = named(options, part)
            if option is None:
                return Refused("answer.not_an_option", {"text": part[:60]})
            found.append(option.id)
        return found or EMPTY
