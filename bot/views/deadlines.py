"""What people are told of terms: what is owed, by when and why, and how late it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from bot.views.moments import day, duration, end, moment
from bot.views.roles import role_name
from dialogs.packs.schema import Deadline, Pack
from dialogs.packs.settings import settings_read
from models.tables import Case, OpenTerm

PAGE = 6
_NOTICED = timedelta(minutes=1)
CASE_MOVED = "case.moved"
_CANCELLED = ".cancelled"

Working = tuple[tuple[str, Mapping[str, object]], ...]


@dataclass(frozen=True)
class Begun:
    pack: Pack
    deadline: Deadline
    term: OpenTerm
    working: Working


@dataclass(frozen=True)
class Ended:
    pack: Pack
    deadline: Deadline
    term: OpenTerm


@dataclass(frozen=True)
class Reminder:
    """`came_due`: when each reminder of this message should have gone out. `unheld`: roles nobody in the agency has.

    secret: the case is not open to whom it is for, who learns its number only.
    """

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    officer: str
    came_due: tuple[datetime, ...]
    unheld: tuple[str, ...] = ()
    secret: bool = False


@dataclass(frozen=True)
class Listed:
    """`instead_of`: titles of the terms whose place this one has taken."""

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    officer: str
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Secret:
    """A term of a case whose secrecy is not open to the reader: no more than the case's number."""

    case: Case


def case_name(t: Translator, case: Case) -> str:
    """The case's number, or a name for one that has none yet."""
    return case.number or t("Case {id} (no number yet)", id=case.id)


def open_case_button(t: Translator, case: Case) -> Button:
    return Button(shorten(t("Open {case}", case=case_name(t, case)), 40), data=f"case:{case.id}")


def changes_card(t: Translator, case: Case, begun: Sequence[Begun], ended: Sequence[Ended], now: datetime) -> Screen:
    """Terms one event has ended and begun."""
    blocks = [_ended(t, each, begun) for each in ended] + [_begun(t, each, now) for each in begun]
    return Screen(shorten_blocks(t, blocks), Rows().row(Button(t("Deadlines"), data="deadlines:0")).done())


def cancelled(form_id: str) -> str:
    """What ends the terms that a cancelled record had begun."""
    return f"record.{form_id}{_CANCELLED}"


def undone_card(t: Translator, running: Sequence[Ended], ended: Sequence[Ended], now: datetime) -> Screen:
    """A submitted record was cancelled: what it had ended runs again, what it had begun ends."""
    blocks = [
        join([
            bold(t("Deadline runs again: {title}", title=each.deadline.title)),
            plain(t("Owed: {owed}", owed=each.deadline.owed)),
            _due(t, each),
            plain(_left(t, each.term, now)),
        ])
        for each in running
    ]  # fmt: skip
    blocks += [_ended(t, each, ()) for each in ended]
    return Screen(shorten_blocks(t, blocks), Rows().row(Button(t("Deadlines"), data="deadlines:0")).done())


def reminder(t: Translator, told: Reminder, now: datetime, *, to_officer: bool) -> Screen:
    """To the case's officers what they owe; to others also whose case it is."""
    return Screen(_reminded(t, told, now, to_officer), Rows().row(open_case_button(t, told.case)).done())


def reminders(t: Translator, several: Sequence[tuple[Reminder, bool]], now: datetime) -> Screen:
    """Several terms that came due for one person at once, the longest overdue first; bool: as the officer's own."""
    several = sorted(several, key=lambda each: each[0].term.due_at)
    head = bold(t.plural("{n} deadline needs you.", "{n} deadlines need you.", len(several)))
    blocks = [f"{n}. {_reminded(t, each[0], now, each[1])}" for n, each in enumerate(several[:PAGE], start=1)]
    rows = Rows()
    for number, (told, _) in enumerate(several[:PAGE], start=1):
        rows.row(Button(shorten(f"{number}. {case_name(t, told.case)}", 40), data=f"case:{told.case.id}"))
    if len(several) > PAGE:
        blocks.append(plain(t.plural("and {n} more", "and {n} more", len(several) - PAGE)))
    return Screen("\n\n".join([head, *blocks]), rows.row(Button(t("Deadlines"), data="deadlines:0")).done())


def _reminded(t: Translator, told: Reminder, now: datetime, to_officer: bool) -> str:
    if told.secret:
        return plain(bare_text(t, [told.case]))
    late = now >= told.term.due_at
    head = t("Overdue: {owed}", owed=told.deadline.owed) if late else t("Deadline: {owed}", owed=told.deadline.owed)
    return join([
        bold(head),
        plain(t("Case: {case}", case=case_name(t, told.case))),
        None if to_officer else plain(t("Officer in charge: {name}", name=told.officer)),
        _due(t, told),
        plain(_left(t, told.term, now)),
        *(plain(line) for line in _late_reminders(t, told.came_due, now)),
        *(plain(_unheld(t, role)) for role in told.unheld),
    ])  # fmt: skip


def bare_reminder(t: Translator, cases: Sequence[Case]) -> Screen:
    """A reminder for chats outside the agency's network: the cases' numbers and the way to them, nothing else."""
    rows = Rows()
    for case in _once(cases)[:PAGE]:
        rows.row(open_case_button(t, case))
    return Screen(plain(bare_text(t, cases)), rows.done())


def bare_subject(t: Translator, cases: Sequence[Case]) -> str:
    """The subject line of an alert that leaves the agency's network."""
    names = [case_name(t, case) for case in _once(cases)]
    return t.plural("Deadline: {case}", "Deadlines: {case} and {n} in all", len(names), case=names[0])


def bare_text(t: Translator, cases: Sequence[Case]) -> str:
    """What an alert says outside the agency's network: which cases, nothing of what they are about."""
    lines = [t("A deadline of {case} needs you.", case=case_name(t, case)) for case in _once(cases)]
    if len(lines) > PAGE:
        lines[PAGE:] = [t.plural("and {n} more", "and {n} more", len(lines) - PAGE)]
    return "\n".join(lines)


def _once(cases: Sequence[Case]) -> list[Case]:
    return list({case.id: case for case in cases}.values())


def deadlines_page(
    t: Translator, items: Sequence[Listed | Secret], *, page: int, total: int, stamp: str, now: datetime
) -> Screen:
    """One page of running terms, most urgent first. `stamp` tells lists apart, so that paging edits the right one."""
    if not items:
        return Screen(t("No deadline is running."), slot=f"deadlines:{stamp}")
    blocks = [bold(t("Deadlines ({total})", total=total))]
    rows = Rows()
    for number, item in enumerate(items, start=page * PAGE + 1):
        blocks.append(_listed(t, number, item, now))
        rows.row(Button(shorten(f"{number}. {case_name(t, item.case)}", 40), data=f"case:{item.case.id}"))
    earlier = Button(t("Earlier"), data=f"deadlines:{page - 1}:{stamp}") if page else None
    later = Button(t("Later"), data=f"deadlines:{page + 1}:{stamp}") if (page + 1) * PAGE < total else None
    return Screen("\n\n".join(blocks), rows.row(earlier, later).done(), slot=f"deadlines:{stamp}")


def _listed(t: Translator, number: int, item: Listed | Secret, now: datetime) -> str:
    if isinstance(item, Secret):
        return plain(f"{number}. {case_name(t, item.case)} · {t('secret')}")
    whose = t("Officer in charge: {name}", name=item.officer)
    instead = t("Takes the place of: {terms}", terms=t(", ").join(item.instead_of)) if item.instead_of else None
    return join([
        f"{number}. {bold(item.deadline.owed)}",
        plain(f"{case_name(t, item.case)} · {whose}"),
        _due(t, item),
        plain(instead) if instead else None,
        plain(_left(t, item.term, now)),
    ])  # fmt: skip


def clock_moved(t: Translator, now: datetime, reminded: int) -> Screen:
    return Screen(
        join([
            plain(t("The demonstration clock now shows {moment}.", moment=moment(t, now))),
            plain(t.plural("{n} term came up for reminding.", "{n} terms came up for reminding.", reminded)),
        ])
    )  # fmt: skip


def shorten_blocks(t: Translator, blocks: Sequence[str], *, most: int = 8) -> str:
    """Blocks of one message; many alike are counted rather than cut in the middle of markup."""
    shown = list(blocks[:most])
    if len(blocks) > most:
        shown.append(plain(t.plural("and {n} more", "and {n} more", len(blocks) - most)))
    return "\n\n".join(shown)


def _begun(t: Translator, begun: Begun, now: datetime) -> str:
    return join([
        bold(t("Deadline begins: {title}", title=begun.deadline.title)),
        plain(t("Owed: {owed}", owed=begun.deadline.owed)),
        _due(t, begun),
        plain(t("Reckoned: {working}", working=t("; ").join(_step(t, *step) for step in begun.working))),
        plain(_left(t, begun.term, now)) if now >= begun.term.due_at else None,
    ])  # fmt: skip


def _ended(t: Translator, ended: Ended, begun: Sequence[Begun]) -> str:
    """How a term ended. One that was replaced was neither kept nor broken: the one in its place counts."""
    term = ended.term
    assert term.closed_at is not None
    if term.state == "replaced":
        instead = [
            t("{title}, due by {moment}", title=each.deadline.title, moment=end(t, each.term.due_at)) for each in begun
        ]
        return join([
            bold(t("Deadline no longer counts: {title}", title=ended.deadline.title)),
            _due(t, ended),
            plain(_replaced_by(t, term, instead)),
        ])  # fmt: skip
    if term.closed_at > term.due_at:
        result = t("Done late by {duration}.", duration=duration(t, term.closed_at - term.due_at))
    else:
        result = t("Done in time.")
    return join([
        bold(t("Deadline ends: {title}", title=ended.deadline.title)),
        plain(t("Owed: {owed}", owed=ended.deadline.owed)),
        _due(t, ended),
        plain(t("Done: {moment}", moment=moment(t, term.closed_at))),
        plain(result),
    ])  # fmt: skip


def _replaced_by(t: Translator, term: OpenTerm, instead: Sequence[str]) -> str:
    """Why a term no longer counts: another one, or what it began with is gone."""
    if term.closed_by == CASE_MOVED:
        return t("The version of the regulation the case has moved to has no such deadline.")
    if (term.closed_by or "").endswith(_CANCELLED):
        return t("The record it began with was cancelled.")
    return t("In its place: {terms}", terms=t("; ").join(instead) or t("another term, once it begins"))


def _due(t: Translator, told: Begun | Ended | Reminder | Listed) -> str:
    by = plain(t("Due by: {moment}", moment=end(t, told.term.due_at)))
    # A number the agency may choose rests on its setting besides the article that leaves it the choice.
    chosen = (cited for setting in settings_read(told.pack, told.deadline) for cited in setting.basis)
    articles = basis_text(t, told.pack, tuple(dict.fromkeys((*told.deadline.basis, *chosen))))
    basis = plain(t(" (basis: {basis})", basis=articles)) if articles else ""
    provisional = plain(t(" (provisional: holidays not yet published)")) if told.term.provisional else ""
    return by + basis + provisional


def _left(t: Translator, term: OpenTerm, now: datetime) -> str:
    if now >= term.due_at:
        return t("Overdue by {duration}", duration=duration(t, now - term.due_at))
    return t("Time left: {duration}", duration=duration(t, term.due_at - now))


def _late_reminders(t: Translator, came_due: Sequence[datetime], now: datetime) -> list[str]:
    """One line per reminder that goes out late: the system was down, or a clock was moved."""
    lines = []
    for at in came_due:
        if (late := now - at) >= _NOTICED:
            params = {"moment": moment(t, at), "duration": duration(t, late)}
            lines.append(t("This reminder was due {moment} and comes {duration} late.", **params))
    return lines


def _unheld(t: Translator, role: str) -> str:
    return t("Nobody in the agency has the role '{role}', so nobody there was told.", role=role_name(t, role))


def _step(t: Translator, code: str, params: Mapping[str, object]) -> str:
    """One step of how a term was reckoned (`dialogs.deadlines.Due.working`)."""

    def dated(name: str) -> str:
        return day(t, date.fromisoformat(str(params[name])))

    def timed(name: str) -> str:
        return moment(t, datetime.fromisoformat(str(params[name])))

    match code:
        case "deadline.hours":
            hours = int(str(params["hours"]))
            return t.plural("{n} hour from {start}", "{n} hours from {start}", hours, start=timed("from"))
        case "deadline.opening_day_excluded":
            return t("the day it begins, {day}, does not count", day=dated("date"))
        case "deadline.opening_day_counts":
            return t("the day it begins, {day}, counts", day=dated("date"))
        case "deadline.days":
            days = int(str(params["days"]))
            return t.plural("{n} day, the last is {last}", "{n} days, the last is {last}", days, last=dated("last"))
        case "deadline.workdays":
            days = int(str(params["workdays"]))
            return t.plural(
                "{n} working day, the last is {last}", "{n} working days, the last is {last}", days, last=dated("last")
            )
        case "deadline.rolled":
            return t("{day} is free, so it moves to {next}", day=dated("from"), next=dated("to"))
        case "deadline.until":
            return t("it ends at the time set for it, {moment}", moment=timed("to"))
        case "deadline.ends_at_24":
            return t("it ends on {day} at 24:00", day=dated("date"))
        case "deadline.provisional":
            return t("holidays of that year are not yet published")
    raise ValueError(f"no text for {code}")


# Other lists of terms speak of them in the same words.
listed_text, due_text, left_text = _listed, _due, _left
