"""A database from before drafts had a history."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config

import models
from models.database import migrate


async def test_what_was_known_of_corrections_begins_their_history(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    url = f"sqlite+aiosqlite:///{file}"
    config = Config()
    config.set_main_option("script_location", str(Path(models.__file__).parent / "migrations"))
    config.attributes["url"] = url
    await asyncio.to_thread(command.upgrade, config, "0004")
    columns = (
        'transcript_id, position, start, "end", draft_role, draft_text, role, text, uncertain, dialect, '
        "corrected_by, corrected_at"
    )
    rows = [
        (1, 0, 0, 1, "answer", "x", "answer", "x", "[]", "[]", None, None),
        (1, 1, 1, 2, "answer", "x", "question", "y", "[]", "[]", 7, "2026-03-05 06:30:00"),
    ]
    with sqlite3.connect(file) as old:
        old.executemany(f"INSERT INTO transcriptline ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)
    await asyncio.to_thread(migrate, url)
    with sqlite3.connect(file) as new:
        history = new.execute("SELECT position, was_role, was_text, role, text, officer_id FROM transcriptchange")
        assert history.fetchall() == [(1, "answer", "x", "question", "y", 7)]
        carried = new.execute("SELECT text, changes, unheard FROM transcriptline ORDER BY position")
        assert carried.fetchall() == [("x", "[]", ""), ("y", "[]", "")]
