"""Alerting a person: in their chats, and by the channel beside them that they have chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.channels.delivering import channels_of, queue_notice
from bot.i18n import Translator, translator
from bot.screen import Screen
from bot.views import deadlines as view
from bot.work import Work
from models.tables import Case, Officer, OutboundMessage


async def alert(
    work: Work, officer_id: int, shown: Callable[[Translator], Screen], cases: Sequence[Case], *, know: str = ""
) -> list[OutboundMessage]:
    """Owe an alert about `cases`; the messages owed, one a chat or channel, with their ids.

    What leaves the agency's network names the cases' numbers only. `know`: data of its button by which they say so.
    """
    owed = await owe_alert(work, officer_id, shown, cases, know=know)
    await work.session.flush()
    return owed


async def owe_alert(
    work: Work, officer_id: int, shown: Callable[[Translator], Screen], cases: Sequence[Case], *, know: str = ""
) -> list[OutboundMessage]:
    """As `alert`; the messages have ids when the session is next flushed, all of many alerts at once."""
    owed = await work.tell(officer_id, shown, outside=lambda t: view.bare_reminder(t, cases, know))
    officer = await work.session.get(Officer, officer_id)
    if officer is None or not officer.active:
        return owed
    channels = await channels_of(work.session, officer)
    if channels:
        t = translator(officer.language)
        params = {
            "subject": view.bare_subject(t, cases),
            "text": view.bare_text(t, cases),
            "url": work.settings.base_url,
        }
        owed.append(await queue_notice(work.session, channels, officer_id, params))
    return owed
