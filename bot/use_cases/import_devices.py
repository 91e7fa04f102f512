"""A register of recording devices from a spreadsheet: devices added, changed, and issued with a move that says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot.use_cases.admin import Imported, decoded
from bot.use_cases.devices import KIND, LONGEST_CODE, LONGEST_REMARK, devices_of, move_recorded
from bot.work import Work
from dialogs.questions.cleaning import clean
from models.errors import InvalidInput, Missing
from models.tables import Agency, Device, Officer

COLUMNS: Mapping[str, str] = {
    "code": "code", "编号": "code",
    "kind": "kind", "种类": "kind",
    "model": "model", "型号": "model",
    "holder": "holder", "保管人": "holder",
    "condition": "condition", "状况": "condition",
}  # fmt: skip
_MOST_ROWS = 5000


@dataclass(frozen=True)
class Entry:
    """One device of a register. `kind`, `model`: None where the register does not say.

    holder: name or certificate number of whoever has it, '' for whoever has it already. condition: as it is issued.
    """

    code: str
    kind: str | None = None
    model: str | None = None
    holder: str = ""
    condition: str = ""


def read_devices(content: bytes) -> list[Entry]:
    """The devices in a CSV file headed 编号,种类,型号,保管人,状况 (the first alone is needed).

    Raises InvalidInput `register.undecodable`, `devices.columns`, `devices.empty`, `register.too_long`, `devices.row`.
    """
    rows = csv.reader(io.StringIO(decoded(content)))
    header = [COLUMNS.get(cell.strip(), "") for cell in next(rows, [])]
    if "code" not in header:
        raise InvalidInput("devices.columns", columns=["编号"])
    entries = []
    for line, row in enumerate(rows, start=2):
        cells = {field: clean(cell) for field, cell in zip(header, row, strict=False) if field}
        if not any(cells.values()):
            continue
        code, condition = cells.get("code", ""), cells.get("condition", "")
        if not code or len(code) > LONGEST_CODE or len(condition) > LONGEST_REMARK:
            raise InvalidInput("devices.row", line=line)
        kind = cells.get("kind") or None  # no device is of no kind
        entries.append(Entry(code, kind, cells.get("model"), cells.get("holder", ""), condition))
        if len(entries) > _MOST_ROWS:
            raise InvalidInput("register.too_long", limit=_MOST_ROWS)
    if not entries:
        raise InvalidInput("devices.empty")
    return entries


async def import_devices(work: Work, agency: Agency, entries: Sequence[Entry]) -> Imported:
    """Add devices and change those known by their number; nothing is removed, what is not stated stays.

    Raises Missing `officer.unknown`, InvalidInput `devices.not_in_use` (text) for a lost or retired one's new holder.
    """
    devices = await devices_of(work, agency.id)
    known = {**{each.code.casefold(): each for each in devices}, **{each.code: each for each in devices}}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for entry in entries:
        device = known.get(entry.code) or known.get(entry.code.casefold())
        if device is None:
            device = known[entry.code.casefold()] = await _added(work, agency, entry)
            outcome, changed = "added", True
        else:
            outcome, changed = "changed", await _described(work, device, entry)
        holder = await _holder(work, agency, entry.holder) if entry.holder else device.holder_id
        if holder is not None and holder != device.holder_id:
            await _issue(work, device, holder, entry.condition)
            changed = True
        counts[outcome if changed else "unchanged"] += 1
    return Imported(**counts)


async def _added(work: Work, agency: Agency, entry: Entry) -> Device:
    assert agency.id is not None
    device = Device(agency_id=agency.id, code=entry.code, kind=entry.kind or KIND, added_at=work.now)
    device.model = entry.model or ""
    work.session.add(device)
    await work.session.flush()
    await work.record_change("device.added", f"device:{device.id}", {"holder": None})
    return device


async def _described(work: Work, device: Device, entry: Entry) -> bool:
    """Whether kind or model changed."""
    kind = device.kind if entry.kind is None else entry.kind
    model = device.model if entry.model is None else entry.model
    if (kind, model) == (device.kind, device.model):
        return False
    device.kind, device.model = kind, model
    work.session.add(device)
    await work.session.flush()
    await work.record_change("device.changed", f"device:{device.id}", {"holder": device.holder_id})
    return True


async def _issue(work: Work, device: Device, holder: int, condition: str) -> None:
    """From whoever has it, by way of the store: both moves are told."""
    if device.state != "held":
        raise InvalidInput("devices.not_in_use", text=device.code)
    if device.holder_id is not None:
        before, device.holder_id = device.holder_id, None
        await move_recorded(work, None, device, "returned", before, condition)
    device.holder_id = holder
    await move_recorded(work, None, device, "issued", holder, condition)


async def _holder(work: Work, agency: Agency, wanted: str) -> int:
    found = await work.session.exec(
        select(Officer).where(
            col(Officer.agency_id) == agency.id,
            col(Officer.active),
            (col(Officer.certificate) == wanted) | (col(Officer.name) == wanted),
        )
    )
    officers = found.all()
    if len(officers) != 1 or officers[0].id is None:
        raise Missing("officer.unknown", text=wanted[:64])
    return officers[0].id
