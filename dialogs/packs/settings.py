"""What a pack leaves to the agency: reading a value for it, and which settings a question or term rests on."""

from __future__ import annotations

from dialogs.conditions import references
from dialogs.packs.schema import Deadline, Pack, Question, Setting
from models.errors import InvalidInput, Missing

Value = bool | int | str

_YES = frozenset({"yes", "true", "是"})
_NO = frozenset({"no", "false", "否"})
_LARGEST = 100_000
_LONGEST = 200


def setting_of(pack: Pack, setting_id: str) -> Setting:
    """The pack's setting. Raises Missing `setting.unknown` (setting, known)."""
    for setting in pack.settings:
        if setting.id == setting_id:
            return setting
    raise Missing("setting.unknown", setting=setting_id[:48], known=[setting.id for setting in pack.settings])


def read_value(pack: Pack, setting: Setting, text: str) -> Value:
    """A typed value. Raises InvalidInput `setting.not_yes_no`, `setting.not_an_option` (known), `setting.not_a_number`
    (least, most), `setting.text_length` (limit)."""
    text = " ".join(text.split())
    match setting.type:
        case "yes_no":
            if text.lower() not in _YES | _NO:
                raise InvalidInput("setting.not_yes_no")
            return text.lower() in _YES
        case "number":
            least = _least(pack, setting)
            if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= _LARGEST):
                raise InvalidInput("setting.not_a_number", least=least, most=_LARGEST)
            return int(text)
        case "choice":
            for option in setting.options:
                if text in (option.id, option.title):
                    return option.id
            raise InvalidInput(
                "setting.not_an_option", known=[f"{each.id}（{each.title}）" for each in setting.options]
            )
    if not 1 <= len(text) <= _LONGEST:
        raise InvalidInput("setting.text_length", limit=_LONGEST)
    return text


def fits(setting: Setting, value: object) -> bool:
    """Whether a value stored under another version of the pack still means something in this one."""
    match setting.type:
        case "yes_no":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "choice":
            return value in [option.id for option in setting.options]
    return isinstance(value, str)


def settings_read(pack: Pack, element: Question | Deadline) -> tuple[Setting, ...]:
    """The settings that decide whether and how a question or term applies, in the pack's order."""
    names: set[str] = set()
    conditions = (element.opens_when,) if isinstance(element, Deadline) else (element.when, element.check)
    for condition in conditions:
        if condition is not None:
            names |= {name.split(".")[1] for name in references(condition) if name.startswith("settings.")}
    if isinstance(element, Deadline) and element.within is not None and element.within.setting:
        names.add(element.within.setting)
    return tuple(setting for setting in pack.settings if setting.id in names)


def _least(pack: Pack, setting: Setting) -> int:
    """A term of nothing would be over when it begins."""
    return int(any(each.within is not None and each.within.setting == setting.id for each in pack.deadlines))
