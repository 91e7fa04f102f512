"""Cards about review: what a person decides on, what was decided, by whom and in whose stead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.archive import Decision, disposal_lines
from bot.views.evidence import clock
from bot.views.headings import heading
from bot.views.moments import moment
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.tables import Case, Evidence, Opinion, Record

_LINES = 22  # of at most about 120 characters: together with what stands above less than a message of 4,096
_LINE = 120
_SHOWN = 90
_LABEL = 30
_PIECES = 24  # buttons that open evidence; what is more is found in the case
_DEPARTURES = 4
_MARKS = {"photo": "🖼", "recording": "🎧", "file": "📎"}


@dataclass(frozen=True)
class Request:
    """What somebody is asked to decide. `stands_for`: the absent person's name. `departures`: need -> reason given."""

    record: Record
    case: Case
    form: Form
    opinion: Opinion
    step: ReviewStep
    maker: str
    evidence: Sequence[Evidence] = ()
    signed: Sequence[str] = ()  # whoever signed or refused, by name
    departures: Sequence[tuple[str, str]] = ()
    disposal: Decision | None = None  # what approving it deletes
    beyond_unit: bool = False
    stands_for: str | None = None


def in_stead(name: str, stands_for: str | None) -> str:
    """`甲`, or `甲（由乙代）` when 乙 decided in the stead of 甲. Printed on papers, so Chinese in every language."""
    return f"{stands_for}（由{name}代）" if stands_for else name


def request_screen(t: Translator, asked: Request) -> Screen:
    """The frozen lines, as many as a message holds, then the evidence to open, and approve or return."""
    answers = (asked.record.content or {}).get("answers", [])
    lines = [f"{plain(shorten(line['label'], _LABEL))}：{plain(shorten(line['text'], _SHOWN))}" for line in answers]
    deletes = disposal_lines(t, asked.disposal) if asked.disposal else []
    room = _LINES - sum(-(-len(line) // _LINE) for line in deletes)
    left = len(lines) - room
    more = [t.plural("and {n} more line, in the paper", "and {n} more lines, in the paper", left)] if left > 0 else []
    step = plain(asked.step.title)
    head = [
        heading(asked.record, asked.case, asked.form),
        t("{name} asks for your decision: {step}", name=plain(asked.maker), step=step),
        t("You decide in the stead of {name}.", name=plain(asked.stands_for)) if asked.stands_for else None,
        t("Nobody in the case's own unit may decide this, so all who have the role are asked.")
        if asked.beyond_unit
        else None,
        t("Signed: {names}", names=plain(shorten("、".join(asked.signed), _SHOWN))) if asked.signed else None,
    ]
    return Screen(
        join([*head, *departure_lines(t, asked.departures), *deletes, *lines[:room], *more]),
        _request_buttons(t, asked),
        slot=f"opinion:{asked.opinion.id}",
        fresh=True,
    )


def _request_buttons(t: Translator, asked: Request) -> tuple[tuple[Button, ...], ...]:
    opinion_id = asked.opinion.id
    rows = Rows().flow(
        (Button(_piece(each), f"oe:{opinion_id}:{each.id}") for each in asked.evidence[:_PIECES]), widest=24
    )
    if asked.step.reads_compliance:
        rows.row(Button("☑ " + t("Check of the whole case"), f"oc:{opinion_id}"))
    rows.row(Button("✔ " + t("Approve"), f"ap:{opinion_id}"), Button(t("Approve with an opinion"), f"ao:{opinion_id}"))
    rows.row(
        Button("↩ " + t("Return with a reason"), f"rt:{opinion_id}") if asked.step.return_allowed else None,
        Button(t("To the case"), f"case:{asked.case.id}"),
    )
    return rows.done()


def _piece(evidence: Evidence) -> str:
    length = f" {clock(evidence.seconds)}" if evidence.seconds is not None else ""
    return f"{_MARKS[evidence.kind]} {evidence.id}{length}"


def departure_lines(t: Translator, departures: Sequence[tuple[str, str]]) -> list[str]:
    """What should have happened before, and the reason given for going on without it."""
    lines = [
        "△ " + t("{need} — reason: {reason}", need=plain(need), reason=bold(shorten(reason, _SHOWN)))
        for need, reason in departures[:_DEPARTURES]
    ]
    left = len(departures) - _DEPARTURES
    return [*lines, "△ " + t.plural("and {n} more", "and {n} more", left)] if left > 0 else lines


def unread_screen(t: Translator) -> Screen:
    return Screen(t("Please read the check of the whole case first; it follows. After it you can approve."))


def nobody_asked(t: Translator, record: Record, case: Case, form: Form, step: ReviewStep) -> Screen:
    title = plain(step.title)
    said = t("Nobody else in the agency can decide on “{step}”. Please tell your administrator.", step=title)
    return Screen(join([heading(record, case, form), "⚠ " + said]))


def approved_screen(t: Translator, opinion: Opinion, record: Record, case: Case, form: Form, text: str) -> Screen:
    said = t("Approved: {text}", text=plain(text))
    return Screen(join([heading(record, case, form), "✔ " + said]), slot=f"opinion:{opinion.id}")


def returned_screen(t: Translator, opinion: Opinion, form: Form, case: Case, reason: str) -> Screen:
    said = t("Returned: {text}", text=plain(reason))
    return Screen(
        join([f"{bold(form.title)}\n<i>{plain(case.number or '')}</i>", "↩ " + said]), slot=f"opinion:{opinion.id}"
    )


def settled_screen(t: Translator, opinion: Opinion, record: Record, case: Case, form: Form, name: str) -> Screen:
    """Takes the place of the card of everybody else who was asked."""
    said = t("{name} has decided this.", name=plain(name))
    return Screen(join([heading(record, case, form), "✓ " + said]), slot=f"opinion:{opinion.id}")


def opinion_notice(
    t: Translator,
    record: Record,
    case: Case,
    form: Form,
    step: ReviewStep,
    name: str,
    text: str,
    *,
    returned: bool,
) -> Screen:
    said = t("{name} returned it", name=plain(name)) if returned else t("{name} approved it", name=plain(name))
    rows = Rows().row(
        Button(t("Correct it now"), f"go:{record.id}") if returned else Button(t("Open the record"), f"rec:{record.id}")
    )
    mark = "↩" if returned else "✔"
    return Screen(
        join([heading(record, case, form), f"{mark} {said}（{plain(step.title)}）：{bold(text)}"]), rows.done()
    )


def opinion_line(t: Translator, step: ReviewStep, opinion: Opinion | None, names: Mapping[int, str]) -> str:
    """One step of the chain: what, by whom, in whose stead, when. `names`: of officers by id."""
    title = plain(step.title)
    if opinion is None or opinion.result == "pending":
        return f"☐ {title} · " + (t("waiting") if opinion else t("not asked yet"))
    result = t("approved") if opinion.result == "approved" else t("returned")
    stands_for = names.get(opinion.stands_for_id) if opinion.stands_for_id else None
    who = plain(in_stead(names.get(opinion.officer_id or 0, "—"), stands_for))
    when = moment(t, opinion.given_at) if opinion.given_at else ""
    mark = "☑" if opinion.result == "approved" else "↩"
    return f"{mark} {title} · {who} · {result}：{plain(shorten(opinion.text or '', _SHOWN))} · {when}"
