"""The guided-form engine: pure functions of record, draft and facts. See `dialogs.values` for what goes in and out."""

from dialogs.engine.answering import answer, start
from dialogs.engine.asking import next_question, previous_question, prompt, shown, visible
from dialogs.engine.drafts import draft_from_json, draft_to_json, given_from_json, given_to_json
from dialogs.engine.reviewing import review
from dialogs.engine.submitting import (
    canonical,
    emissions,
    makes,
    moments,
    record_hash,
    sealed_emissions,
    seen_answers,
    submitted_event,
    submitted_facts,
)

__all__ = [
    "answer",
    "canonical",
    "draft_from_json",
    "draft_to_json",
    "emissions",
    "given_from_json",
    "given_to_json",
    "makes",
    "moments",
    "next_question",
    "previous_question",
    "prompt",
    "record_hash",
    "review",
    "sealed_emissions",
    "seen_answers",
    "shown",
    "start",
    "submitted_event",
    "submitted_facts",
    "visible",
]
