"""Facts as written down in `*.yaml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.facts import ClashFact, RecordFact
from dialogs.packs.schema import Pack

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: object) -> datetime:
    """`2026-03-05 14:30`, or a date for its 0:00, in Shanghai; with an offset as it says."""
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def record(pack: Pack, number: int, written: Mapping[str, Any]) -> RecordFact:
    """`{form, state (default sealed), at, answers, maker, decided, signed, refusals, waived, departures, returned}`."""
    form = pack.record(written["form"])
    state = written.get("state", "sealed")
    at = moment(written["at"]) if "at" in written else moment("2026-03-05 14:00")
    return RecordFact(
        id=str(number),
        form=form.id,
        title=form.title,
        stage=form.stage,
        state=state,
        maker=str(written.get("maker", "1")),
        answers={name: value(each) for name, each in written.get("answers", {}).items()},
        submitted_at=None if state == "draft" else at,
        sealed_at=at if state == "sealed" else None,
        waived=written.get("waived", {}),
        departures=written.get("departures", {}),
        decided=written.get("decided", {}),
        signed=written.get("signed", {}),
        refusals=written.get("refusals", {}),
        number=written.get("number"),
        returned=written.get("returned", 0),
    )


def value(written: Any) -> Any:
    """A moment where one is written, else the value itself."""
    if isinstance(written, str) and len(written) >= 10 and written[4:5] == "-" and written[7:8] == "-":
        try:
            return moment(written) if len(written) > 10 else date.fromisoformat(written)
        except ValueError:
            return written
    return written


def stored(written: Any) -> Any:
    """A case fact as records store it: moments as ISO text with their offset."""
    found = value(written)
    return found.isoformat() if isinstance(found, date) else found


def clash(written: Mapping[str, Any]) -> ClashFact:
    return ClashFact(
        officer=str(written.get("officer", "1")),
        record=str(written.get("record", "1")),
        other_record=str(written.get("other_record", "9")),
        other_case=str(written.get("other_case", "〔2026〕9号")),
        since=moment(written.get("since", "2026-03-05 14:00")),
        until=moment(written.get("until", "2026-03-05 15:00")),
    )
