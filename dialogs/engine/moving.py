"""Moving a draft to another version of its form. Pure: what changes, which answers go along, and the draft moved.

An answer goes along while its question still means the same. Any other is parked under `<question>@<shape>`, where no
form asks for it: it is kept, printed nowhere, and comes back with a version that asks the same question again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import rfc8785

from dialogs.engine.asking import skipping
from dialogs.engine.drafts import given_from_json
from dialogs.packs.schema import Question, Record
from dialogs.values import Draft, Given

MOVED = "@pack"  # stands in place of a question in the event of a move; no question can have this id

Names = Mapping[str, str]  # key in the draft before -> key after, where they differ


@dataclass(frozen=True)
class Move:
    """What another version of the form would change.

    added, removed: questions only the new or the old form has; changed: both, with different words, conditions or
    options. kept: answers that go along; parked: those put aside; restored: those parked before that come back.
    """

    added: tuple[Question, ...]
    removed: tuple[Question, ...]
    changed: tuple[tuple[Question, Question], ...]
    kept: tuple[str, ...]
    parked: tuple[str, ...]
    restored: tuple[str, ...]
    names: Names


def compare(before: Record, after: Record, draft: Draft) -> Move:
    """What moving `draft` from the form `before` to the form `after` would change."""
    old = {each.id: each for each in before.questions}
    new = {each.id: each for each in after.questions}
    names: dict[str, str] = {}
    kept: list[str] = []
    for key, given in draft.answers.items():
        if key in old and key in new and _goes_along(old[key], new[key], given):
            kept.append(key)
        elif key in old:
            names[key] = f"{key}@{_shape(old[key])}"
    taken = {*kept, *names.values()}
    restored = [
        question
        for key, given in draft.answers.items()
        if (question := _comes_back(key, given, new)) is not None and question not in taken
    ]
    names |= {f"{question}@{_shape(new[question])}": question for question in restored}
    return Move(
        added=tuple(each for each in after.questions if each.id not in old),
        removed=tuple(each for each in before.questions if each.id not in new),
        changed=tuple((old[key], new[key]) for key in old if key in new and _differs(old[key], new[key])),
        kept=tuple(kept),
        parked=tuple(key for key in names if key in old),
        restored=tuple(restored),
        names=names,
    )


def moved(draft: Draft, pack: str, names: Names) -> Draft:
    """The draft under `pack` (`id@version`), its answers renamed at once; one revision on, as after any change."""
    renamed = {names[key]: given for key, given in draft.answers.items() if key in names}
    stays = {key: given for key, given in draft.answers.items() if key not in names and key not in renamed}
    return replace(draft, pack=pack, revision=draft.revision + 1, answers=stays | renamed)


def move_to_json(pack: str, names: Names) -> dict[str, Any]:
    """What the event of a move stores in place of an answer."""
    return {"pack": pack, "names": dict(names)}


def replay(draft: Draft, events: Iterable[tuple[int, str, Mapping[str, Any] | None]]) -> Draft:
    """The draft that stored events (revision, question, given) lead to, from the one they began with.

    An event of a move stands under `MOVED` with what `move_to_json` gave. KeyError or ValueError when one is neither.
    """
    for revision, question, stored in events:
        if question == MOVED:
            assert stored is not None
            draft = moved(draft, stored["pack"], stored["names"])
        else:
            answers = {key: given for key, given in draft.answers.items() if key != question}
            if stored is not None:
                answers[question] = given_from_json(stored)
            draft = replace(draft, answers=answers)
        draft = replace(draft, revision=revision)
    return draft


def _differs(before: Question, after: Question) -> bool:
    quiet = {"basis": (), "origin": ()}  # another article number changes nothing for who answers
    return before.model_copy(update=quiet) != after.model_copy(update=quiet)


def _goes_along(before: Question, after: Question, given: Given) -> bool:
    if before.type != after.type or before.columns != after.columns:
        return False
    if given.state == "skipped":
        way = skipping(after)
        return way == "free" or (way == "with_reason" and given.reason is not None)
    if given.state == "unknown":
        return after.unknown
    return _same_options(before, after, given) and _within(after, given)


def _same_options(before: Question, after: Question, given: Given) -> bool:
    """Whether every option chosen still stands under the same title."""
    chosen = given.value if isinstance(given.value, list) else [given.value]
    titles = {option.id: option.title for option in after.options}
    return all(titles.get(each.id) == each.title for each in before.options if each.id in chosen)


def _within(after: Question, given: Given) -> bool:
    """Whether the answer keeps to the new limits; one still being collected is held to them at its end."""
    if isinstance(given.value, str):
        return len(given.value) <= after.longest
    if given.state == "collecting" or not isinstance(given.value, list) or after.type == "dialogue":
        return True
    wanted = len(after.options) if after.must == "all" else after.least
    return (not after.required or len(given.value) >= min(wanted, after.most)) and len(given.value) <= after.most


def _shape(question: Question) -> str:
    """What makes an answer fit a question again, in short: its type, options and columns."""
    options = [[each.id, each.title] for each in question.options]
    columns = [[each.id, each.title, each.required] for each in question.columns]
    shape: list[Any] = [question.type, options, columns]
    return hashlib.sha256(rfc8785.dumps(shape)).hexdigest()[:8]


def _comes_back(key: str, given: Given, new: Mapping[str, Question]) -> str | None:
    question, at, shape = key.partition("@")
    if not at or question not in new or _shape(new[question]) != shape:
        return None
    return question if _goes_along(new[question], new[question], given) else None
