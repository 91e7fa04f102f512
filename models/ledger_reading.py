"""The whole ledger read and recomputed: what it proves, and where it does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlmodel import col, select

from models.database import Session
from models.ledger import GENESIS, leaf_hash
from models.tables import LedgerLeaf

_BATCH = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIXING = frozenset({"record.frozen", "record.sealed"})  # leaves whose `sha256` is the record's content hash
# their `sha256` and `views` are gone by a decision
_DISPOSING = frozenset({"evidence.disposed", "disc.disposed"})
_NAMES_OBJECTS: Mapping[str, tuple[str, ...]] = {  # leaf kind -> fields of its data that name vault bytes
    "case_index.made": ("sha256",),
    "compliance.made": ("sha256",),
    "copy.made": ("sha256",),
    "disc.made": ("sha256",),
    "evidence.held": ("sha256",),
    "evidence.received": ("sha256",),
    "paper.made": ("files",),
    "record.signed": ("image",),
    "report.made": ("files",),
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


@dataclass
class Ledger:
    """What reading the chain has found out.

    `contents`: `record:<id>` -> content hash in the newest leaf that fixes one. `objects`: SHA-256 -> the subject
    whose leaf first says that it was taken into the vault. `disposed`: SHA-256 -> the evidence or disc image whose
    bytes a decision took away, and when.
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
        for sha256 in hashes_in({name: data.get(name) for name in _NAMES_OBJECTS.get(leaf.kind, ())}):
            self.objects.setdefault(sha256, leaf.subject)
        if leaf.kind in _DISPOSING:
            for sha256 in hashes_in([data.get("sha256"), data.get("views")]):
                self.disposed[sha256] = (leaf.subject, leaf.wall_at.timestamp())

    def take_unreadable(self, seq: int, stated_hash: str) -> None:
        self.leaves += 1
        self.faults.append(Fault("ledger", f"leaf:{seq}", "unreadable"))
        self.head = Head(seq, stated_hash)


async def read_ledger(session: Session, known_head: Head | None) -> Ledger:
    ledger = Ledger()
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


def hashes_in(value: object) -> Iterator[str]:
    """Every SHA-256 in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from hashes_in(each)
    elif isinstance(value, str) and _SHA256.fullmatch(value):
        yield value
