"""Taking recordings from a folder: each file to the declaration it belongs to, and nothing by guess.

Run from the command line, beside a running service: files are read and copied outside any transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlmodel import col, select

from bot.recording_files import RecordingFile, files_in, look_into
from bot.recording_match import Declared, Found, Match, match
from bot.settings import Settings
from bot.use_cases.take_recording import copied, take_recording
from bot.work import Work
from models.errors import InvalidInput, Missing, Unavailable, ZhiluError
from models.object_lock import storing
from models.tables import Agency, Case, Device, Evidence

TOLERANCE = timedelta(minutes=10)  # by which a camera's clock and an officer's memory may differ

Outcome = Literal["imported", "already", "unmatched", "ambiguous", "unusable"]
OpenWork = Callable[[], AbstractAsyncContextManager[Work]]
Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes done and the bytes in all."""


@dataclass(frozen=True)
class Taken:
    """What became of one file. `evidence`: its number once imported. `code`, `params`: why it was not."""

    name: str
    outcome: Outcome
    evidence: int | None = None
    case: str | None = None
    code: str = ""
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Owed:
    """A declaration whose bytes are still missing."""

    evidence: int
    case: str | None
    device: str
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Report:
    files: tuple[Taken, ...]
    owed: tuple[Owed, ...]

    @property
    def ok(self) -> bool:
        return all(file.outcome in ("imported", "already") for file in self.files)


@dataclass(frozen=True)
class Import:
    """What to take and how. `only`: the one declaration that a single file belongs to, named by the operator.

    agency: whose devices and declarations these are; needed where there are several, whose numbers may be the same.

    shift: added to the files' own times, for cameras whose clock is wrong. device: whose files they all are.
    """

    folder: Path
    agency: str | None = None
    device: str | None = None
    only: int | None = None
    shift: timedelta = timedelta()
    dry_run: bool = False


async def import_recordings(open_work: OpenWork, settings: Settings, wanted: Import, progress: Progress) -> Report:
    """Raises Missing `import.no_folder`, `agency.unknown`, `device.unknown`, `evidence.unknown`; InvalidInput
    `import.one_file` when `only` is given with a folder, `import.which_agency` (codes)."""
    paths = await asyncio.to_thread(lambda: list(files_in(wanted.folder)))
    if not wanted.folder.exists():
        raise Missing("import.no_folder", path=str(wanted.folder))
    if wanted.only is not None and not wanted.folder.is_file():
        raise InvalidInput("import.one_file")
    async with open_work() as work:
        agencies = await _agencies(work, wanted.agency)
        await _check_named(work, wanted, agencies)
    # Films of a whole shift are larger than what a phone may upload.
    limits = settings.model_copy(update={"upload_bytes": settings.import_bytes})
    total = sum(path.lstat().st_size for path in paths)
    done, files = 0, []
    for path in paths:
        progress(path.name, done, total)
        file = await asyncio.to_thread(look_into, path, wanted.folder, limits, wanted.shift)
        done += path.lstat().st_size
        files.append(replace(file, name=f"{wanted.device}/{file.name}") if wanted.device else file)
    taken: list[Taken] = []
    async with open_work() as work:
        plan = await _plan(work, files, agencies, wanted)
    for file, decided in zip(files, plan, strict=True):
        progress(file.name, done, total)
        taken.append(await _keep(open_work, file, decided, wanted) if isinstance(decided, int) else decided)
    async with open_work() as work:
        owed = await _owed(work, agencies)
    return Report(tuple(taken), owed)


async def _agencies(work: Work, code: str | None) -> list[int]:
    """One agency, or none where there is none: the devices of two may bear the same numbers."""
    query = select(Agency) if code is None else select(Agency).where(col(Agency.code) == code)
    found = (await work.session.exec(query.order_by(col(Agency.code)))).all()
    if code is not None and not found:
        raise Missing("agency.unknown", agency=code[:64])
    if len(found) > 1:
        raise InvalidInput("import.which_agency", codes=[each.code for each in found])
    return [each.id for each in found if each.id is not None]


async def _check_named(work: Work, wanted: Import, agencies: Sequence[int]) -> None:
    if wanted.device is not None and wanted.device not in (await _devices(work, agencies)).values():
        raise Missing("device.unknown", text=wanted.device[:40])
    if wanted.only is not None and wanted.only not in {each.id for each in await _declarations(work, agencies)}:
        raise Missing("evidence.unknown")


async def _devices(work: Work, agencies: Sequence[int]) -> dict[int, str]:
    found = await work.session.exec(select(Device).where(col(Device.agency_id).in_(agencies)))
    return {device.id: device.code for device in found.all() if device.id is not None}


async def _declarations(work: Work, agencies: Sequence[int]) -> list[Evidence]:
    """Declarations that stand, with their bytes or without: a camera cuts one recording into several files."""
    found = await work.session.exec(
        select(Evidence)
        .where(
            col(Evidence.agency_id).in_(agencies),
            col(Evidence.device_id).is_not(None),
            col(Evidence.ended_at).is_not(None),
            col(Evidence.state) != "withdrawn",
            col(Evidence.disposed_at).is_(None),
            ~col(Evidence.key).startswith("imported:"),
        )
        .order_by(col(Evidence.id))
    )
    return list(found.all())


async def _plan(
    work: Work, files: Sequence[RecordingFile], agencies: Sequence[int], wanted: Import
) -> list[int | Taken]:
    """For each file the number of its declaration, or what is said instead."""
    known = await _known(work, [file.sha256 for file in files if file.sha256], agencies)
    devices, declarations = await _devices(work, agencies), await _declarations(work, agencies)
    stated = [_stated(each, devices) for each in declarations]
    new = [n for n, file in enumerate(files) if file.refusal is None and file.sha256 not in known]
    held = await _held(work, [each.id for each in declarations if each.id is not None])
    found_in = match([_found(files[n]) for n in new], stated, devices.values(), TOLERANCE, held)
    matches = dict(zip(new, found_in, strict=True))
    decided: list[int | Taken] = []
    seen: set[str] = set()
    for n, file in enumerate(files):
        if file.refusal is not None:
            decided.append(Taken(file.name, "unusable", code=file.refusal.code, params=dict(file.refusal.params)))
        elif file.sha256 in known:
            decided.append(Taken(file.name, "already", *known[file.sha256]))
        elif file.sha256 in seen:
            decided.append(Taken(file.name, "already", code="import.same_file"))
        elif wanted.only is not None:
            decided.append(wanted.only)
        else:
            found = matches[n]
            if found.declared is not None:
                seen.add(file.sha256)
            decided.append(found.declared if found.declared is not None else _unclear(file, found, declarations))
    return decided


def _unclear(file: RecordingFile, found: Match, declarations: Sequence[Evidence]) -> Taken:
    assert found.reason is not None and file.began is not None
    params: dict[str, object] = {
        "began": file.began.astimezone(UTC).isoformat(timespec="seconds"),
        "clock": file.clock,
        "candidates": list(found.candidates),
    }
    outcome: Outcome = "unmatched" if found.reason in ("no_device", "no_time") else "ambiguous"
    return Taken(file.name, outcome, code=f"import.{found.reason}", params=params)


def _found(file: RecordingFile) -> Found:
    assert file.began is not None and file.ended is not None
    return Found(file.name, file.began, file.ended)


def _stated(evidence: Evidence, devices: dict[int, str]) -> Declared:
    assert evidence.id is not None and evidence.device_id is not None
    assert evidence.captured_at is not None and evidence.ended_at is not None
    return Declared(evidence.id, devices[evidence.device_id], evidence.captured_at, evidence.ended_at)


async def _known(work: Work, hashes: Sequence[str], agencies: Sequence[int]) -> dict[str, tuple[int, str | None]]:
    """SHA-256 -> evidence number and case, of what the agencies have already."""
    known: dict[str, tuple[int, str | None]] = {}
    for start in range(0, len(hashes), 500):
        found = await work.session.exec(
            select(Evidence, Case.number).where(
                col(Evidence.sha256).in_(hashes[start : start + 500]),
                col(Evidence.agency_id).in_(agencies),
                col(Evidence.state) != "withdrawn",
                col(Case.id) == col(Evidence.case_id),
            )
        )
        for evidence, number in found.all():
            assert evidence.id is not None
            known.setdefault(evidence.sha256, (evidence.id, number))
    return known


async def _held(work: Work, declared: Sequence[int]) -> dict[int, list[Found]]:
    """By declaration, the files imported for it before, with their own times."""
    held: dict[int, list[Found]] = {}
    rows = await work.session.exec(select(Evidence).where(col(Evidence.device_id).is_not(None)))
    for evidence in rows.all():
        declaration = evidence.details.get("part_of") or evidence.id or 0
        if declaration in declared and "file_began" in evidence.details:
            began, ended = (datetime.fromisoformat(evidence.details[name]) for name in ("file_began", "file_ended"))
            held.setdefault(declaration, []).append(Found(f"evidence:{evidence.id}", began, ended))
    return held


async def _keep(open_work: OpenWork, file: RecordingFile, declared: int, wanted: Import) -> Taken:
    """Copy the bytes into the vault and let the row say so; what goes wrong with one file stops no other."""
    try:
        async with open_work() as work:
            declaration, vault = await work.session.get_one(Evidence, declared), work.vault
            case = await work.session.get_one(Case, declaration.case_id)
        if wanted.dry_run:
            return Taken(file.name, "imported", declared, case.number)
        with vault.incoming() as place:
            if await asyncio.to_thread(copied, file.path, place) != file.sha256:
                raise Unavailable("import.changed")
            await asyncio.to_thread(vault.take, place, file.sha256)
        async with open_work() as work:
            await storing(work.session)
            vault.path(file.sha256)  # raises when a disposal came in between: it is imported the next time
            evidence = await take_recording(work, file, declared)
            return Taken(file.name, "imported", evidence.id, case.number)
    except ZhiluError as refusal:
        return Taken(file.name, "unusable", code=refusal.code, params=dict(refusal.params))
    except OSError as cause:
        return Taken(file.name, "unusable", code="import.unreadable", params={"reason": cause.strerror or ""})


async def _owed(work: Work, agencies: Sequence[int]) -> tuple[Owed, ...]:
    devices = await _devices(work, agencies)
    owed = []
    for evidence in await _declarations(work, agencies):
        if evidence.state == "declared":
            case = await work.session.get_one(Case, evidence.case_id)
            stated = _stated(evidence, devices)
            owed.append(Owed(stated.id, case.number, stated.device, stated.began, stated.ended))
    return tuple(owed)
