"""Verification: recomputes the whole ledger and compares the vault with what the database and the ledger name.

What it cannot see from inside: a ledger whose last leaves were cut off together with the rows they speak of, or one
rewritten from some leaf on with new hashes. Only a head kept elsewhere shows that: pass it as `known_head`.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import rfc8785
from sqlmodel import col, select

from models.database import Database, Session
from models.errors import Unavailable
from models.ledger_reading import Fault, Head, hashes_in, read_ledger
from models.tables import Dictation, Evidence, Job, LedgerLeaf, Paper, Record, Signature
from models.tables.record import DISPOSED
from models.vault import ENCRYPTED, Vault

PENDING_SECONDS = 3600  # an object is stored before the row that names it; a younger one is no fault
_MAKING_JOBS = (
    "case_paper",
    "copy",
    "paper",
    "report",
    "watermark",
    "disc_image",
    "extract",
)  # their results name vault bytes
_VIEWS = ("view", "thumbnail", "copies", "extracts")  # made of a photo or recording
HELD = "evidence:held:"  # before the key of a file whose case is not told yet, as subject of its leaf
_FIXED = ("frozen", "sealed")


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


async def verify(database: Database, vault: Vault, *, known_head: Head | None = None) -> Report:
    """Examine everything; reads each object once and changes nothing. Files are hashed off the event loop.

    Raises Unavailable `vault.no_key`, and `vault.wrong_key` when the key opens nothing at all.
    """
    # Files first: whatever is listed has its row committed before the rows are read, or is young.
    files = await asyncio.to_thread(_files, vault.root)
    async with database.reading() as session:
        ledger = await read_ledger(session, known_head)
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
    objects, pending = await asyncio.to_thread(_object_faults, vault, files, names, gone)
    return Report(
        leaves=ledger.leaves,
        objects=len(files),
        head=ledger.head,
        faults=(*ledger.faults, *records, *objects),
        pending=pending,
    )


async def live_objects(session: Session) -> frozenset[str]:
    """SHA-256 of every object that some row still names, or a file that waits for its case."""
    kept, made, _ = await _named_by_rows(session)
    return frozenset({**kept, **made})


async def object_names(session: Session) -> dict[str, str]:
    """SHA-256 -> who names it, of every object that must be in the vault: by a row, or by the ledger alone."""
    ledger = await read_ledger(session, None)
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
        views = [details.get(name) for name in _VIEWS] if isinstance(details, dict) else None
        made.update(dict.fromkeys(hashes_in(views), f"evidence:{evidence_id}"))
    for paper_id, sha256, stage in await session.exec(select(Paper.id, Paper.sha256, Paper.stage)):
        (disposed if stage == DISPOSED else kept).setdefault(sha256, f"paper:{paper_id}")
    for signature_id, image in await session.exec(select(Signature.id, Signature.image)):
        if image is not None:
            kept.setdefault(image, f"signature:{signature_id}")
    done = select(Job.id, Job.result).where(col(Job.kind).in_(_MAKING_JOBS), col(Job.result).is_not(None))
    for job_id, result in await session.exec(done):
        made.update(dict.fromkeys(hashes_in(result), f"job:{job_id}"))
    spoken = select(Dictation.id, Dictation.sha256).where(col(Dictation.state).in_(("waiting", "heard")))
    for dictation_id, sha256 in await session.exec(spoken):
        made.setdefault(sha256, f"dictation:{dictation_id}")
    made.update(await _waiting(session))
    return kept, made, disposed


async def _waiting(session: Session) -> dict[str, str]:
    """Files held until somebody says to which case they belong: only the leaf of their arrival names them."""
    given = select(Evidence.id).where(HELD + col(Evidence.key) == col(LedgerLeaf.subject))
    held = select(LedgerLeaf.seq).where(col(LedgerLeaf.kind) == "evidence.held", ~given.exists())
    waiting: dict[str, str] = {}
    for seq in (await session.exec(held)).all():
        try:
            leaf = await session.get_one(LedgerLeaf, seq)
        except ValueError:  # told as a fault of the ledger
            continue
        waiting.update(dict.fromkeys(hashes_in([leaf.data.get("sha256")]), leaf.subject))
    return waiting


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
    vault: Vault, files: Iterable[Path], names: Mapping[str, str], gone: Mapping[str, tuple[str, float]]
) -> tuple[list[Fault], tuple[str, ...]]:
    faults: list[Fault] = []
    pending: list[str] = []
    keys = _Keys()
    for path in files:
        name, shown = path.name.removesuffix(ENCRYPTED), str(path.relative_to(vault.root))
        in_place = path.parent == vault.root / name[:2]
        if name in names and in_place:
            faults += _content_faults(vault, path, names[name], keys)
        elif name in gone and in_place and time.time() - gone[name][1] >= PENDING_SECONDS:
            faults.append(Fault("extra", shown, f"disposed_of:{gone[name][0]}"))
        elif (name in gone and in_place) or _is_young(path):
            pending.append(shown)
        else:
            faults.append(Fault("extra", shown, "named_by_nothing"))
    faults += [Fault("missing", sha256, f"named_by:{who}") for sha256, who in names.items() if not vault.has(sha256)]
    if keys.refused is not None:
        if not keys.fits:
            raise keys.refused
        faults += keys.others
    return faults, tuple(pending)


@dataclass
class _Keys:
    """Whether the key at hand opens anything; if so, what it does not open is damaged, otherwise the key is wrong."""

    fits: bool = False
    refused: Unavailable | None = None
    others: list[Fault] = field(default_factory=list)


def _content_faults(vault: Vault, path: Path, who: str, keys: _Keys) -> Iterator[Fault]:
    """Raises Unavailable `vault.no_key`: without its key nothing can be said of an object."""
    name = path.name.removesuffix(ENCRYPTED)
    try:
        actual = vault.content_hash(path)
    except FileNotFoundError:
        return  # told as missing
    except OSError as cause:
        yield Fault("missing", name, f"unreadable:{cause.errno}")
    except Unavailable as refusal:
        if refusal.code == "vault.wrong_key":
            keys.refused = refusal
            keys.others.append(Fault("changed", name, f"other_key:{who}"))
        elif refusal.code == "vault.tampered":
            yield Fault("changed", name, f"named_by:{who}")
        else:
            raise
    else:
        keys.fits = keys.fits or path.suffix == ENCRYPTED
        if actual != name:
            yield Fault("changed", name, f"named_by:{who}")


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime < PENDING_SECONDS
    except FileNotFoundError:
        return True  # a temporary file that has meanwhile become an object
