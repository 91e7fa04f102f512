"""Verification: recomputes the whole ledger and compares the vault with what the database and the ledger name.

What it cannot see from inside: a ledger whose last leaves were cut off together with the rows they speak of, or one
rewritten from some leaf on with new hashes. Only a head kept elsewhere shows that: pass it as `known_head`.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import rfc8785
from sqlmodel import col, select

from models.database import Database, Session
from models.ledger import GENESIS, leaf_hash
from models.tables import Evidence, Job, LedgerLeaf, Paper, Record, Signature
from models.vault import Vault, sha256_of

PENDING_SECONDS = 3600  # an object is stored before the row that names it; a younger one is no fault
_BATCH = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAKING_JOBS = ("paper", "watermark", "disc_image")  # their results name vault bytes
_FIXED = ("frozen", "sealed")
_FIXING = frozenset({"record.frozen", "record.sealed"})  # leaves whose `sha256` is the record's content hash
_DISPOSING = "evidence.disposed"  # its `sha256` and `views` are gone by a decision
_NAMES_OBJECTS: Mapping[str, tuple[str, ...]] = {  # leaf kind -> fields of its data that name vault bytes
    "disc.made": ("sha256",),
    "evidence.held": ("sha256",),
    "evidence.received": ("sha256",),
    "paper.made": ("files",),
    "record.signed": ("image",),
}

Kind = Literal["missing", "changed", "extra", "ledger", "record"]


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold.

    `what` names it: a SHA-256 or a path inside the vault, `leaf:<seq>`, `record:<id>`. `detail` is a code, followed
    after a colon by who names the object or what was found.
    """

    kind: Kind
    what: str
    detail: str


@dataclass(frozen=True)
class Head:
    """The ledger's newest leaf: (0, 64 zeros) for an empty ledger."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Report:
    """`leaves` and `objects` were examined; `pending`: vault objects younger than an hour that no row names yet."""

    leaves: int
    objects: int
    head: Head
    faults: tuple[Fault, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass
class _Ledger:
    """What reading the chain has found out.

    `contents`: `record:<id>` -> content hash in the newest leaf that fixes one. `objects`: SHA-256 -> the subject
    whose leaf first says that it was taken into the vault. `disposed`: SHA-256 -> the evidence whose bytes a decision
    took away, and when.
    """

    head: Head = field(default_factory=lambda: Head(0, GENESIS))
    leaves: int = 0
    faults: list[Fault] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    disposed: dict[str, tuple[str, float]] = field(default_factory=dict)

    def take(self, leaf: LedgerLeaf) -> None:
        self.leaves += 1
        if leaf.seq != self.head.seq + 1:
            self.faults.append(Fault("ledger", f"leaf:{self.head.seq + 1}", f"absent_until:{leaf.seq}"))
        elif leaf.previous_hash != self.head.hash:
            self.faults.append(Fault("ledger", f"leaf:{leaf.seq}", "chain_broken"))
        if not _leaf_holds(leaf):
            self.faults.append(Fault("ledger", f"leaf:{leaf.seq}", "content_changed"))
        self.head = Head(leaf.seq, leaf.leaf_hash)
        data = leaf.data if isinstance(leaf.data, dict) else {}
        stated = data.get("sha256")
        if leaf.kind in _FIXING and isinstance(stated, str):
            self.contents[leaf.subject] = stated
        for sha256 in _hashes({name: data.get(name) for name in _NAMES_OBJECTS.get(leaf.kind, ())}):
            self.objects.setdefault(sha256, leaf.subject)
        if leaf.kind == _DISPOSING:
            for sha256 in _hashes([data.get("sha256"), data.get("views")]):
                self.disposed[sha256] = (leaf.subject, leaf.wall_at.timestamp())

    def take_unreadable(self, seq: int, stated_hash: str) -> None:
        self.leaves += 1
        self.faults.append(Fault("ledger", f"leaf:{seq}", "unreadable"))
        self.head = Head(seq, stated_hash)


async def verify(database: Database, vault: Vault, *, known_head: Head | None = None) -> Report:
    """Examine everything; reads each object once and changes nothing. Files are hashed off the event loop."""
    # Files first: whatever is listed has its row committed before the rows are read, or is young.
    files = await asyncio.to_thread(_files, vault.root)
    async with database.reading() as session:
        ledger = await _read_ledger(session, known_head)
        kept, made, disposed = await _named_by_rows(session)
        records = [fault async for fault in _record_faults(session, ledger.contents)]
    records += [
        Fault("record", who, f"not_in_ledger:{sha256}") for sha256, who in kept.items() if sha256 not in ledger.objects
    ]
    records += [
        Fault("record", who, f"disposal_not_in_ledger:{sha256}")
        for sha256, who in disposed.items()
        if sha256 not in ledger.disposed
    ]
    live = {**made, **kept}
    gone = {sha256: told for sha256, told in ledger.disposed.items() if sha256 not in live}
    names = {sha256: who for sha256, who in {**ledger.objects, **live}.items() if sha256 not in gone}
    objects, pending = await asyncio.to_thread(_object_faults, vault.root, files, names, gone)
    return Report(
        leaves=ledger.leaves,
        objects=len(files),
        head=ledger.head,
        faults=(*ledger.faults, *records, *objects),
        pending=pending,
    )


async def _read_ledger(session: Session, known_head: Head | None) -> _Ledger:
    ledger = _Ledger()
    met = known_head is None or known_head == ledger.head
    while leaves := await _leaves_after(session, ledger.head.seq):
        for leaf in leaves:
            if isinstance(leaf, LedgerLeaf):
                ledger.take(leaf)
            else:
                ledger.take_unreadable(leaf.seq, leaf.hash)
            met = met or ledger.head == known_head
        session.expunge_all()  # a ledger may be longer than memory
    if known_head is not None and not met:
        ledger.faults.append(Fault("ledger", f"leaf:{known_head.seq}", f"head_differs:{known_head.hash}"))
    return ledger


async def _leaves_after(session: Session, seq: int) -> Sequence[LedgerLeaf | Head]:
    """The next leaves in order; one whose columns no longer parse comes as the bare head it states."""
    after = col(LedgerLeaf.seq) > seq
    try:
        return (await session.exec(select(LedgerLeaf).where(after).order_by(col(LedgerLeaf.seq)).limit(_BATCH))).all()
    except ValueError:
        stated = (
            await session.exec(
                select(LedgerLeaf.seq, LedgerLeaf.leaf_hash).where(after).order_by(col(LedgerLeaf.seq)).limit(1)
            )
        ).one()
    try:
        return [await session.get_one(LedgerLeaf, stated[0])]
    except ValueError:
        return [Head(*stated)]


def _leaf_holds(leaf: LedgerLeaf) -> bool:
    try:
        return leaf_hash(leaf) == leaf.leaf_hash
    except ValueError:  # data that RFC 8785 cannot write was never appended
        return False


async def live_objects(session: Session) -> frozenset[str]:
    """SHA-256 of every object that some row still names."""
    kept, made, _ = await _named_by_rows(session)
    return frozenset({**kept, **made})


async def object_names(session: Session) -> dict[str, str]:
    """SHA-256 -> who names it, of every object that must be in the vault: by a row, or by the ledger alone."""
    ledger = await _read_ledger(session, None)
    kept, made, _ = await _named_by_rows(session)
    live = {**made, **kept}
    alone = {sha256: who for sha256, who in ledger.objects.items() if sha256 not in ledger.disposed}
    return {**alone, **live}


async def _named_by_rows(session: Session) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """SHA-256 -> who names it: what was received, signed or printed; what was made from it (views, job results); and
    what a row says was disposed of."""
    kept: dict[str, str] = {}
    made: dict[str, str] = {}
    disposed: dict[str, str] = {}
    rows = select(Evidence.id, Evidence.sha256, Evidence.details, Evidence.disposed_at)
    for evidence_id, sha256, details, disposed_at in await session.exec(rows):
        if not sha256:
            continue  # declared: its bytes are owed
        if disposed_at is not None:
            disposed.setdefault(sha256, f"evidence:{evidence_id}")
            continue
        kept.setdefault(sha256, f"evidence:{evidence_id}")
        views = {name: details.get(name) for name in ("view", "thumbnail")} if isinstance(details, dict) else None
        made.update(dict.fromkeys(_hashes(views), f"evidence:{evidence_id}"))
    for paper_id, sha256 in await session.exec(select(Paper.id, Paper.sha256)):
        kept.setdefault(sha256, f"paper:{paper_id}")
    for signature_id, image in await session.exec(select(Signature.id, Signature.image)):
        if image is not None:
            kept.setdefault(image, f"signature:{signature_id}")
    done = select(Job.id, Job.result).where(col(Job.kind).in_(_MAKING_JOBS), col(Job.result).is_not(None))
    for job_id, result in await session.exec(done):
        made.update(dict.fromkeys(_hashes(result), f"job:{job_id}"))
    return kept, made, disposed


def _hashes(value: object) -> Iterator[str]:
    """Every SHA-256 in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _hashes(each)
    elif isinstance(value, str) and _SHA256.fullmatch(value):
        yield value


async def _record_faults(session: Session, contents: Mapping[str, str]) -> AsyncIterator[Fault]:
    """Records whose text is fixed: what is stored must hash to what the row and the ledger say."""
    fixed = await session.exec(select(Record.id).where(col(Record.state).in_(_FIXED)).order_by(col(Record.id)))
    for record_id in fixed.all():
        what = f"record:{record_id}"
        try:
            record = await session.get_one(Record, record_id)
            actual = hashlib.sha256(rfc8785.dumps(record.content)).hexdigest()
        except ValueError:
            yield Fault("record", what, "unreadable")
            continue
        if actual != record.content_hash:
            yield Fault("record", what, f"content_changed:{actual}")
        elif what not in contents:
            yield Fault("record", what, "not_in_ledger")
        elif contents[what] != actual:
            yield Fault("record", what, f"ledger_differs:{contents[what]}")
        session.expunge(record)


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if not path.is_dir())


def _object_faults(
    root: Path, files: Iterable[Path], names: Mapping[str, str], gone: Mapping[str, tuple[str, float]]
) -> tuple[list[Fault], tuple[str, ...]]:
    faults: list[Fault] = []
    pending: list[str] = []
    for path in files:
        named = path.name in names and path.parent == root / path.name[:2]
        if named:
            faults += _content_faults(path, names[path.name])
        elif path.name in gone and time.time() - gone[path.name][1] >= PENDING_SECONDS:
            faults.append(Fault("extra", str(path.relative_to(root)), f"disposed_of:{gone[path.name][0]}"))
        elif path.name in gone or _is_young(path):
            pending.append(str(path.relative_to(root)))
        else:
            faults.append(Fault("extra", str(path.relative_to(root)), "named_by_nothing"))
    for sha256, who in names.items():
        if not (root / sha256[:2] / sha256).is_file():
            faults.append(Fault("missing", sha256, f"named_by:{who}"))
    return faults, tuple(pending)


def _content_faults(path: Path, who: str) -> Iterator[Fault]:
    try:
        actual = sha256_of(path)
    except FileNotFoundError:
        return  # told as missing
    except OSError as cause:
        yield Fault("missing", path.name, f"unreadable:{cause.errno}")
        return
    if actual != path.name:
        yield Fault("changed", path.name, f"named_by:{who}")


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime < PENDING_SECONDS
    except FileNotFoundError:
        return True  # a temporary file that has meanwhile become an object
