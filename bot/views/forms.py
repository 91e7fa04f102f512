"""Which record to begin: what is expected first, then a stage at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from dialogs.course import Course, Startable
from models.tables import Case

PAGE = 10


def forms_screen(
    t: Translator,
    case: Case,
    course: Course,
    forms: Sequence[Startable],
    *,
    stage: str | None,
    page: int,
    fresh: bool = True,
) -> Screen:
    """One page of a stage, the case's own stage when none is named; below it the way to every other stage.

    Of the case's own stage come first, from whatever stage, the records the case lacks.
    """
    shown = stage or course.current
    listed = [each for each in forms if each.stage == shown or (stage is None and each.expected)]
    listed.sort(key=lambda each: not each.expected)
    page = max(0, min(page, (len(listed) - 1) // PAGE))
    rows = Rows()
    for each in listed[page * PAGE : (page + 1) * PAGE]:
        rows.row(Button(shorten(_mark(each) + each.form.title, 40), f"start:{case.id}:{each.form.id}"))
    verb = f"forms:{case.id}:{stage or '-'}"
    rows.row(
        Button("‹ " + t("Earlier"), f"{verb}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"{verb}:{page + 1}") if (page + 1) * PAGE < len(listed) else None,
    )
    counts = {each.id: sum(form.stage == each.id for form in forms) for each in course.stages}
    rows.flow(
        Button(f"{each.title} {counts[each.id]}", f"forms:{case.id}:{each.id}:0")
        for each in course.stages
        if counts[each.id] and each.id != shown
    )
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    return Screen(_text(t, course, shown, listed), rows.done(), slot=f"forms:{case.id}", fresh=fresh)


def _mark(each: Startable) -> str:
    return ("❗" if each.expected else "") + ("△" if each.unmet else "")


def _text(t: Translator, course: Course, shown: str | None, listed: Sequence[Startable]) -> str:
    title = next((stage.title for stage in course.stages if stage.id == shown), "")
    return join(
        [
            bold(t("Which record?")),
            plain(title) if title else None,
            None if listed else t("Nothing can be begun in this stage now."),
            "❗ " + t("expected now") if any(each.expected for each in listed) else None,
            "△ " + t("something should come first") if any(each.unmet for each in listed) else None,
        ]
    )
