"""The review card: every answer, and what is missing by article."""

from __future__ import annotations

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.archive import Decision, disposal_lines
from bot.views.basis import basis_text
from bot.views.faults import fault_text
from bot.views.moving import offer_record
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from dialogs.values import Review
from models.tables import Record

_PAGE = 12  # lines of at most 160 characters and as many lacks stay below a message of 4,096
_SHOWN = 120
_LABEL = 40
_BASIS = 60
_LACKS = 12


def review_screen(
    t: Translator,
    record: Record,
    pack: Pack,
    form: Form,
    review: Review,
    *,
    page: int,
    fresh: bool = True,
    newer: bool = False,
    disposal: Decision | None = None,
) -> Screen:
    """All lines, paged, then what is missing with its articles; confirm only when nothing blocks.

    newer: a newer version of the regulation lies ready for this draft. disposal: what this decision would delete.
    """
    pages = max(1, -(-len(review.lines) // _PAGE))
    page = min(max(page, 0), pages - 1)
    start = page * _PAGE
    lines = [
        f"{i}. {plain(shorten(line.label, _LABEL))}：{bold(shorten(line.text, _SHOWN)) if line.text else '—'}"
        for i, line in enumerate(review.lines[start : start + _PAGE], start=start + 1)
    ]
    blocking = [lack for lack in review.lacking if lack.blocks]
    hints = [lack for lack in review.lacking if not lack.blocks]
    missing = [
        "✗ "
        + fault_text(t, lack.code, {"label": shorten(lack.label, _LABEL)})
        + (f"（{plain(shorten(basis_text(t, pack, lack.basis), _BASIS))}）" if lack.basis else "")
        for lack in blocking[:_LACKS]
    ]
    if len(blocking) > _LACKS:
        missing.append(t.plural("and {n} more", "and {n} more", len(blocking) - _LACKS))
    advice = ["ℹ " + fault_text(t, lack.code, {"label": shorten(lack.label, _LABEL)}) for lack in hints[:_LACKS]]
    text = join(
        [
            bold(form.title) + (f" {page + 1}/{pages}" if pages > 1 else ""),
            *lines,
            "",
            *(missing or ["✓ " + t("Nothing is missing.")]),
            *(disposal_lines(t, disposal) if disposal and not missing else ()),
            *advice,
        ]
    )
    return Screen(
        text,
        _buttons(t, record, form, review, page, pages, ready=not blocking, newer=newer),
        slot=f"review:{record.id}",
        fresh=fresh,
    )


def _buttons(
    t: Translator, record: Record, form: Form, review: Review, page: int, pages: int, *, ready: bool, newer: bool
) -> tuple[tuple[Button, ...], ...]:
    rows = Rows()
    if record.state != "draft":
        return rows.done()
    if ready:
        rows.row(Button("✔ " + t("Confirm and fix the text"), f"ok:{record.id}:{record.revision}"))
    first_lack = next((lack.question for lack in review.lacking if lack.blocks), None)
    if first_lack is not None:
        index = next(i for i, question in enumerate(form.questions) if question.id == first_lack)
        rows.row(Button(t("Answer what is missing"), f"f:{record.id}:{index}"))
    if pages > 1:
        rows.row(
            Button("‹ " + t("Earlier"), f"rv:{record.id}:{page - 1}") if page else None,
            Button(t("Later") + " ›", f"rv:{record.id}:{page + 1}") if page < pages - 1 else None,
        )
    rows.row(
        Button(t("Change an answer"), f"ed:{record.id}:{page}"),
        Button(t("Pause"), f"pz:{record.id}"),
        Button(t("Cancel"), f"cx:{record.id}"),
    )
    return rows.row(offer_record(t, record.id) if newer else None).done()


def edit_screen(t: Translator, record: Record, form: Form, review: Review, *, page: int) -> Screen:
    """Buttons for every answered question, to change any of them."""
    pages = max(1, -(-len(review.lines) // _PAGE))
    page = min(max(page, 0), pages - 1)
    order = {question.id: i for i, question in enumerate(form.questions)}
    rows = Rows()
    for line in review.lines[page * _PAGE : (page + 1) * _PAGE]:
        text = f"{line.label}：{shorten(line.text or '—', 20)}"
        rows.row(Button(shorten(text, 40), f"f:{record.id}:{order[line.question]}:r"))
    if pages > 1:
        rows.row(
            Button("‹ " + t("Earlier"), f"ed:{record.id}:{page - 1}") if page else None,
            Button(t("Later") + " ›", f"ed:{record.id}:{page + 1}") if page < pages - 1 else None,
        )
    rows.row(Button(t("Review"), f"rv:{record.id}:{page}"), Button(t("Go on"), f"go:{record.id}"))
    return Screen(bold(t("Which answer shall be changed?")), rows.done())
