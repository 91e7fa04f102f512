"""Whether a newer version of the regulation lies ready for a draft or a case. See `bot.use_cases.move_version`."""

from __future__ import annotations

from bot.work import Work
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from models.tables import Case, Record


def newer_form(work: Work, record: Record) -> tuple[Pack, Form] | None:
    """The newer version a draft may go on with; None when there is none, or it has no such record any more."""
    pack = work.shelf.newer_than(record.pack)
    if pack is None or record.state != "draft" or record.corrects_id is not None:
        return None
    form = next((each for each in pack.records if each.id == record.form), None)
    return (pack, form) if form is not None else None


def newer_pack(work: Work, case: Case) -> Pack | None:
    """The newer version a case may go on with."""
    return work.shelf.newer_than(case.pack) if case.state == "open" else None
