"""Names in conditions that name nothing, and words they are compared with that can never be their value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass

from dialogs.packs.expression import Call, Expression, Name, parts, text_of, walk
from dialogs.packs.faults import Fault
from dialogs.packs.hints import nearest
from dialogs.packs.known import FIELDS, REFUSALS, WORDS, Known
from dialogs.packs.lint_numbers import mixed_numbers
from dialogs.packs.lint_uses import Use
from dialogs.packs.mentions import Mention, mentions
from dialogs.packs.places import Places
from dialogs.packs.schema import Question, Setting

_CHOOSING = frozenset({"choice", "choices", "yes_no", "refusal"})
_BY_QUESTION = frozenset({"answers", "waived"})


@dataclass(frozen=True)
class Names:
    """Judges the names of one condition. `known`: None in a fragment, whose users bring the rest.

    below: the record's questions as the bases have them; what they offer may be spoken of too.
    """

    use: Use
    known: Known | None
    places: Places
    below: tuple[Question, ...] = ()

    def faults(self, expression: Expression) -> Iterator[Fault]:
        """Each name that names nothing; then, of those that do, what they are wrongly compared or reckoned with."""
        for mention in dict.fromkeys(mentions(expression)):
            yield from self._name(mention)
        for mention in mentions(expression):
            yield from self._words(mention)
        yield from self._boolean(expression)
        for part in mixed_numbers(expression, self._asked):
            yield self._fault("condition.mixed_numbers", text=text_of(part))

    def _name(self, mention: Mention) -> Iterator[Fault]:
        if mention.element:
            yield from self._member(mention)
            return
        if mention.root not in self.use.roots:
            known = "、".join(sorted(self.use.roots))
            yield self._fault("condition.root_not_here", name=mention.root, known=known)
            return
        if not mention.path:
            return
        name = mention.path[0]
        match mention.root:
            case "answers":
                yield from self._answer(name)
            case "case" if self.known:
                yield from self._known(name, self.known.facts, "condition.unknown_case_fact")
            case "deadlines" if self.known:
                yield from self._known(name, self.known.deadlines, "condition.unknown_deadline")
                yield from self._field(mention.root, mention.path[1:])
            case "settings" if self.known:
                yield from self._known(name, self.known.settings, "condition.unknown_setting")
            case "happened" if self.known:
                yield from self._known(".".join(mention.path), self.known.events, "condition.unknown_event")
            case "record" | "item" | "agency":
                yield from self._field(mention.root, mention.path)

    def _answer(self, name: str) -> Iterator[Fault]:
        if any(question.id == name for question in self.use.earlier):
            return
        if any(question.id == name for question in self.use.later):
            yield self._fault("condition.later_answer", id=self.use.owner, name=name)
        else:
            yield from self._known(name, [each.id for each in self.use.earlier], "condition.unknown_answer")

    def _member(self, mention: Mention) -> Iterator[Fault]:
        """A member of a variable: `r.form`, `r.answers.document`, `row.name`."""
        assert mention.element is not None
        if mention.element.table:
            table = mention.element.table
            columns = {column.id for question in self._asked(table) for column in question.columns}
            if columns and mention.path and mention.path[0] not in columns:
                code = "condition.unknown_column"
                yield self._fault(code, name=mention.path[0], table=table.path[-1], **nearest(mention.path[0], columns))
            return
        yield from self._field(mention.root, mention.path)
        if self.known is None or mention.root != "records" or len(mention.path) < 2:
            return
        name, of = mention.path[1], {"decided": "review", "signed": "sign_off", "departures": "needs"}
        forms = [form for form in self.known.forms.values() if self._meant(mention, form.id)]
        if mention.path[0] in _BY_QUESTION:
            yield from self._known(name, self.known.questions(mention.element.forms), "condition.unknown_record_answer")
        elif part := of.get(mention.path[0]):
            there = [one.id for form in forms for one in getattr(form, part)]
            yield from self._known(name, there, "condition.unknown_record_part")

    def _meant(self, mention: Mention, form: str) -> bool:
        assert mention.element is not None
        return mention.element.forms is None or form in mention.element.forms

    def _field(self, root: str, path: tuple[str, ...]) -> Iterator[Fault]:
        if path:
            yield from self._known(path[0], FIELDS[root], "condition.unknown_field")

    def _known(self, name: str, known: Collection[str], code: str) -> Iterator[Fault]:
        if name not in known:
            yield self._fault(code, name=name, **nearest(name, frozenset(known)))

    def _words(self, mention: Mention) -> Iterator[Fault]:
        """A comparison with a word that is no option is never true: `answers.way == 'retianed'`."""
        possible = self._possible(mention)
        if possible is None:
            return
        for word in mention.words:
            if word not in possible:
                shown = "、".join(sorted(possible)) or "true、false（不加引号）"
                name = mention.path[-1]
                yield self._fault("condition.unknown_option", value=word, name=name, known=shown)

    def _possible(self, mention: Mention) -> Set[str] | None:
        """The words a name can have; None when they are not listed anywhere."""
        last = mention.path[-1:]
        if mention.root == "records" and mention.path == ("form",):
            return set(self.known.forms) if self.known else None
        if mention.root == "records" and mention.path == ("stage",):
            return self.known.stages if self.known else None
        if mention.element is not None or mention.root == "deadlines":
            fixed = WORDS.get((mention.root, last[0])) if last else None
            if fixed is not None:
                return set(fixed)
        if mention.root == "settings" and self.known and last and last[0] in self.known.settings:
            return _setting_words(self.known.settings[last[0]])
        return self._asked_words(mention)

    def _asked_words(self, mention: Mention) -> Set[str] | None:
        asked = self._asked(mention)
        if not asked or any(question.type not in _CHOOSING for question in asked):
            return None
        words = {word for question in asked for word in words_of(question)}
        if mention.root == "case" and self.known:
            words |= {word for word in self.known.settled.get(mention.path[0], ()) if isinstance(word, str)}
        return words

    def _asked(self, mention: Mention) -> tuple[Question, ...]:
        """The questions whose answer a name is."""
        if len(mention.path) == 1 and mention.root == "answers":
            questions = (*self.use.earlier, *self.use.later, *self.below)
            return tuple(one for one in questions if one.id == mention.path[0])
        if self.known is None:
            return ()
        if len(mention.path) == 1 and mention.root == "case":
            return self.known.facts.get(mention.path[0], ())
        if (
            mention.root == "records"
            and mention.element
            and mention.path[:1] == ("answers",)
            and len(mention.path) == 2
        ):
            return self.known.questions(mention.element.forms).get(mention.path[1], ())
        return ()

    def _boolean(self, expression: Expression) -> Iterator[Fault]:
        """A text where yes or no is wanted: `when: answers.party_name` cannot be judged."""
        for part in _judged(expression):
            found = next(mentions(part), None)
            asked = self._asked(found) if found else ()
            if asked and all(question.type != "yes_no" for question in asked) and found:
                if found.root == "case" and self.known and self.known.settled.get(found.path[0]):
                    continue
                yield self._fault("condition.not_yes_no", name=".".join(part.path))

    def _fault(self, code: str, **params: object) -> Fault:
        return self.places.fault(self.use.place, code, **params)


def words_of(question: Question) -> tuple[str, ...]:
    """The words an answer of a choosing type can have; empty for yes and no."""
    return REFUSALS if question.type == "refusal" else tuple(option.id for option in question.options)


def _setting_words(setting: Setting) -> Set[str] | None:
    if setting.type == "text":
        return None
    return {option.id for option in setting.options}


def _judged(expression: Expression) -> Iterator[Name]:
    """Plain names that stand where yes or no is wanted, outside of macros."""
    if isinstance(expression, Name):
        yield expression
    for part in walk(expression):
        if isinstance(part, Call) and part.function in ("&&", "||", "!"):
            yield from (each for each in parts(part) if isinstance(each, Name))
