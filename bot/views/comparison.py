"""The machine's draft and what stands now, line by line: only what differs, with each character's fate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join
from bot.views.evidence import clock
from bot.views.transcript_text import difference, fitted, role_text
from models.tables import Record

_PAGE = 5
_LINE = 640  # characters of HTML a line takes at most


@dataclass(frozen=True)
class Compared:
    """One line. `recording`, `number` and `start` (seconds) are None for a line written by hand; `now` '' left out."""

    recording: int | None
    number: int | None
    start: float | None
    was_role: str
    was: str
    role: str
    now: str

    @property
    def named(self) -> bool:
        """Nothing changed but that an officer said who speaks, where the machine could not."""
        return self.was == self.now and self.was_role == "unknown" != self.role

    @property
    def changed(self) -> bool:
        return (self.was_role, self.was) != (self.role, self.now) and not self.named


def comparison_screen(
    t: Translator, rows: Sequence[Compared], page: int, record: Record | None, *, turning: str, draft: int | None = None
) -> Screen:
    """A page of the lines that differ. `record`: whose text it is compared with; None: the draft as corrected.

    turning: verb and id of the buttons that turn pages. draft: the transcript to go back to.
    """
    changed = [row for row in rows if row.changed]
    pages = max(1, -(-len(changed) // _PAGE))
    page = min(max(page, 0), pages - 1)
    kept = t.plural("{n} line of {total} changed", "{n} lines of {total} changed", len(changed), total=len(rows))
    named = sum(row.named for row in rows)
    text = join(
        [
            bold(_title(t, record)),
            kept + (f" · {page + 1}/{pages}" if pages > 1 else ""),
            t.plural("Of {n} more it was only said who speaks.", "Of {n} more it was only said who speaks.", named)
            if named
            else None,
            t("Struck through: the machine's. Underlined: as it reads now.") if changed else None,
            *(_row(t, row) for row in changed[page * _PAGE : (page + 1) * _PAGE]),
        ]
    )
    buttons = Rows().row(
        Button("‹ " + t("Earlier"), f"{turning}:{page - 1}") if page > 0 else None,
        Button(t("Later") + " ›", f"{turning}:{page + 1}") if page + 1 < pages else None,
    )
    if draft is not None:
        buttons.row(Button("‹ " + t("Back to the draft"), f"tdraft:{draft}:0"))
        return Screen(text, buttons.done(), f"transcript:{draft}")
    assert record is not None
    buttons.row(Button("‹ " + t("Open the record"), f"rec:{record.id}"))
    return Screen(text, buttons.done(), f"compare:{record.id}")


def _title(t: Translator, record: Record | None) -> str:
    if record is None:
        return t("The machine's draft and your corrections")
    if record.state == "sealed":
        return t("The machine's first draft and the sealed text")
    if record.state == "frozen":
        return t("The machine's first draft and the text to be signed")
    return t("The machine's first draft and the record's text so far")


def _row(t: Translator, row: Compared) -> str:
    if row.number is None or row.start is None:
        head = t("Written by hand")
    else:
        head = t("Line {n}, recording no. {id}, {start}", n=row.number, id=row.recording, start=clock(row.start))
    if not row.now:
        return f"{bold(head)}\n{role_text(t, row.was_role)} <s>{fitted(row.was, _LINE)}</s> （{t('left out')}）"
    role = role_text(t, row.role)
    if row.was_role and row.was_role != row.role:
        role = f"<s>{role_text(t, row.was_role)}</s><u>{role}</u>"
    return f"{bold(head)}\n{role} {difference(row.was, row.now, _LINE)}"
