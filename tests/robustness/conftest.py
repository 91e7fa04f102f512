"""Fixtures of the robustness tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.database import migrate
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["empty_database", "postgres_server", "postgres_url"]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating takes a second each time."""
    path = tmp_path_factory.mktemp("empty") / "zhilu.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path
