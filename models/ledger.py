"""The ledger: each change leaves one leaf, chained by hash, in the transaction that makes the change.

Leaf hashing follows RFC 6962 section 2.1 (domain byte 0x00 before the leaf's bytes); the bytes are RFC 8785 JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlmodel import col, func, select

from models.database import Session
from models.tables import LedgerLeaf

GENESIS = "0" * 64
_LEDGER_LOCK = 0x5A68696C  # an arbitrary constant: the advisory lock that makes appends queue on PostgreSQL


def leaf_hash(leaf: LedgerLeaf) -> str:
    """SHA-256 (hex) of 0x00 and the leaf's canonical JSON."""
    content: dict[str, Any] = {
        "seq": leaf.seq,
        "kind": leaf.kind,
        "subject": leaf.subject,
        "agency_id": leaf.agency_id,
        "officer_id": leaf.officer_id,
        "data": leaf.data,
        "at": leaf.at.astimezone(UTC).isoformat(),
        "wall_at": leaf.wall_at.astimezone(UTC).isoformat(),
        "previous_hash": leaf.previous_hash,
    }
    return hashlib.sha256(b"\x00" + rfc8785.dumps(content)).hexdigest()


async def hold(session: Session) -> None:
    """Take one's place in the queue of appends now, before rows are locked that those ahead may want (PostgreSQL)."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(_LEDGER_LOCK)))


async def append(
    session: Session,
    kind: str,
    subject: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    agency_id: int | None = None,
    officer_id: int | None = None,
) -> LedgerLeaf:
    """Chain one leaf. `data` holds plain JSON: ids and hashes, not personal text that may have to be disposed of."""
    await hold(session)
    last = (await session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq).desc()).limit(1))).first()
    leaf = LedgerLeaf(
        seq=last.seq + 1 if last else 1,
        kind=kind,
        subject=subject,
        agency_id=agency_id,
        officer_id=officer_id,
        data=dict(data),
        at=now.astimezone(UTC),
        wall_at=datetime.now(UTC),
        previous_hash=last.leaf_hash if last else GENESIS,
        leaf_hash="",
    )
    leaf.leaf_hash = leaf_hash(leaf)
    session.add(leaf)
    await session.flush()
    return leaf
