"""Answering: an input meets the engine, and what it takes is stored with its event before anyone is told 'saved'."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import rfc8785

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.case_facts import load_facts
from bot.use_cases.disposal_items import named_in
from bot.use_cases.outlines import in_use, offered
from bot.use_cases.versions import newer_form
from bot.views import questions as view
from bot.views.review import review_screen
from bot.work import Person, Work
from dialogs import engine
from dialogs.facts import Facts
from dialogs.packs.schema import Outline, Question
from dialogs.packs.schema import Record as Form
from dialogs.values import (
    Accepted,
    Answer,
    Choose,
    Conflict,
    Done,
    Draft,
    Effect,
    Given,
    Parked,
    Prompt,
    Rejected,
    Reopened,
)
from models.errors import Stale
from models.tables import AnswerEvent, Case, Conversation, Officer, Record


def form_of(work: Work, record: Record) -> Form:
    """The form the record was begun on, from its pinned pack."""
    return work.shelf.get(record.pack).record(record.form)


def draft_of(record: Record) -> Draft:
    return engine.draft_from_json(record.answers)


async def current_question(work: Work, person: Person, record: Record) -> tuple[Form, Draft, Question | None]:
    """What the person's next text or file answers: the question shown to them last, else the next one open.

    Were it always the next one open, an answer typed while the other officer answered the same question would be
    stored under the question after it.
    """
    form, draft = form_of(work, record), draft_of(record)
    conversation = await conversation_of(work, person.id)
    case = await work.session.get_one(Case, record.case_id)
    facts = await load_facts(work, case, record)
    visible = {question.id: question for question in engine.visible(form, draft, facts)}
    if conversation.focus in visible:
        return form, draft, visible[conversation.focus]
    following = engine.next_question(form, draft, facts)
    return form, draft, visible.get(following) if following else None


async def answer_question(work: Work, person: Person, record_id: int, answer: Answer) -> bool:
    """Store the answer and show what comes next. False when it was not taken (the person was told why).

    Raises what `record_for` raises; the draft is unchanged then.
    """
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    form, draft = form_of(work, record), draft_of(record)
    facts = await load_facts(work, case, record)
    step = engine.answer(form, draft, answer, facts)
    refusal = next((effect for effect in step.effects if isinstance(effect, Rejected | Conflict)), None)
    if refusal is not None:
        await _refuse(work, person, record, form, facts, answer, refusal)
        return False
    accepted = next((effect for effect in step.effects if isinstance(effect, Accepted)), None)
    if accepted is not None and step.draft.revision != draft.revision:
        await store_given(work, person, record, step.draft, accepted.question, accepted.given)
    await _go_on(work, person, record, form, step.draft, facts, answer, step.effects)
    return True


async def store_given(
    work: Work, person: Person, record: Record, draft: Draft, question_id: str, given: Given | None
) -> None:
    """Store a new draft, the event that led to it, and the leaf that proves it."""
    stored = engine.given_to_json(given) if given else None
    record.answers, record.revision = engine.draft_to_json(draft), draft.revision
    record.confirmed = {}  # a changed text must be confirmed anew
    work.session.add(record)
    assert record.id is not None
    work.session.add(
        AnswerEvent(
            record_id=record.id,
            revision=draft.revision,
            question=question_id,
            given=stored,
            officer_id=person.id,
            at=work.now,
        )
    )
    # The leaf proves the answer without holding it: personal text must stay disposable.
    digest = hashlib.sha256(rfc8785.dumps(stored)).hexdigest()
    await work.record_change(
        "answer.stored",
        f"record:{record.id}",
        {"question": question_id, "revision": draft.revision, "sha256": digest},
        person,
    )


async def _refuse(
    work: Work,
    person: Person,
    record: Record,
    form: Form,
    facts: Facts,
    answer: Answer,
    refusal: Rejected | Conflict,
) -> None:
    prompt = engine.prompt(form, draft_of(record), facts, answer.question)
    if isinstance(refusal, Rejected):
        await work.reply(person, view.rejected_screen(person.t, prompt, refusal))
        return
    if refusal.offered is None:  # a skip; what the other officer has answered stands
        raise Stale("record.changed_meanwhile")
    conversation = await conversation_of(work, person.id)
    standing = refusal.stored.revision
    expect(conversation, "conflict", record=record.id, question=answer.question, value=refusal.offered, seen=standing)
    work.session.add(conversation)
    other = await work.session.get(Officer, int(refusal.stored.by))
    name = other.name if other else "?"
    assert record.id is not None
    await work.reply(person, view.conflict_screen(person.t, record.id, form, prompt, refusal, facts, name))


async def _go_on(
    work: Work,
    person: Person,
    record: Record,
    form: Form,
    draft: Draft,
    facts: Facts,
    answer: Answer,
    effects: tuple[Effect, ...],
) -> None:
    conversation = await conversation_of(work, person.id)
    visible = {question.id for question in engine.visible(form, draft, facts)}
    assert record.id is not None
    if answer.question in visible:
        outlines = in_use(work, conversation, record, form, draft, facts)
        prompt = engine.prompt(form, draft, facts, answer.question, outlines)
        if prompt.given is not None and prompt.given.state == "collecting":
            _note_shown(conversation, prompt)
            work.session.add(conversation)
            # A tap is made on the card itself; anything else was sent below it, and the next tap must be in sight.
            moved = not isinstance(answer.input, Choose | Done)
            card = view.question_screen(
                person.t,
                record.id,
                work.shelf.get(record.pack),
                form,
                prompt,
                slot=f"q{conversation.card}",
                moved=moved,
                outlines=_titles(work, record, outlines),
            )
            await work.reply(person, card)
            return
        await work.reply(person, view.settled_screen(person.t, record.id, form, prompt, slot=f"q{conversation.card}"))
    for effect in effects:
        if isinstance(effect, Parked | Reopened):
            labels = [question.paper_label for question in form.questions if question.id in effect.questions]
            await work.reply(person, view.parked_screen(person.t, labels, parked=isinstance(effect, Parked)))
    editing = conversation.mode_data.get("back_to") == "review"
    conversation.focus = None
    expect(conversation)
    work.session.add(conversation)
    await show_current(work, person, record, review=editing)


async def show_current(work: Work, person: Person, record: Record, *, review: bool = False) -> None:
    """Ask the current question, or show the review card when none is open (or `review` is wanted)."""
    conversation = await conversation_of(work, person.id)
    form, draft, question = await current_question(work, person, record)
    case = await work.session.get_one(Case, record.case_id)
    facts = await load_facts(work, case, record)
    assert record.id is not None
    if question is None or (review and not conversation.focus):
        found = engine.review(form, draft, facts)
        newer, pack = newer_form(work, record) is not None, work.shelf.get(record.pack)
        named = await named_in(work, record, case, form)
        card = review_screen(person.t, record, pack, form, found, page=0, newer=newer, disposal=named)
        await work.reply(person, card)
        return
    await ask(work, person, conversation, record, form, draft, facts, question.id)


async def ask(
    work: Work,
    person: Person,
    conversation: Conversation,
    record: Record,
    form: Form,
    draft: Draft,
    facts: Facts,
    question_id: str,
) -> None:
    """Show one question on a card of its own; its slot lets the answer settle it later."""
    outlines = in_use(work, conversation, record, form, draft, facts)
    prompt = engine.prompt(form, draft, facts, question_id, outlines)
    conversation.card += 1
    _note_shown(conversation, prompt)
    work.session.add(conversation)
    assert record.id is not None
    pack = work.shelf.get(record.pack)
    newer, slot = newer_form(work, record) is not None, f"q{conversation.card}"
    titles = _titles(work, record, outlines)
    screen = view.question_screen(person.t, record.id, pack, form, prompt, slot=slot, newer=newer, outlines=titles)
    await work.reply(person, screen)


def _titles(work: Work, record: Record, outlines: Sequence[Outline]) -> tuple[str, ...] | None:
    """Names of the outlines that prompt; None where the pack has none to switch between."""
    return tuple(each.title for each in outlines) if offered(work, record) else None


def _note_shown(conversation: Conversation, prompt: Prompt) -> None:
    conversation.focus = prompt.question
    seen = prompt.given.revision if prompt.given else 0
    conversation.mode_data = conversation.mode_data | {"seen": seen}


async def focus_question(
    work: Work, person: Person, record_id: int, question_id: str, *, back_to_review: bool = False
) -> None:
    """Show one question out of order: going back or editing any earlier answer."""
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    form, draft = form_of(work, record), draft_of(record)
    facts = await load_facts(work, case, record)
    conversation = await conversation_of(work, person.id)
    conversation.record_id, conversation.case_id = record.id, case.id
    expect(conversation, "", **({"back_to": "review"} if back_to_review else {}))
    await ask(work, person, conversation, record, form, draft, facts, question_id)
