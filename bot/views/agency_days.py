"""An agency's duty hours and its own days, as everybody may read them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import bold, join, plain
from bot.views.moments import day
from dialogs.deadlines import Duty
from models.tables import AgencyDay

_MOST = 6

Span = tuple[AgencyDay, AgencyDay]


def duty_text(t: Translator, duty: Duty) -> str:
    hours = (
        t("at any hour") if duty.start == duty.end else t("{start} to {end}", start=_hm(duty.start), end=_hm(duty.end))
    )
    days = t("on working days") if duty.workdays else t("every day")
    return t("Ordinary reminders: {days}, {hours}", days=days, hours=hours)


def span_text(t: Translator, span: Span) -> str:
    """`2027年1月1日至2027年1月3日 元旦：休息`."""
    first, last = span
    when = day(t, first.day)
    if last.day != first.day:
        when = t("{first} to {last}", first=when, last=day(t, last.day))
    return f"{when} {first.name} · {t('worked') if first.worked else t('free')}"


def office_block(t: Translator, duty: Duty, spans: Sequence[Span]) -> str:
    """For the card of settings: read here, changed by the administrator."""
    lines = [bold(t("Working days and duty hours")), plain(duty_text(t, duty))]
    lines += [plain(f"· {span_text(t, span)}") for span in spans[:_MOST]]
    if len(spans) > _MOST:
        lines.append(plain(t.plural("and {n} more", "and {n} more", len(spans) - _MOST)))
    if not spans:
        lines.append(plain(t("No days of its own; the published holidays apply.")))
    return join(lines)


def _hm(moment: object) -> str:
    return f"{moment:%H:%M}"
