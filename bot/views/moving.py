"""What a newer version of the regulation changes, before a draft or a case moves to it; nothing moves unasked.

Button data: `mv:<record>` show, `mvy:<record>:<revision>:<version>` move, `go:<record>` leave it; for a case
`mc:<case>` show, `mcy:<case>:<version>` move, `case:<case>` leave it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Screen, bold, join, plain, shorten
from dialogs.engine.moving import Move
from dialogs.packs.comparing import Difference, PackChange
from dialogs.packs.schema import Pack, Question, Titled
from dialogs.packs.schema import Record as Form
from models.tables import Case, Record

_NAMES = 12
_NAME = 40


def offer_record(t: Translator, record_id: int | None) -> Button:
    return Button(t("The regulation has a new version: see the changes"), f"mv:{record_id}")


def offer_case(t: Translator, case: Case) -> Button:
    return Button(t("The regulation has a new version: see the changes"), f"mc:{case.id}")


def record_change(
    t: Translator, record: Record, before: tuple[Pack, Form], after: tuple[Pack, Form], move: Move
) -> Screen:
    """Before and after of one draft: its questions, and what becomes of each answer."""
    old = {each.id: each for each in before[1].questions}
    new = {each.id: each for each in after[1].questions}
    changed = [_renamed(one, other) for one, other in move.changed]
    lines = [
        bold(after[1].title),
        _versions(t, before[0], after[0]),
        "",
        _list(t("Questions added: {list}"), _labels(move.added)),
        _list(t("Questions removed: {list}"), _labels(move.removed)),
        _list(t("Questions changed: {list}"), changed),
        None if move.added or move.removed or changed else t("The questions stay as they are."),
        "",
        _list(t("Answers that go along: {list}"), _labels([new[key] for key in move.kept])),
        _list(
            t("Answers put aside, to be asked anew or no longer asked: {list}"),
            _labels([old[key] for key in move.parked]),
        ),
        _list(t("Answers that come back: {list}"), _labels([new[key] for key in move.restored])),
        t("An answer put aside is kept and printed nowhere. Confirmations given so far are asked for again."),
    ]
    rows = (
        (Button("✔ " + t("Go on with the new version"), f"mvy:{record.id}:{record.revision}:{after[0].version}"),),
        (Button(t("Leave it as it is"), f"go:{record.id}"),),
    )
    return Screen(join(lines), rows)


def record_moved(t: Translator, form: Form, pack: Pack) -> Screen:
    text = t("“{title}” goes on with version {version}.", title=plain(form.title), version=pack.version)
    return Screen("✓ " + text)


def case_change(
    t: Translator, case: Case, before: Pack, after: Pack, change: PackChange, ending: Sequence[str]
) -> Screen:
    """Before and after of a case. `ending`: running terms the new version no longer knows."""
    parts = (
        *_difference(t, t("Records"), change.records),
        *_difference(t, t("Deadlines"), change.deadlines),
        *_difference(t, t("Demands"), change.rules),
    )
    lines = [
        bold(case.number or t("Case being opened")),
        _versions(t, before, after),
        "",
        *(parts or (t("Nothing that is asked, due or demanded changes."),)),
        "",
        t(
            "Records begun from now on follow the new version. What is begun stays on its own until you move it; "
            "what is sealed stays for good."
        ),
        _list(t("These running terms end, as the new version has none such: {list}"), ending),
        t("Terms that have begun otherwise keep their end."),
    ]
    rows = (
        (Button("✔ " + t("Move the case to the new version"), f"mcy:{case.id}:{after.version}"),),
        (Button(t("Leave it as it is"), f"case:{case.id}"),),
    )
    return Screen(join(lines), rows)


def case_moved(t: Translator, pack: Pack) -> Screen:
    return Screen("✓ " + t("The case goes on with version {version}.", version=pack.version))


def _versions(t: Translator, before: Pack, after: Pack) -> str:
    since = "" if after.effective.from_ == "unknown" else t(", in force from {day}", day=after.effective.from_)
    text = t("{title}: version {before} → {after}", title=after.title, before=before.version, after=after.version)
    return plain(text + since)


def _difference(t: Translator, what: str, found: Difference[Titled]) -> list[str]:
    """Up to three lines: what there is more, less and otherwise of one kind of thing."""
    told = (
        (t("{what} added: {list}"), found.added),
        (t("{what} removed: {list}"), found.removed),
        (t("{what} changed: {list}"), found.changed),
    )
    lines = (_list(text, [each.title for each in group], what=what) for text, group in told)
    return [line for line in lines if line is not None]


def _renamed(before: Question, after: Question) -> str:
    if before.paper_label == after.paper_label:
        return after.paper_label
    return f"{shorten(before.paper_label, _NAME)} → {shorten(after.paper_label, _NAME)}"


def _labels(questions: Sequence[Question]) -> list[str]:
    return [each.paper_label for each in questions]


def _list(text: str, names: Sequence[str], **params: object) -> str | None:
    """A sentence with its list, long ones cut with a count; None for an empty list."""
    if not names:
        return None
    shown = "、".join(plain(shorten(name, 2 * _NAME)) for name in names[:_NAMES])
    more = f" … ({len(names)})" if len(names) > _NAMES else ""
    return text.format(list=shown + more, **params)
