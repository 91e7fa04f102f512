"""Evidence asked for by a question. Stored: list of evidence ids in the order received."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Kind, Refused, Taken
from dialogs.questions.collecting import ids
from dialogs.values import Attach, Done, Given, Input


class AttachedKind(Kind):
    """Base of photo, recording and file: `Attach` adds, `Done` closes, the last of `most` closes by itself."""

    collects = True
    adds = (Attach,)
    measure = "份"

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        held = ids(given.value) or list(given.evidence) if given else []  # a skip keeps what was received
        match sent:
            case Attach():
                return self._attach(question, held, given, sent)
            case Done():
                return self._close(question, held, facts)
        return Refused(f"answer.not_a_{self.evidence}")

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        return NOT_THIS_KIND  # evidence is sent, never offered

    def accepts(self, sent: Attach) -> bool:
        """Whether this kind of evidence answers the question."""
        return sent.kind == self.evidence

    def show(self, question: Question, value: object, facts: Facts) -> str:
        held = standing(ids(value), facts)
        return f"{len(held)}{self.measure}" if held else "无"

    def _attach(self, question: Question, held: list[str], given: Given | None, sent: Attach) -> Taken | Refused:
        if not self.accepts(sent):
            return Refused(f"answer.not_a_{self.evidence}", {"kind": sent.kind})
        if sent.seconds is not None and not sent.seconds > 0:
            return Refused("answer.no_sound", {"seconds": 0})
        if sent.id in held:
            return Taken(held, "answered" if given and given.state == "answered" else "collecting", tuple(held))
        if len(held) >= question.most:
            return Refused("answer.too_many", {"count": len(held) + 1, "most": question.most})
        held = [*held, sent.id]
        return Taken(held, "answered" if len(held) == question.most else "collecting", tuple(held))

    def _close(self, question: Question, held: list[str], facts: Facts) -> Taken | Refused:
        count = len(standing(held, facts))
        if not count and question.least:
            return EMPTY
        if count < question.least:
            return Refused("answer.too_few", {"count": count, "least": question.least})
        return Taken(held, "answered", tuple(held))


def standing(held: list[str], facts: Facts) -> list[str]:
    """Those of `held` that were not withdrawn; declared recordings stand, their bytes are owed."""
    withdrawn = {each.id for each in facts.evidence if each.state == "withdrawn"}
    return [each for each in held if each not in withdrawn]
