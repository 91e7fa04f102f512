"""Short sentences that ask for one more thing, or say that nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, plain, shorten
from dialogs.packs.schema import Record as Form

_LINES = 20


def reason_screen(t: Translator, mode: str) -> Screen:
    if mode == "skip_reason":
        return Screen(t("Please write why this is skipped; the reason is printed in the record."))
    return Screen(t("Please write why this is not known; the reason is printed in the record."))


def nothing_asked(t: Translator) -> Screen:
    return Screen(t("No record is being filled in just now."))


def nothing_open(t: Translator) -> Screen:
    return Screen(t("Every question is answered. To change one, choose it below."))


def unknown_command(t: Translator, command: str) -> Screen:
    return Screen(
        t("I do not know the command {command}. /help lists those I know.", command=plain(shorten(command, 40))),
        ((Button(t("Menu"), "menu"),),),
    )


def not_understood(t: Translator) -> Screen:
    return Screen(
        t("I cannot use this kind of message. I take text, voice, photos, files and your location."),
        ((Button(t("Menu"), "menu"),),),
    )


def paused_screen(t: Translator, form: Form, record_id: int) -> Screen:
    return Screen(
        "⏸ " + t("“{title}” is paused; every answer is kept.", title=plain(form.title)),
        ((Button("▶ " + t("Go on"), f"go:{record_id}"), Button(t("Menu"), "menu")),),
    )


def cancelled_screen(t: Translator, form: Form, record_id: int) -> Screen:
    return Screen(
        "✗ " + t("“{title}” is cancelled. Evidence received for it is kept.", title=plain(form.title)),
        ((Button("↶ " + t("Undo"), f"ux:{record_id}"), Button(t("Menu"), "menu")),),
    )


def line_screen(t: Translator, number: int, columns: Sequence[str]) -> Screen:
    """`columns`: of a table, whose lines nobody speaks."""
    if columns:
        listed = "，".join(plain(each) for each in columns)
        return Screen(t("Send the right text for line {n}: {columns}; - removes it.", n=number, columns=listed))
    return Screen(
        t("Send the right text for line {n}; 问： or 答： before it says who speaks; - removes it.", n=number)
    )


def lines_screen(
    t: Translator, record_id: int, index: int, revision: int, lines: Sequence[str], page: int | None
) -> Screen:
    """A page of a dialogue or table as it stands at `revision`; the last one when none is named."""
    last = max(0, (len(lines) - 1) // _LINES)
    page = last if page is None else min(page, last)
    rows = Rows()
    for i, line in list(enumerate(lines))[page * _LINES : (page + 1) * _LINES]:
        rows.row(Button(shorten(f"{i + 1}. {line}", 44), f"ln:{record_id}:{index}:{revision}:{i}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"ls:{record_id}:{index}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"ls:{record_id}:{index}:{page + 1}") if page < last else None,
    )
    return Screen(t("Which line shall be corrected?"), rows.done())


def opinion_prompt(t: Translator, mode: str) -> Screen:
    if mode == "return_reason":
        return Screen(t("Please write why the record is returned; its maker will read it."))
    return Screen(t("Please write your opinion."))


def refusal_prompt(t: Translator, label: str) -> Screen:
    return Screen(t("Why did “{label}” refuse to sign?", label=plain(label)))


def witness_prompt(t: Translator) -> Screen:
    return Screen(t("Who is the witness? Name, and unit or address."))


def photograph_prompt(t: Translator) -> Screen:
    return Screen("📷 " + t("Please send a photo of the signed paper."))


def correction_prompt(t: Translator) -> Screen:
    return Screen(t("Why is the sealed record corrected? The reason is printed in the new version."))


def papers_coming(t: Translator) -> Screen:
    return Screen(t("The papers are on their way."))


def stranger_screen(t: Translator) -> Screen:
    return Screen(t("This account is not signed in. Please ask your administrator for a sign-in link."))
