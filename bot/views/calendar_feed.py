"""The calendar of deadlines: how it is subscribed to, and what it says. It may leave the agency's network."""

from __future__ import annotations

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain
from bot.views.basis import basis_text
from bot.views.deadlines import bare_text, case_name
from bot.views.moments import end
from dialogs.packs.schema import Deadline, Pack
from models.tables import Case, OpenTerm


def name(t: Translator) -> str:
    return t("Deadlines of my cases")


def entry_text(t: Translator, known: tuple[Pack, Deadline] | None, term: OpenTerm, case: Case) -> tuple[str, str]:
    """Title and text of one end: what is owed, the case's number, the articles; never whose case it is.

    known: the deadline, where it may be told.
    """
    due = t("Due by: {moment}", moment=end(t, term.due_at))
    if known is None:
        return bare_text(t, [case]), due
    pack, deadline = known
    basis = basis_text(t, pack, deadline.basis)
    lines = [
        due,
        t("Basis: {basis}", basis=basis) if basis else None,
        t("Its end is provisional: holidays are not yet published.") if term.provisional else None,
    ]
    return t("{owed} ({case})", owed=deadline.owed, case=case_name(t, case)), join(lines)


def address(t: Translator, url: str) -> Screen:
    return Screen(
        join([
            bold(t("Your deadlines in your phone's calendar")),
            f"<code>{plain(url)}</code>",  # as code: chat services fetch plain addresses for a preview
            plain(t("Android: in a calendar app that subscribes (such as ICSx⁵), or in Google Calendar on the web "
                    "under “From URL”, enter this address.")),
            plain(t("iPhone: Settings → Calendar → Accounts → Add Subscribed Calendar, enter this address.")),
            plain(t("Whoever has the address sees what is owed, case numbers and ends, no names. Keep it to yourself; "
                    "an earlier address no longer works.")),
        ]),
        Rows().row(Button(t("New address"), "ics:new"), Button(t("Stop"), "ics:stop")).done(),
    )  # fmt: skip


def stopped(t: Translator) -> Screen:
    rows = Rows().row(Button(t("New address"), "ics:new")).done()
    return Screen(plain(t("The calendar's address no longer works. Phones that had it show its last state.")), rows)
