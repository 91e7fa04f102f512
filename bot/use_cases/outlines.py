"""Which of the pack's outlines prompt in a dialogue: those that fit the case, or the one the officer switched to."""

from __future__ import annotations

from bot.use_cases.access import conversation_of
from bot.views import outlines as view
from bot.work import Person, Work
from dialogs.engine.outlines import fitting
from dialogs.facts import Facts
from dialogs.packs.schema import Outline, Question
from dialogs.packs.schema import Record as Form
from dialogs.values import Draft
from models.errors import Stale
from models.tables import Conversation, Record

CHOSEN = "outline"  # in `Conversation.mode_data` while the dialogue is gone on with


def offered(work: Work, record: Record) -> list[Outline]:
    """Every outline of the record's pack for it, in the pack's order."""
    return [each for each in work.shelf.get(record.pack).outlines if each.record == record.form]


def in_use(
    work: Work, conversation: Conversation, record: Record, form: Form, draft: Draft, facts: Facts
) -> tuple[Outline, ...]:
    """The outlines that prompt now."""
    outlines = offered(work, record)
    chosen = tuple(each for each in outlines if each.id == conversation.mode_data.get(CHOSEN))
    return chosen or fitting(outlines, form, draft, facts)


async def show_outlines(work: Work, person: Person, record: Record, question: Question, prefix: str) -> None:
    """The outlines there are, to switch to one. `prefix`: what the buttons' data begins with."""
    titles = [each.title for each in offered(work, record)]
    await work.reply(person, view.outlines_screen(person.t, question, titles, prefix))


async def switch_outline(work: Work, person: Person, record: Record, what: str) -> None:
    """Prompt with outline number `what`, or by the case again with `a`. Raises Stale `button.stale`."""
    conversation = await conversation_of(work, person.id)
    outlines = offered(work, record)
    if what == "a":
        chosen = ""
    elif what.isascii() and what.isdecimal() and int(what) < len(outlines):
        chosen = outlines[int(what)].id
    else:
        raise Stale("button.stale")
    conversation.mode_data = conversation.mode_data | {CHOSEN: chosen}
    work.session.add(conversation)
