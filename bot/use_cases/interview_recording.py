"""The recording that an interview's dialogue was transcribed from is the record's own recording as well."""

from __future__ import annotations

from bot.use_cases.answer_question import draft_of, form_of, store_given
from bot.use_cases.case_facts import load_facts
from bot.work import Person, Work
from dialogs import engine
from dialogs.questions import KINDS
from dialogs.values import Accepted, Answer, Attach, Done, Input
from models.tables import Case, Evidence, Record


async def attach_interview(work: Work, person: Person, record: Record, answer: Answer, evidence: Evidence) -> None:
    """Where `answer` (the dialogue) will be taken, give the recording to the record's question for one that is open.

    Done before the dialogue is stored, so that the next card does not ask for what is there. Nothing is said of it:
    the review card and the paper show it, and it can be changed like any answer.
    """
    case = await work.session.get_one(Case, record.case_id)
    form, facts = form_of(work, record), await load_facts(work, case, record)
    trial = engine.answer(form, draft_of(record), answer, facts)
    if not any(isinstance(effect, Accepted) for effect in trial.effects):
        return
    open_ones = (
        question
        for question in engine.visible(form, trial.draft, facts)
        if KINDS[question.type].evidence == "recording" and question.id not in draft_of(record).answers
    )
    question = next(open_ones, None)
    if question is None:
        return
    sent: tuple[Input, ...] = (Attach(str(evidence.id), "recording", evidence.seconds), Done())
    for each in sent:
        draft = draft_of(record)
        step = engine.answer(
            form, draft, Answer(question.id, each, str(person.id)), await load_facts(work, case, record)
        )
        taken = next((effect for effect in step.effects if isinstance(effect, Accepted)), None)
        if taken is None or step.draft.revision == draft.revision:
            return
        await store_given(work, person, record, step.draft, question.id, taken.given)
