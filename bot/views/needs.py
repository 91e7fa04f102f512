"""What should have happened before a record, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from dialogs.packs.schema import Need, Pack
from dialogs.packs.schema import Record as Form
from models.tables import Case, Record


def before_beginning(t: Translator, pack: Pack, case: Case, form: Form, needs: Sequence[Need]) -> Screen:
    """What is missing with its articles; the records to do first, going on with a reason, or back."""
    rows = _first(t, pack, case, needs)
    rows.row(Button(t("Go on all the same, with a reason"), f"dep:{case.id}:{form.id}"))
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    return Screen(_text(t, pack, form, needs, t("Before this record is begun:")), rows.done())


def before_submitting(
    t: Translator, pack: Pack, case: Case, record: Record, form: Form, needs: Sequence[Need]
) -> Screen:
    rows = _first(t, pack, case, needs)
    rows.row(Button(t("Go on all the same, with a reason"), f"dps:{record.id}:{record.revision}"))
    rows.row(Button(t("Back to the record"), f"go:{record.id}"), Button(t("To the case"), f"case:{case.id}"))
    return Screen(_text(t, pack, form, needs, t("Before this record is confirmed:")), rows.done())


def reason_prompt(t: Translator) -> Screen:
    return Screen(
        t("Please write why you go on without it. The reason stays with the record and is shown to those who decide."),
        ((Button(t("Rather not"), "dpn"),),),
    )


def not_departed(t: Translator) -> Screen:
    return Screen(t("Nothing was changed."), ((Button(t("Menu"), "menu"),),))


def _text(t: Translator, pack: Pack, form: Form, needs: Sequence[Need], lead: str) -> str:
    lines = [
        f"△ {plain(need.says)}" + (f"（{plain(basis_text(t, pack, need.basis))}）" if need.basis else "")
        for need in needs
    ]
    return join([bold(form.title), lead, *lines])


def _first(t: Translator, pack: Pack, case: Case, needs: Sequence[Need]) -> Rows:
    titles = {form.id: form.title for form in pack.records}
    rows = Rows()
    for form_id in dict.fromkeys(need.first for need in needs if need.first in titles):
        assert form_id is not None
        label = shorten(t("First: {title}", title=titles[form_id]), 40)
        rows.row(Button(label, f"start:{case.id}:{form_id}"))
    return rows
