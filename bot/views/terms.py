"""One term in full: how its end came about, what has moved it, and whom it was reminded of.

Button data: `term:<id>` the card, `tx:<id>` extend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import Ended, case_name, due_text, open_case_button
from bot.views.moments import countdown, duration, end, moment
from bot.views.moved import change_lines
from bot.views.roles import role_name
from bot.views.working import Working, free_days_text, working_text
from dialogs.deadlines import Due
from dialogs.packs.known import emitters
from dialogs.packs.schema import Deadline, Extension, Pack, Rung
from models.tables import Case, OpenTerm, TermChange

_REMINDERS = 12


@dataclass(frozen=True)
class Sent:
    """One reminder that went out. `names`: whom it was sent to."""

    rung: str
    at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """`working`: () when it does not lead to the end (the term is older than what is kept of it).

    `changes`: each with the name of who made it, '' for the calendar. may_extend: the reader may make it longer.
    """

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    working: Working
    changes: Sequence[tuple[TermChange, str]] = ()
    sent: Sequence[Sent] = ()
    may_extend: bool = False
    extended: int = 0


def term_card(t: Translator, shown: Shown, now: datetime) -> Screen:
    """Everything about one term."""
    deadline, term = shown.deadline, shown.term
    ends_with = t(", ").join(event_name(t, shown.pack, each) for each in deadline.closes_on)
    opened = {"event": event_name(t, shown.pack, term.opened_by), "moment": moment(t, term.opened_at)}
    lines = [
        bold(deadline.title),
        plain(t("Case: {case}", case=case_name(t, shown.case))),
        plain(t("Owed: {owed}", owed=deadline.owed)),
        due_text(t, Ended(shown.pack, deadline, term)),
        plain(_state(t, term, now)),
        plain(t("Begun by: {event}, {moment}", **opened)),
        plain(working_text(t, shown.working)) if shown.working else None,
        plain(free) if (free := free_days_text(t, shown.working)) else None,
        plain(t("Ends with: {events}", events=ends_with)),
        plain(_extension(t, deadline.extension, shown.extended)) if deadline.extension else None,
    ]
    blocks = [join(lines), *_changes(t, shown.changes), _reminders(t, deadline, shown.sent)]
    rows = Rows().row(
        open_case_button(t, shown.case),
        Button(t("Extend"), f"tx:{term.id}") if shown.may_extend else None,
    )
    rows.row(Button(t("Deadlines"), "deadlines:0"))
    return Screen("\n\n".join(blocks), rows.done())


def extension_prompt(t: Translator, shown: Shown, longer: Due) -> Screen:
    """What an extension would do, and the question why; the next text is the reason."""
    assert shown.deadline.extension is not None
    return Screen(
        join([
            bold(t("Extend: {title}", title=shown.deadline.title)),
            plain(t("Case: {case}", case=case_name(t, shown.case))),
            plain(_extension(t, shown.deadline.extension, shown.extended)),
            plain(t("The deadline is {before} and would be {after}.",
                    before=end(t, shown.term.due_at), after=end(t, longer.at))),
            t("Please write why; the reason and your name are kept with it."),
        ]),
        ((Button(t("Rather not"), "menu"),),),
    )  # fmt: skip


def event_name(t: Translator, pack: Pack, event: str) -> str:
    """What happens, in words: the record and what becomes of it, or the record whose answers say so."""
    parts = event.split(".")
    titles = {record.id: record.title for record in pack.records}
    if len(parts) == 3 and parts[0] == "record":
        title = titles.get(parts[1], parts[1])
        match parts[2]:
            case "submitted":
                return t("“{title}” submitted", title=title)
            case "sealed":
                return t("“{title}” sealed", title=title)
            case "approved":
                return t("“{title}” approved", title=title)
            case "returned":
                return t("“{title}” returned", title=title)
    if event == "evidence.recording_received":
        return t("a recording is made")
    if event == "case.moved":
        return t("the case goes over to another version of the regulation")
    told_by = [record.title for record in emitters(pack, event)]
    return t("as told by {records}", records=t(", ").join(f"“{title}”" for title in told_by)) if told_by else event


def rung_name(t: Translator, deadline: Deadline, rung_id: str) -> str:
    """When a reminder comes, in words; a repetition with its number."""
    name, _, again = rung_id.partition("#")
    rung = next((each for each in deadline.ladder if each.id == name), None)
    if rung is None:  # the case has moved to a version without it
        return rung_id
    return t("{when}, time {n}", when=_when(t, rung), n=again) if again else _when(t, rung)


def _when(t: Translator, rung: Rung) -> str:
    if rung.before_hours is not None:
        return t.plural("{n} hour before", "{n} hours before", round(rung.before_hours))
    if rung.before_share is not None:
        return t("{percent}% of the time left", percent=round(100 * rung.before_share))
    if not rung.after_hours:
        return t("at the end")
    return t.plural("{n} hour after", "{n} hours after", round(rung.after_hours))


def _state(t: Translator, term: OpenTerm, now: datetime) -> str:
    if term.state == "open":
        return countdown(t, term.due_at, now)
    assert term.closed_at is not None
    done = moment(t, term.closed_at)
    if term.state == "replaced":
        return t("No longer counts since {moment}", moment=done)
    if term.closed_at > term.due_at:
        late = duration(t, term.closed_at - term.due_at)
        return t("Done {moment}, late by {duration}", moment=done, duration=late)
    return t("Done {moment}, in time", moment=done)


def _extension(t: Translator, extension: Extension, used: int) -> str:
    return t(
        "May be extended by {length}, by the {role}; used {used} of {times}",
        length=_length(t, extension),
        role=role_name(t, extension.by),
        used=used,
        times=extension.times,
    )


def _length(t: Translator, extension: Extension) -> str:
    within = extension.within
    if within.hours is not None:
        return t.plural("{n} hour", "{n} hours", within.hours)
    if within.days is not None:
        return t.plural("{n} day", "{n} days", within.days)
    return t.plural("{n} working day", "{n} working days", within.workdays or 0)


def _changes(t: Translator, changes: Sequence[tuple[TermChange, str]]) -> list[str]:
    blocks = []
    for change, name in changes:
        head = t("Changed {moment}", moment=moment(t, change.at)) + (f" · {name}" if name else "")
        blocks.append(join([bold(head), *(plain(line) for line in change_lines(t, change))]))
    return blocks


def _reminders(t: Translator, deadline: Deadline, sent: Sequence[Sent]) -> str:
    if not sent:
        return plain(t("No reminder has gone out."))
    lines = [
        plain(f"· {rung_name(t, deadline, each.rung)} · {moment(t, each.at)} · {shorten('、'.join(each.names), 60)}")
        for each in sent[-_REMINDERS:]
    ]
    more = len(sent) - len(lines)
    head = bold(t("Reminders sent ({n})", n=len(sent)))
    return join([head, plain(t("… {n} earlier", n=more)) if more else None, *lines])
