"""Questions and answers of an interview, line by line.

Stored: list of {role: question|answer, text, recording, start, end}; the last three are null for typed lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Kind, Refused, Taken
from dialogs.questions.cleaning import clean
from dialogs.values import AddLines, Attach, Done, Given, Input, Line, RemoveLines, ReplaceLine, Text

_PREFIX = re.compile(r"(问|答|q|a)\s*[：:]\s*", re.IGNORECASE)
_ROLES: dict[str, Literal["question", "answer"]] = {"问": "question", "答": "answer", "q": "question", "a": "answer"}
_MOST_LINES = 2000

Stored = dict[str, object]


class DialogueKind(Kind):
    """Typed lines begin with 问： or 答：; a line without takes the turn of the other. `Done` needs one of each."""

    example = "问：您的姓名？\n答：张三。"
    collects = True
    adds = (Text, AddLines, Attach)

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        lines = stored_lines(given.value if given else None)
        kept = given.evidence if given else ()
        match sent:
            case Text(text):
                return self._add(question, lines, typed_lines(text, _last_role(lines)), kept)
            case AddLines(more):
                return self._add(question, lines, more, kept)
            case ReplaceLine():
                return self._replace(question, lines, sent, kept)
            case RemoveLines(indexes):
                return Taken([line for n, line in enumerate(lines) if n not in indexes], "collecting", kept)
            case Attach(id=recording, kind="recording"):
                return Taken(lines, "collecting", _united(kept, [recording]))
            case Attach():
                return Refused("answer.not_a_recording", {"kind": sent.kind})
            case Done():
                return self._close(lines, kept)
        return NOT_THIS_KIND

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        return NOT_THIS_KIND  # what someone said is never offered

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return "\n".join(self.parts(question, value))

    def parts(self, question: Question, value: object) -> tuple[str, ...]:
        return tuple(f"{'问' if line['role'] == 'question' else '答'}：{line['text']}" for line in stored_lines(value))

    def _add(
        self, question: Question, lines: list[Stored], more: Iterable[Line], kept: tuple[str, ...]
    ) -> Taken | Refused:
        added = [stored for line in more if (stored := _stored(line))["text"]]
        if not added:
            return EMPTY
        if too_long := next((len(str(each["text"])) for each in added if len(str(each["text"])) > question.longest), 0):
            return Refused("answer.too_long", {"length": too_long, "limit": question.longest})
        if len(lines) + len(added) > _MOST_LINES:
            return Refused("answer.too_many", {"count": len(lines) + len(added), "most": _MOST_LINES})
        heard = [str(each["recording"]) for each in added if each["recording"]]
        return Taken([*lines, *added], "collecting", _united(kept, heard))

    def _replace(
        self, question: Question, lines: list[Stored], sent: ReplaceLine, kept: tuple[str, ...]
    ) -> Taken | Refused:
        if not 0 <= sent.index < len(lines):
            return Refused("answer.no_such_line", {"line": sent.index + 1, "count": len(lines)})
        text = clean(sent.text)
        if len(text) > question.longest:
            return Refused("answer.too_long", {"length": len(text), "limit": question.longest})
        changed = {**lines[sent.index], "text": text, "role": sent.role or lines[sent.index]["role"]}
        return Taken([*lines[: sent.index], *([changed] if text else []), *lines[sent.index + 1 :]], "collecting", kept)

    def _close(self, lines: list[Stored], kept: tuple[str, ...]) -> Taken | Refused:
        roles = {line["role"] for line in lines}
        if not lines:
            return EMPTY
        if missing := next((role for role in ("question", "answer") if role not in roles), None):
            return Refused("answer.dialogue_one_sided", {"missing": missing})
        return Taken(lines, "answered", kept)


def stored_lines(value: object) -> list[Stored]:
    """The stored lines, or an empty list."""
    return [dict(each) for each in value] if isinstance(value, list | tuple) else []


def typed_lines(text: str, last: str | None) -> list[Line]:
    """Typed text as lines. A first line without prefix takes the role opposite to `last` (question when none)."""
    lines: list[Line] = []
    for row in clean(text, lines=True).split("\n"):
        if not row.strip():
            continue
        match = _PREFIX.match(row.strip())
        if match:
            role = _ROLES[match[1].lower()]
        else:
            before = lines[-1].role if lines else last
            role = "answer" if before == "question" else "question"
        lines.append(Line(role, row.strip()[match.end() if match else 0 :]))
    return lines


def _last_role(lines: list[Stored]) -> str | None:
    return str(lines[-1]["role"]) if lines else None


def _stored(line: Line) -> Stored:
    times = (line.start, line.end)
    start, end = (each if each is not None and math.isfinite(each) else None for each in times)
    return {"role": line.role, "text": clean(line.text), "recording": line.recording, "start": start, "end": end}


def _united(kept: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*kept, *more)))
