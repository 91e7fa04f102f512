"""What officers are told about a disc image of recordings: what it holds, how to burn and label it."""

from __future__ import annotations

from bot.i18n import Translator
from bot.screen import Attachment, Screen, bold, join, plain
from bot.views.evidence import size_text
from dialogs.packs.schema import Record as Form
from models.tables import Case, Paper

_TELEGRAM_BYTES = 50 * 1000**2  # what a bot may send through the public Telegram servers
_MEDIA = (  # user bytes of the smallest blank disc sold under the name
    (737_280_000, "CD-R"),
    (4_700_372_992, "DVD±R"),
    (8_543_666_176, "DVD±R DL"),
    (25_025_314_816, "BD-R"),
)


def is_large(paper: Paper) -> bool:
    """Whether a chat service may refuse the file, so that what it says must not depend on it."""
    return paper.size > _TELEGRAM_BYTES


def ready_screen(t: Translator, case: Case, form: Form, paper: Paper, count: int, name: str, gone: int = 0) -> Screen:
    """The image with its instructions as caption; for a large image the instructions alone.

    gone: recordings that were disposed of by decision, so that they are only listed.
    """
    lines = [
        "💿 " + bold(t("The disc image of the recordings is ready")),
        plain(f"{form.title} {case.number or ''}"),
        t.plural("{n} recording, {size}", "{n} recordings, {size}", count, size=size_text(t, paper.size)),
        _gone_line(t, gone) if gone else None,
        _medium(t, paper.size),
        t("Burn it as a disc image, not as a file, and close the disc."),
        t("Write on the disc: {label}", label=plain(f"{case.number or ''} {form.title}")),
        t("Every file was read back and agrees with what was received; manifest.csv on the disc lists them."),
        f"SHA-256 <code>{paper.sha256}</code>",
    ]
    if is_large(paper):
        lines.append(
            t(
                "The image follows. If this chat cannot carry it, use the web chat, or ask your administrator for the "
                "file of this SHA-256 in the evidence store."
            )
        )
        return Screen(join(lines))
    return Screen(join(lines), attachment=_attachment(paper, name))


def image_screen(case: Case, form: Form, paper: Paper, name: str) -> Screen:
    """The image alone."""
    text = join([plain(f"{form.title} {case.number or ''}"), f"SHA-256 <code>{paper.sha256}</code>"])
    return Screen(text, attachment=_attachment(paper, name))


def removed_screen(t: Translator, case: Case, form: Form, paper: Paper) -> Screen:
    """In place of an image that a decision took away."""
    said = t("The disc image was removed by a decision on disposal. What else lay on it is in the list of evidence.")
    return Screen(
        join(["💿 " + plain(f"{form.title} {case.number or ''}"), said, f"SHA-256 <code>{paper.sha256}</code>"])
    )


def kept_back_screen(t: Translator, case: Case, form: Form) -> Screen:
    """For readers who are neither of the case nor of the archive."""
    said = t(
        "The disc image is handed to the case's officers and the archivist only. Each recording can be opened from "
        "the list of evidence."
    )
    return Screen(join(["💿 " + plain(f"{form.title} {case.number or ''}"), said]))


def nothing_screen(t: Translator, case: Case, form: Form, gone: int = 0) -> Screen:
    """`gone`: recordings the case had, which were disposed of by decision."""
    said = (
        t("All recordings of this case were disposed of by decision, so no disc image was made.")
        if gone
        else t("This case has no recording, so no disc image was made. If that is right, nothing is left to do.")
    )
    return Screen(join(["💿 " + plain(f"{form.title} {case.number or ''}"), said]))


def _gone_line(t: Translator, gone: int) -> str:
    return t.plural(
        "{n} recording was disposed of by decision; the disc only lists it.",
        "{n} recordings were disposed of by decision; the disc only lists them.",
        gone,
    )


def fault_screen(t: Translator, case: Case, form: Form, sentence: str) -> Screen:
    return Screen(join([f"✗ {plain(form.title)} {plain(case.number or '')}", sentence]))


def _medium(t: Translator, size: int) -> str:
    for limit, medium in _MEDIA:
        if size <= limit:
            return t("It fits on: {medium}", medium=medium)
    return t("It is larger than any common disc. Please hand it over on several, or ask the archive unit.")


def _attachment(paper: Paper, name: str) -> Attachment:
    return Attachment("document", paper.sha256, name)
