"""What people are told of terms: what is owed, by when and why, and how late it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.acknowledging import know_button
from bot.views.basis import basis_text
from bot.views.moments import countdown, duration, end, moment
from bot.views.roles import role_name
from bot.views.ways import Ending, ending_text, way_button
from bot.views.working import Working, working_text
from dialogs.packs.schema import Deadline, Pack
from dialogs.packs.settings import settings_read
from models.tables import Case, OpenTerm

PAGE = 6
_NOTICED = timedelta(minutes=1)
CASE_MOVED = "case.moved"
_CANCELLED = ".cancelled"


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
    """`instead_of`: titles of the terms whose place this one has taken. `stands_for`: who is away, whose case it is."""

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    officer: str
    instead_of: tuple[str, ...] = ()
    ending: Ending | None = None
    stands_for: str = ""


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
            due_text(t, each),
            plain(countdown(t, each.term.due_at, now)),
        ])
        for each in running
    ]  # fmt: skip
    blocks += [_ended(t, each, ()) for each in ended]
    return Screen(shorten_blocks(t, blocks), Rows().row(Button(t("Deadlines"), data="deadlines:0")).done())


def reminder(t: Translator, told: Reminder, now: datetime, *, to_officer: bool, know: str) -> Screen:
    """To the case's officers what they owe; to others also whose case it is. `know`: see `know_button`."""
    rows = Rows().row(open_case_button(t, told.case)).row(know_button(t, know))
    return Screen(_reminded(t, told, now, to_officer), rows.done())


def reminders(t: Translator, several: Sequence[tuple[Reminder, bool]], now: datetime, *, know: str) -> Screen:
    """Several terms that came due for one person at once, the longest overdue first; bool: as the officer's own."""
    several = sorted(several, key=lambda each: each[0].term.due_at)
    head = bold(t.plural("{n} deadline needs you.", "{n} deadlines need you.", len(several)))
    blocks = [f"{n}. {_reminded(t, each[0], now, each[1])}" for n, each in enumerate(several[:PAGE], start=1)]
    rows = Rows()
    for number, (told, _) in enumerate(several[:PAGE], start=1):
        rows.row(Button(shorten(f"{number}. {case_name(t, told.case)}", 40), data=f"case:{told.case.id}"))
    if len(several) > PAGE:
        blocks.append(plain(t.plural("and {n} more", "and {n} more", len(several) - PAGE)))
    rows.row(Button(t("Deadlines"), data="deadlines:0")).row(know_button(t, know))
    return Screen("\n\n".join([head, *blocks]), rows.done())


def _reminded(t: Translator, told: Reminder, now: datetime, to_officer: bool) -> str:
    if told.secret:
        return plain(bare_text(t, [told.case]))
    late = now >= told.term.due_at
    head = t("Overdue: {owed}", owed=told.deadline.owed) if late else t("Deadline: {owed}", owed=told.deadline.owed)
    return join([
        bold(head),
        plain(t("Case: {case}", case=case_name(t, told.case))),
        None if to_officer else plain(t("Officer in charge: {name}", name=told.officer)),
        due_text(t, told),
        plain(countdown(t, told.term.due_at, now)),
        *(plain(line) for line in _late_reminders(t, told.came_due, now)),
        *(plain(_unheld(t, role)) for role in told.unheld),
    ])  # fmt: skip


def bare_reminder(t: Translator, cases: Sequence[Case], know: str = "") -> Screen:
    """A reminder for chats outside the agency's network: the cases' numbers and the way to them, nothing else."""
    rows = Rows()
    for case in _once(cases)[:PAGE]:
        rows.row(open_case_button(t, case))
    return Screen(plain(bare_text(t, cases)), rows.row(know_button(t, know) if know else None).done())


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
        blocks.append(listed_text(t, number, item, now))
        _list_buttons(t, rows, number, item)
    earlier = Button(t("Earlier"), data=f"deadlines:{page - 1}:{stamp}") if page else None
    later = Button(t("Later"), data=f"deadlines:{page + 1}:{stamp}") if (page + 1) * PAGE < total else None
    return Screen("\n\n".join(blocks), rows.row(earlier, later).done(), slot=f"deadlines:{stamp}")


def listed_text(t: Translator, number: int, item: Listed | Secret, now: datetime) -> str:
    if isinstance(item, Secret):
        return plain(f"{number}. {case_name(t, item.case)} · {t('secret')}")
    whose = t("Officer in charge: {name}", name=item.officer)
    instead = t("Takes the place of: {terms}", terms=t(", ").join(item.instead_of)) if item.instead_of else None
    return join([
        f"{number}. {bold(item.deadline.owed)}",
        plain(f"{case_name(t, item.case)} · {whose}"),
        due_text(t, item),
        plain(instead) if instead else None,
        plain(countdown(t, item.term.due_at, now)),
        plain(ending_text(t, item.ending)) or None if item.ending else None,
        plain(t("You stand in for {name}.", name=item.stands_for)) if item.stands_for else None,
    ])  # fmt: skip


def _list_buttons(t: Translator, rows: Rows, number: int, item: Listed | Secret) -> None:
    """To what ends the term; to the case, and to the term's own card."""
    to_case = Button(shorten(f"{number}. {case_name(t, item.case)}", 40), data=f"case:{item.case.id}")
    if isinstance(item, Secret):
        rows.row(to_case)
        return
    rows.row(way_button(t, number, item.ending.way) if item.ending and item.ending.way else None)
    rows.row(to_case, Button(t("This deadline"), data=f"term:{item.term.id}"))


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
        due_text(t, begun),
        plain(working_text(t, begun.working)),
        plain(countdown(t, begun.term.due_at, now)) if now >= begun.term.due_at else None,
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
            due_text(t, ended),
            plain(_replaced_by(t, term, instead)),
        ])  # fmt: skip
    if term.closed_at > term.due_at:
        result = t("Done late by {duration}.", duration=duration(t, term.closed_at - term.due_at))
    else:
        result = t("Done in time.")
    return join([
        bold(t("Deadline ends: {title}", title=ended.deadline.title)),
        plain(t("Owed: {owed}", owed=ended.deadline.owed)),
        due_text(t, ended),
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


def due_text(t: Translator, told: Begun | Ended | Reminder | Listed) -> str:
    """When a term ends, by which article, and whether holidays may still move it."""
    by = plain(t("Due by: {moment}", moment=end(t, told.term.due_at)))
    # A number the agency may choose rests on its setting besides the article that leaves it the choice.
    chosen = (cited for setting in settings_read(told.pack, told.deadline) for cited in setting.basis)
    articles = basis_text(t, told.pack, tuple(dict.fromkeys((*told.deadline.basis, *chosen))))
    basis = plain(t(" (basis: {basis})", basis=articles)) if articles else ""
    provisional = plain(t(" (provisional: holidays not yet published)")) if told.term.provisional else ""
    return by + basis + provisional


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
