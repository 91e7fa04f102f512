"""The agency's settings: what the regulation leaves open or general law demands, what stands, and who chose it.

Button data: `set:<page>` the list, `sv:<setting's place in the pack>` choose, `sw:<place>:<value's place>` this value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from bot.views.moments import moment
from dialogs.packs.schema import Pack, Setting
from dialogs.packs.settings import Value

PAGE = 5
_REASON = 120


@dataclass(frozen=True)
class Held:
    """`set_by`: None while the pack's default stands."""

    setting: Setting
    value: Value
    set_by: str | None = None
    set_at: datetime | None = None
    reason: str = ""


def value_text(t: Translator, setting: Setting, value: Value) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return next((option.title for option in setting.options if option.id == value), str(value))


def origin_text(t: Translator, held: Held) -> str:
    """Who set it and when, or that nobody has yet."""
    if held.set_by is None or held.set_at is None:
        return t("default, not yet set by anybody")
    return t("set by {name} on {moment}", name=held.set_by, moment=moment(t, held.set_at))


def values_of(setting: Setting) -> tuple[Value, ...]:
    """What buttons offer, in order."""
    return (True, False) if setting.type == "yes_no" else tuple(option.id for option in setting.options)


def settings_screen(
    t: Translator, pack: Pack, held: Sequence[Held], *, page: int, may_choose: bool, office: str = ""
) -> Screen:
    """A page of all settings; `office`: what stands above them on the first, as HTML."""
    pages = max(1, -(-len(held) // PAGE))
    page = min(max(page, 0), pages - 1)
    start = page * PAGE
    shown = list(enumerate(held))[start : start + PAGE]
    rows = Rows()
    for index, each in shown:
        if may_choose and each.setting.type != "text":
            rows.row(Button(shorten(t("Change: {title}", title=each.setting.title), 40), f"sv:{index}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"set:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"set:{page + 1}") if page < pages - 1 else None,
    )
    rows.row(Button(t("Reminders beside the chat"), "channels"), Button(t("Menu"), "menu"))
    head = bold(t("Settings of this agency")) + (f" {page + 1}/{pages}" if pages > 1 else "")
    blocks = [head, *([office] if office and not page else []), *(setting_text(t, pack, each) for _, each in shown)]
    if not held:
        blocks.append(t("This regulation leaves nothing to be set."))
    return Screen("\n\n".join(blocks), rows.done(), slot="settings")


def setting_text(t: Translator, pack: Pack, held: Held) -> str:
    """One setting in full, as HTML."""
    setting = held.setting
    default = value_text(t, setting, setting.value)
    return join(
        [
            bold(setting.title),
            plain(t("In force: {value}", value=value_text(t, setting, held.value))),
            plain(t("Default: {value}", value=default)) if held.value != setting.value else None,
            f"<i>{plain(basis_text(t, pack, setting.basis))}</i>" if setting.basis else None,
            plain(setting.reason),
            plain(origin_text(t, held)),
            plain(t("Reason: {reason}", reason=shorten(held.reason, _REASON))) if held.reason else None,
        ]
    )


def value_screen(t: Translator, pack: Pack, held: Held, index: int) -> Screen:
    rows = Rows()
    values = values_of(held.setting)
    rows.flow(
        Button(
            ("☑ " if value == held.value else "") + shorten(value_text(t, held.setting, value), 30), f"sw:{index}:{i}"
        )
        for i, value in enumerate(values)
    )
    rows.row(Button(t("Back"), f"set:{index // PAGE}"))
    asked = t("Which shall be in force?") if values else t("Please type the number that shall be in force.")
    return Screen(join([setting_text(t, pack, held), "", asked]), rows.done())


def reason_screen(t: Translator, setting: Setting, value: Value) -> Screen:
    shown = value_text(t, setting, value)
    return Screen(
        join(
            [
                t("“{title}” shall be: {value}", title=plain(setting.title), value=bold(shown)),
                t("Please write why; the reason and your name are kept with it."),
            ]
        )
    )


def chosen_screen(t: Translator, pack: Pack, held: Held, page: int) -> Screen:
    rows = ((Button(t("Settings"), f"set:{page}"), Button(t("Menu"), "menu")),)
    return Screen("✓ " + t("Saved.") + "\n" + setting_text(t, pack, held), rows)
