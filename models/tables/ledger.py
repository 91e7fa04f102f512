"""The chain of every change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class LedgerLeaf(SQLModel, table=True):
    """`leaf_hash` = SHA-256(0x00 || canonical JSON of all fields above it, the previous leaf's hash among them)."""

    seq: int = Field(primary_key=True)
    kind: str
    subject: str
    agency_id: int | None = None
    officer_id: int | None = None
    data: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)  # domain time
    wall_at: datetime = Field(sa_type=UtcDateTime)
    previous_hash: str
    leaf_hash: str = Field(unique=True)
