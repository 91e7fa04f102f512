"""What a regulation leaves to the agency: what stands, who chose it, and choosing anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect
from bot.use_cases.agency_days import coming_days, spans
from bot.use_cases.duty import duty_of
from bot.views import settings as view
from bot.views.agency_days import office_block
from bot.work import Person, Work
from dialogs.packs.schema import Pack, Setting
from dialogs.packs.settings import Value, fits, read_value, setting_of
from models.errors import Denied, InvalidInput
from models.tables import Agency, AgencySetting

MODE_VALUE, MODE_REASON = "setting_value", "setting_reason"
_LONGEST_REASON = 500


async def held_settings(work: Work, agency: Agency, pack: Pack) -> list[view.Held]:
    """Every setting of the pack in its order, with the agency's newest choice."""
    rows = await work.session.exec(
        select(AgencySetting).where(col(AgencySetting.agency_id) == agency.id).order_by(col(AgencySetting.id))
    )
    chosen = {row.setting: row for row in rows.all()}
    return [_held(setting, chosen.get(setting.id)) for setting in pack.settings]


def _held(setting: Setting, row: AgencySetting | None) -> view.Held:
    if row is None or not fits(setting, row.value):
        return view.Held(setting, setting.value)
    return view.Held(setting, row.value, row.set_by, row.set_at, row.reason)


async def choose_setting(
    work: Work, agency: Agency, setting_id: str, text: str, reason: str, *, by: str, person: Person | None = None
) -> view.Held:
    """Set one value by its text. Its cases see it at once, terms already running keep their end.

    Raises Missing `setting.unknown`, InvalidInput `setting.*` (see `read_value`), `setting.no_reason`.
    """
    pack = work.shelf.newest(agency.pack)
    setting = setting_of(pack, setting_id)
    value = read_value(pack, setting, text)
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise InvalidInput("setting.no_reason", limit=_LONGEST_REASON)
    assert agency.id is not None
    row = AgencySetting(agency_id=agency.id, setting=setting.id, value=value, set_by=by, reason=reason, set_at=work.now)
    work.session.add(row)
    await work.session.flush()
    digest = hashlib.sha256(reason.encode()).hexdigest()
    data = {"setting": setting.id, "value": value, "by": by, "reason_sha256": digest}
    await work.record_change("agency.setting_chosen", f"agency:{agency.id}", data, person)
    return _held(setting, row)


async def list_settings(work: Work, person: Person, page: int = 0) -> None:
    """What stands, to everyone of the agency; those who may choose get the buttons for it."""
    pack = work.shelf.newest(person.agency.pack)
    held = await held_settings(work, person.agency, pack)
    may_choose = await _may_choose(work, person)
    assert person.agency.id is not None
    duty, days = await duty_of(work, person.agency.id), spans(await coming_days(work, person.agency.id))
    office = office_block(person.t, duty, days)
    screen = view.settings_screen(person.t, pack, held, page=page, may_choose=may_choose, office=office)
    await work.reply(person, screen)


async def ask_value(work: Work, person: Person, index: int) -> None:
    """Offer the values of one setting, or ask for a number. `index`: its place in the pack."""
    pack, setting = await _choosable(work, person, index)
    held = (await held_settings(work, person.agency, pack))[index]
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE_VALUE if setting.type == "number" else "", setting=setting.id)
    work.session.add(conversation)
    await work.reply(person, view.value_screen(person.t, pack, held, index))


async def ask_reason(work: Work, person: Person, setting_id: str, text: str) -> None:
    """The value is known and fits; the next text says why it is chosen."""
    await _require_chooser(work, person)
    pack = work.shelf.newest(person.agency.pack)
    setting = setting_of(pack, setting_id)
    value = read_value(pack, setting, text)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE_REASON, setting=setting.id, text=text)
    work.session.add(conversation)
    await work.reply(person, view.reason_screen(person.t, setting, value))


async def choose_with_reason(work: Work, person: Person, setting_id: str, text: str, reason: str) -> None:
    """Set it in the name of the acting person, and show what stands now."""
    await _require_chooser(work, person)
    held = await choose_setting(work, person.agency, setting_id, text, reason, by=person.officer.name, person=person)
    pack = work.shelf.newest(person.agency.pack)
    index = [setting.id for setting in pack.settings].index(held.setting.id)
    await work.reply(person, view.chosen_screen(person.t, pack, held, index // view.PAGE))


async def pressed_value(work: Work, person: Person, index: int, option: int) -> None:
    """A button of `ask_value`: yes or no, or one of the options."""
    _, setting = await _choosable(work, person, index)
    values: Sequence[Value] = view.values_of(setting)
    if option >= len(values):
        raise InvalidInput("setting.not_an_option", known=[])
    value = values[option]
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    await ask_reason(work, person, setting.id, text)


async def _choosable(work: Work, person: Person, index: int) -> tuple[Pack, Setting]:
    await _require_chooser(work, person)
    pack = work.shelf.newest(person.agency.pack)
    if index >= len(pack.settings) or pack.settings[index].type == "text":
        raise InvalidInput("setting.only_informs")
    return pack, pack.settings[index]


async def _require_chooser(work: Work, person: Person) -> None:
    if not await _may_choose(work, person):
        raise Denied("role.required", roles=["head"])


async def _may_choose(work: Work, person: Person) -> bool:
    """The head decides; in an agency that has named none, its supervisor does."""
    if not person.officer.active:
        return False
    if "head" in person.officer.roles:
        return True
    return "supervisor" in person.officer.roles and not await work.with_role(person.officer.agency_id, "head")
