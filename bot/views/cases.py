"""The menu, the list of cases, and the card of one case."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.moments import countdown, end, moment
from bot.views.moving import offer_case
from bot.views.records import state_text
from bot.work import Person
from dialogs.course import Course
from dialogs.facts import Facts
from dialogs.packs.schema import Pack
from models.tables import Case, OpenTerm, Record

RECORDS = 12
ASKED = frozenset({"reviewer", "legal_reviewer", "approver", "head"})  # see at once that nothing waits for them
REPORTED_TO = frozenset({"supervisor", "head"})
_TERMS = 5


def menu_screen(
    t: Translator, person: Person, *, pending: int, active: str | None, oversees: bool, board: str | None
) -> Screen:
    """What can be done, by role; the button that continues unfinished work comes first. `board`: its address."""
    roles = set(person.officer.roles)
    rows = Rows()
    if active is not None:
        rows.row(Button("▶ " + t("Go on: {title}", title=shorten(active, 20)), "resume"))
    if "officer" in roles:
        rows.row(Button("＋ " + t("New case"), "new"), Button(t("My cases"), "cases:0"))
    else:
        rows.row(Button(t("Cases"), "cases:0"))
    if pending or roles & ASKED:
        rows.row(Button(t("Waiting for my decision ({n})", n=pending), "pending"))
    rows.row(
        Button(t("Deadlines"), "deadlines:0"),
        Button(t("Overdue"), "overdue:0") if oversees else None,
        Button(t("Report"), "report") if roles & REPORTED_TO else None,
    )
    rows.row(Button(t("Board"), url=board) if board else None)
    rows.row(Button(t("I am away"), "away"))
    rows.row(Button("中文 / English", "lang"), Button(t("Help"), "help"))
    return Screen(
        join([bold(person.agency.name), t("{name}, what would you like to do?", name=plain(person.officer.name))]),
        rows.done(),
    )


def help_screen(t: Translator, commands: Sequence[tuple[str, str]]) -> Screen:
    lines = [f"/{name} — {plain(text)}" for name, text in commands]
    return Screen(
        join(
            [
                bold(t("How it works")),
                t("I ask one question at a time. Answer by button, typing or voice. What is marked saved is kept."),
                t("You can go back, change any answer, pause and come back later."),
                "",
                *lines,
            ]
        )
    )


def cases_screen(t: Translator, cases: Sequence[Case], parties: dict[int, str], *, page: int, more: bool) -> Screen:
    rows = Rows()
    for case in cases:
        assert case.id is not None
        title = case.number or t("being opened, since {at}", at=moment(t, case.opened_at))
        party = parties.get(case.id, "")
        rows.row(Button(shorten(f"{title} {party}".strip(), 48), f"case:{case.id}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"cases:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"cases:{page + 1}") if more else None,
    )
    rows.row(Button(t("Menu"), "menu"))
    text = bold(t("Cases")) if cases else t("There is no case yet.")
    return Screen(text, rows.done())


def case_screen(
    t: Translator,
    case: Case,
    pack: Pack,
    facts: Facts,
    records: Sequence[Record],
    terms: Sequence[tuple[OpenTerm, str]],
    evidence: int,
    *,
    page: int,
    more: bool,
    course: Course,
    may_begin: bool,
    newer: bool = False,
    may_reassign: bool = False,
) -> Screen:
    """Number, party, officers, the most urgent deadlines, a page of records, and what may be begun."""
    values = facts.case
    names = "、".join(officer.name for officer in facts.officers)
    bytes_owed = sum(each.state == "declared" for each in facts.evidence)
    act = next((kind.title for kind in pack.kinds_of_act if kind.id == values.get("kind_of_act")), "")
    lines: list[str | None] = [
        bold(case.number or t("Case being opened")),
        plain(str(values.get("matter") or "")) or None,
        t("Party: {party}", party=plain(str(values.get("party_name") or "—"))),
        t("Kind of act: {act}", act=plain(act)) if act else None,
        _course_line(t, case, course),
        t("Officers: {names}", names=plain(names)),
        t("Evidence received: {n}", n=evidence - bytes_owed),
        "📹 "
        + t.plural(
            "The file of {n} recording is still owed.", "The files of {n} recordings are still owed.", bytes_owed
        )
        if bytes_owed
        else None,
    ]
    lines += _term_lines(t, terms, facts)
    rows = Rows()
    for record in records:
        form = next((form.title for form in pack.records if form.id == record.form), record.form)
        name = f"{form} {record.number}" if record.number else form
        lines.append(f"· {plain(name)} — {state_text(t, record)}")
        rows.row(Button(shorten(f"{name} · {state_text(t, record)}", 44), f"rec:{record.id}"))
    rows.flow(Button(shorten(f"⏳ {owed}", 16), f"term:{term.id}") for term, owed in terms[:_TERMS])
    rows.row(
        Button("‹ " + t("Earlier"), f"case:{case.id}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"case:{case.id}:{page + 1}") if more else None,
    )
    if may_begin:
        rows.row(Button("＋ " + t("Begin a record"), f"forms:{case.id}"))
    if case.state != "opening":
        rows.row(
            Button("⚖ " + t("Compliance check"), f"check:{case.id}"),
            Button("📑 " + t("Index of the case"), f"index:{case.id}"),
        )
    rows.row(offer_case(t, case) if newer else None)
    rows.row(Button("⇄ " + t("Reassign"), f"rea:{case.id}") if may_reassign else None)
    rows.row(Button("🗂 " + t("All evidence"), f"evl:{case.id}:0") if facts.evidence else None)
    rows.row(Button(t("Menu"), "menu"))
    return Screen(join(lines), rows.done(), slot=None)


def _course_line(t: Translator, case: Case, course: Course) -> str | None:
    """The case's procedure, and how far it has come."""
    stage = next((each.title for each in course.stages if each.id == course.current), "")
    where = (
        t("the case is archived")
        if case.state == "archived"
        else t("stage: {stage}", stage=plain(stage))
        if stage
        else None
    )
    procedure = plain(course.procedure.title) if course.procedure else None
    return " · ".join(each for each in (procedure, where) if each) or None


def _term_lines(t: Translator, terms: Sequence[tuple[OpenTerm, str]], facts: Facts) -> list[str]:
    """The nearest ends with their countdown. `terms`: the most urgent first."""
    lines = []
    for term, owed in terms[:_TERMS]:
        mark = "⏰" if facts.now >= term.due_at else "⏳"
        due = t("Due by: {moment}", moment=end(t, term.due_at))
        lines.append(f"{mark} {bold(countdown(t, term.due_at, facts.now))} · {plain(owed)} · {due}")
    if len(terms) > _TERMS:
        lines.append(t.plural("and {n} more deadline", "and {n} more deadlines", len(terms) - _TERMS))
    return lines
