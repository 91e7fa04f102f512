"""Drafts as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dialogs.values import Draft, Given


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """`{pack, record, revision, answers: {id: {value, state, revision, by, at, reason, evidence}}}`, ISO times."""
    return {
        "pack": draft.pack,
        "record": draft.record,
        "revision": draft.revision,
        "answers": {question: given_to_json(given) for question, given in draft.answers.items()},
    }


def draft_from_json(stored: Mapping[str, Any]) -> Draft:
    """The draft `draft_to_json` wrote. KeyError or ValueError when it is not one."""
    return Draft(
        pack=stored["pack"],
        record=stored["record"],
        revision=stored["revision"],
        answers={question: given_from_json(given) for question, given in stored["answers"].items()},
    )


def given_to_json(given: Given) -> dict[str, Any]:
    """One answer."""
    return {
        "value": given.value,
        "state": given.state,
        "revision": given.revision,
        "by": given.by,
        "at": given.at.astimezone(UTC).isoformat(),
        "reason": given.reason,
        "evidence": list(given.evidence),
    }


def given_from_json(stored: Mapping[str, Any]) -> Given:
    """The answer `given_to_json` wrote."""
    return Given(
        value=stored["value"],
        state=stored["state"],
        revision=stored["revision"],
        by=stored["by"],
        at=datetime.fromisoformat(stored["at"]),
        reason=stored["reason"],
        evidence=tuple(stored["evidence"]),
    )
