"""The question types. Adding one: a file here with a `Kind`, a line below, its name in `packs.schema.QuestionType`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dialogs.questions.amount import AmountKind
from dialogs.questions.base import Kind, Refused, Taken
from dialogs.questions.choice import ChoiceKind
from dialogs.questions.choices import ChoicesKind
from dialogs.questions.date import DateKind
from dialogs.questions.date_time import DateTimeKind
from dialogs.questions.dialogue import DialogueKind
from dialogs.questions.file import FileKind
from dialogs.questions.long_text import LongTextKind
from dialogs.questions.number import NumberKind
from dialogs.questions.officers import OfficersKind
from dialogs.questions.organisation_code import OrganisationCodeKind
from dialogs.questions.phone import PhoneKind
from dialogs.questions.photo import PhotoKind
from dialogs.questions.place import PlaceKind
from dialogs.questions.recording import RecordingKind
from dialogs.questions.refusal import RefusalKind
from dialogs.questions.resident_id import ResidentIdKind
from dialogs.questions.table import TableKind
from dialogs.questions.text import TextKind
from dialogs.questions.yes_no import YesNoKind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "text": TextKind(),
        "long_text": LongTextKind(),
        "choice": ChoiceKind(),
        "choices": ChoicesKind(),
        "yes_no": YesNoKind(),
        "date": DateKind(),
        "datetime": DateTimeKind(),
        "number": NumberKind(),
        "amount": AmountKind(),
        "phone": PhoneKind(),
        "resident_id": ResidentIdKind(),
        "organisation_code": OrganisationCodeKind(),
        "place": PlaceKind(),
        "officers": OfficersKind(),
        "photo": PhotoKind(),
        "recording": RecordingKind(),
        "file": FileKind(),
        "refusal": RefusalKind(),
        "dialogue": DialogueKind(),
        "table": TableKind(),
    }
)

__all__ = ["KINDS", "Kind", "Refused", "Taken"]
