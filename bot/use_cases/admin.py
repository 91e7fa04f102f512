"""Starting an agency: its row, its people from a register, and the links they sign in with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, func, or_, select

from bot.transports.webchat.sign_in import bind_web_chat
from bot.work import Work
from models.errors import InvalidInput, Missing
from models.tables import Agency, Officer, Unit

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MOST_ROWS = 5000
OUTSIDE = frozenset({"telegram"})  # transports that carry data out of the agency's network, and so must be allowed
COLUMNS: Mapping[str, str] = {
    "name": "name", "姓名": "name",
    "certificate": "certificate", "执法证号": "certificate",
    "title": "title", "职务": "title",
    "unit": "unit", "部门": "unit",
    "roles": "roles", "角色": "roles",
}  # fmt: skip
ROLES: Mapping[str, str] = {
    "officer": "officer", "执法人员": "officer",
    "reviewer": "reviewer", "审核人": "reviewer",
    "legal_reviewer": "legal_reviewer", "法制审核人": "legal_reviewer",
    "approver": "approver", "审批人": "approver", "批准人": "approver",
    "head": "head", "主要负责人": "head",
    "supervisor": "supervisor", "监督人员": "supervisor",
    "archivist": "archivist", "档案管理人员": "archivist",
    "administrator": "administrator", "系统管理员": "administrator",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One person of a register. `certificate` is the enforcement certificate's number; '' for those without one."""

    name: str
    roles: tuple[str, ...]
    certificate: str = ""
    title: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    unchanged: int


async def add_agency(
    work: Work, *, code: str, name: str, pack: str, numbering: Mapping[str, str] | None = None
) -> Agency:
    """Raises InvalidInput `agency.code_unusable`, `agency.name_empty`, `agency.exists`, `agency.pattern_unusable`;
    Missing `pack.unknown`."""
    if not _CODE.fullmatch(code):
        raise InvalidInput("agency.code_unusable", text=code[:64])
    if not name.strip():
        raise InvalidInput("agency.name_empty")
    work.shelf.newest(pack)
    patterns = dict(numbering or {"default": "{series}〔{year}〕{n}号"})
    for pattern in patterns.values():
        _check_pattern(pattern)
    if (await work.session.exec(select(Agency.id).where(col(Agency.code) == code))).first() is not None:
        raise InvalidInput("agency.exists", agency=code)
    agency = Agency(code=code, name=name.strip(), pack=pack, numbering=patterns, created_at=work.now)
    work.session.add(agency)
    await work.session.flush()
    await work.record_change("agency.added", f"agency:{agency.id}", {"code": code, "pack": pack})
    return agency


async def allow_transport(work: Work, agency: Agency, transport: str, *, allowed: bool) -> None:
    """Let an agency's people chat over `transport`, or no longer: a decision kept in the ledger.

    Raises InvalidInput `transport.unknown` (known), `transport.always_on` for the agency's own web chat.
    """
    if transport in work.inside:
        raise InvalidInput("transport.always_on", transport=transport)
    if transport not in OUTSIDE:
        raise InvalidInput("transport.unknown", transport=transport[:40], known=sorted(OUTSIDE))
    others = [each for each in agency.transports if each != transport]
    agency.transports = [*others, transport] if allowed else others
    work.session.add(agency)
    change = {"transport": transport, "allowed": allowed}
    await work.record_change("agency.transport_decided", f"agency:{agency.id}", change)


async def list_agencies(work: Work) -> list[tuple[Agency, int]]:
    """Every agency with the number of its active people, by code."""
    counts = await work.session.exec(
        select(Agency, func.count(col(Officer.id)))
        .join(Officer, (col(Officer.agency_id) == col(Agency.id)) & col(Officer.active), isouter=True)
        .group_by(col(Agency.id))
        .order_by(col(Agency.code))
    )
    return list(counts.all())


async def agency_by_code(work: Work, code: str) -> Agency:
    """Raises Missing `agency.unknown`."""
    agency = (await work.session.exec(select(Agency).where(col(Agency.code) == code))).first()
    if agency is None:
        raise Missing("agency.unknown", agency=code[:64])
    return agency


async def import_officers(work: Work, agency: Agency, entries: Sequence[Entry]) -> Imported:
    """Add people, and change those known by the same certificate (without one: by the same name). Nobody is removed."""
    assert agency.id is not None
    units = {
        unit.name: unit.id
        for unit in (await work.session.exec(select(Unit).where(col(Unit.agency_id) == agency.id))).all()
    }
    known = {
        _identity(officer.name, officer.certificate): officer
        for officer in (await work.session.exec(select(Officer).where(col(Officer.agency_id) == agency.id))).all()
    }
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for entry in entries:
        if entry.unit and entry.unit not in units:
            unit = Unit(agency_id=agency.id, name=entry.unit)
            work.session.add(unit)
            await work.session.flush()
            units[entry.unit] = unit.id
        values: dict[str, Any] = {
            "name": entry.name,
            "certificate": entry.certificate,
            "title": entry.title,
            "unit_id": units.get(entry.unit),
            "roles": list(entry.roles),
            "active": True,
        }
        officer = known.get(_identity(entry.name, entry.certificate))
        outcome = "changed" if officer else "added"
        if officer is None:
            officer = known[_identity(entry.name, entry.certificate)] = Officer(agency_id=agency.id, **values)
        elif all(getattr(officer, field) == value for field, value in values.items()):
            counts["unchanged"] += 1
            continue
        for field, value in values.items():
            setattr(officer, field, value)
        work.session.add(officer)
        await work.session.flush()
        counts[outcome] += 1
        await work.record_change(f"officer.{outcome}", f"officer:{officer.id}", {"roles": list(entry.roles)})
        await bind_web_chat(work.session, officer, datetime.now(UTC))  # touches terms: after the leaf, as others do
    return Imported(**counts)


def read_register(content: bytes) -> list[Entry]:
    """The people in a CSV file (UTF-8 or GB 18030, as Excel saves it), headed in Chinese or English; see `COLUMNS`.

    Several roles in one cell are parted by `;`, `；`, `、` or `/`. Raises InvalidInput `register.undecodable`,
    `register.columns`, `register.empty`, `register.too_long`, `register.row` (line, fault).
    """
    rows = csv.reader(io.StringIO(decoded(content)))
    header = [COLUMNS.get(cell.strip(), "") for cell in next(rows, [])]
    if "name" not in header or "roles" not in header:
        raise InvalidInput("register.columns", columns=["姓名", "角色"])
    entries: list[Entry] = []
    for line, row in enumerate(rows, start=2):
        cells = {field: cell.strip() for field, cell in zip(header, row, strict=False) if field}
        if any(cells.values()):
            entries.append(_entry(cells, line))
        if len(entries) > _MOST_ROWS:
            raise InvalidInput("register.too_long", limit=_MOST_ROWS)
    if not entries:
        raise InvalidInput("register.empty")
    return entries


async def find_officer(work: Work, wanted: str) -> Officer:
    """The one active person with this certificate number, name or id.

    Raises Missing `officer.unknown`, InvalidInput `officer.ambiguous` (certificates).
    """
    matches = or_(col(Officer.certificate) == wanted, col(Officer.name) == wanted)
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
        matches = or_(matches, col(Officer.id) == int(wanted))
    found = (await work.session.exec(select(Officer).where(matches, col(Officer.active)))).all()
    if not found:
        raise Missing("officer.unknown", text=wanted[:64])
    if len(found) > 1:
        raise InvalidInput("officer.ambiguous", ids=[officer.id for officer in found])
    return found[0]


async def sign_in_link(work: Work, officer: Officer) -> str:
    """An address that signs this person in once, for `settings.link_minutes` of wall time."""
    from bot.transports.webchat.sign_in import create_sign_in_link  # a transport: only this needs it

    assert officer.id is not None
    token = await create_sign_in_link(work.session, officer.id, datetime.now(UTC), work.settings.link_minutes)
    await work.record_change("officer.link_made", f"officer:{officer.id}", {})
    return f"{work.settings.base_url}/sign-in/{token}"


def _identity(name: str, certificate: str) -> str:
    return f"certificate:{certificate}" if certificate else f"name:{name}"


def _check_pattern(pattern: str) -> None:
    try:
        text = pattern.format(series="x", year=2026, n=7)
    except (KeyError, IndexError, ValueError, AttributeError) as cause:
        raise InvalidInput("agency.pattern_unusable", text=pattern) from cause
    if "7" not in text.replace("2026", ""):
        raise InvalidInput("agency.pattern_unusable", text=pattern)


def decoded(content: bytes) -> str:
    """The text of a register as a spreadsheet saves it. Raises InvalidInput `register.undecodable`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput("register.undecodable")


def _entry(cells: Mapping[str, str], line: int) -> Entry:
    name = cells.get("name", "")
    words = [word.strip() for word in re.split(r"[;；、/]", cells.get("roles", "")) if word.strip()]
    unknown = [word for word in words if word not in ROLES]
    if not name or not words or unknown:
        raise InvalidInput("register.row", line=line, text="、".join(unknown) or name or "—")
    roles = tuple(dict.fromkeys(ROLES[word] for word in words))
    return Entry(name, roles, cells.get("certificate", ""), cells.get("title", ""), cells.get("unit", ""))
