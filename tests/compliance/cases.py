"""Small packs and cases for tests of the compliance check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dialogs.compliance import Compliance, Finding, check
from dialogs.facts import EvidenceFact, Facts, RecordFact
from dialogs.packs.schema import Pack

NOW = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def pack(*records: dict[str, Any], **parts: Any) -> Pack:
    """A pack of records given by what matters in them; every record cites article 1 unless it says otherwise."""
    stated = [{"title": each["id"], "stage": "start", "basis": ["DM-1"], **each} for each in records]
    return Pack.model_validate(
        {
            "id": "small",
            "short": "DM",
            "title": "示范规定",
            "version": "1.0.0",
            "effective": {"from": "unknown"},
            "articles": [{"no": 1, "about": "立案"}, {"no": 2, "about": "询问"}, {"no": 3, "about": "归档"}],
            "stages": [{"id": "start", "title": "启动"}],
            "records": stated,
            **parts,
        }
    )


def made(form: str, state: str = "sealed", id: str = "7", **parts: Any) -> RecordFact:
    """A record of the case, sealed an hour ago unless it says otherwise."""
    at = {"draft": {}, "frozen": {"submitted_at": NOW - HOUR}}.get(
        state, {"submitted_at": NOW - HOUR, "sealed_at": NOW - HOUR}
    )
    return RecordFact(id=id, form=form, title=form, stage="start", state=state, maker="1", **{**at, **parts})  # type: ignore[arg-type]


def recording(id: str, state: str = "received", record: str = "7") -> EvidenceFact:
    return EvidenceFact(id, "recording", "video", NOW - HOUR, state, 60.0, record=record)  # type: ignore[arg-type]


def found(stated: Pack, *records: RecordFact, **facts: Any) -> list[Finding]:
    return list(checked(stated, *records, **facts).findings)


def checked(stated: Pack, *records: RecordFact, **facts: Any) -> Compliance:
    return check(stated, Facts(now=NOW, records=records, **facts))


def one(findings: list[Finding], **wanted: Any) -> Finding:
    """The only finding that has these values."""
    fit = [each for each in findings if all(getattr(each, name) == value for name, value in wanted.items())]
    assert len(fit) == 1, findings
    return fit[0]
