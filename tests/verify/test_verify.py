"""Verification finds each kind of damage and names it; an untouched store holds."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import text

from models import ledger
from models.database import Database, migrate
from models.tables import Agency, Case, Evidence, Job, Officer, Record
from models.vault import Vault
from models.verify import Fault, Head, verify

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CONTENT = {"title": "询问笔录", "answers": {"place": "西岗区"}}
CONTENT_HASH = hashlib.sha256(rfc8785.dumps(CONTENT)).hexdigest()


class Store:
    """A database and a vault with one photo, one sealed record and three leaves."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'zhilu.db'}")
        self.vault = Vault(folder / "vault")
        self.photo = self.vault.put(b"a photo").sha256

    async def fill(self) -> None:
        async with self.database.transaction() as session:
            agency = Agency(code="a", name="甲", pack="xigang-finance", created_at=NOW)
            session.add(agency)
            await session.flush()
            officer = Officer(agency_id=agency.id, name="李", roles=["officer"])
            session.add(officer)
            await session.flush()
            case = Case(agency_id=agency.id, pack="xigang-finance@1.0.0", officer_id=officer.id, opened_at=NOW)
            session.add(case)
            await session.flush()
            record = Record(
                agency_id=agency.id,
                case_id=case.id,
                pack=case.pack,
                form="interview",
                state="sealed",
                maker_id=officer.id,
                created_at=NOW,
                content=CONTENT,
                content_hash=CONTENT_HASH,
            )
            photo = Evidence(
                agency_id=agency.id,
                case_id=case.id,
                key="k",
                kind="photo",
                sha256=self.photo,
                size=7,
                received_at=NOW,
                wall_at=NOW,
                officer_id=officer.id,
            )
            session.add_all([record, photo])
            await session.flush()
            await ledger.append(session, "case.begun", "case:1", {"pack": "x"}, now=NOW)
            await ledger.append(session, "evidence.received", "evidence:1", {"sha256": self.photo}, now=NOW)
            await ledger.append(session, "record.frozen", "record:1", {"sha256": CONTENT_HASH}, now=NOW)

    async def change(self, statement: str, **values: object) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)

    async def faults(self) -> list[Fault]:
        return list((await verify(self.database, self.vault)).faults)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "zhilu.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Store]:
    shutil.copy(empty_database, tmp_path / "zhilu.db")
    store = Store(tmp_path)
    await store.fill()
    yield store
    await store.database.close()


def age(path: Path) -> None:
    past = time.time() - 7200
    os.utime(path, (past, past))


async def test_an_untouched_store_holds(store: Store) -> None:
    report = await verify(store.database, store.vault)
    assert (report.ok, report.leaves, report.objects, report.faults, report.pending) == (True, 3, 1, (), ())
    assert report.head.seq == 3


async def test_a_flipped_byte_is_a_changed_object(store: Store) -> None:
    path = store.vault.path(store.photo)
    path.chmod(0o640)
    path.write_bytes(b"a phot0")
    assert await store.faults() == [Fault("changed", store.photo, "named_by:evidence:1")]


async def test_a_deleted_object_is_missing(store: Store) -> None:
    store.vault.path(store.photo).unlink()
    assert await store.faults() == [Fault("missing", store.photo, "named_by:evidence:1")]


async def test_an_object_deleted_with_its_row_is_still_known_to_the_ledger(store: Store) -> None:
    store.vault.path(store.photo).unlink()
    await store.change("DELETE FROM evidence")
    assert await store.faults() == [Fault("missing", store.photo, "named_by:evidence:1")]


@pytest.mark.parametrize("name", ["ab/extra", "plain.txt", "ab/cd/deep"])
async def test_a_file_nothing_names_is_extra_once_it_is_old(store: Store, name: str) -> None:
    added = store.vault.root / name
    added.parent.mkdir(parents=True, exist_ok=True)
    added.write_bytes(b"smuggled")
    report = await verify(store.database, store.vault)
    assert report.ok
    assert report.pending == (name,)
    age(added)
    assert await store.faults() == [Fault("extra", name, "named_by_nothing")]


async def test_evidence_that_points_to_other_bytes_is_named(store: Store) -> None:
    forged = store.vault.put(b"a forged photo").sha256
    await store.change("UPDATE evidence SET sha256 = :forged", forged=forged)
    assert await store.faults() == [Fault("record", "evidence:1", f"not_in_ledger:{forged}")]


async def test_what_was_made_from_a_photo_is_not_extra(store: Store) -> None:
    view, paper = store.vault.put(b"with a band").sha256, store.vault.put(b"printed").sha256
    for sha256 in (view, paper):
        age(store.vault.path(sha256))
    await store.change("UPDATE evidence SET details = json_object('view', :view)", view=view)
    assert [fault.kind for fault in await store.faults()] == ["extra"]
    async with store.database.transaction() as session:
        result = {"files": [{"format": "pdf", "sha256": paper, "size": 7}]}
        session.add(Job(kind="paper", agency_id=1, state="done", result=result, created_at=NOW))
    assert await store.faults() == []
    store.vault.path(view).unlink()
    assert await store.faults() == [Fault("missing", view, "named_by:evidence:1")]


async def test_a_copy_under_another_folder_is_extra(store: Store) -> None:
    copy = store.vault.root / "zz" / store.photo
    copy.parent.mkdir()
    copy.write_bytes(b"a photo")
    age(copy)
    assert await store.faults() == [Fault("extra", f"zz/{store.photo}", "named_by_nothing")]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ledgerleaf SET subject = 'case:9' WHERE seq = 1",
        "UPDATE ledgerleaf SET data = '{\"sha256\": 1}' WHERE seq = 1",
        "UPDATE ledgerleaf SET data = '[1]' WHERE seq = 1",
        "UPDATE ledgerleaf SET officer_id = 7 WHERE seq = 1",
        "UPDATE ledgerleaf SET at = '2026-03-02 01:00:01.000000' WHERE seq = 1",
        "UPDATE ledgerleaf SET wall_at = '2020-03-02 01:00:01.000000' WHERE seq = 1",
        "UPDATE ledgerleaf SET kind = 'x' WHERE seq = 1",
    ],
)
async def test_an_edited_leaf_is_named(store: Store, edit: str) -> None:
    await store.change(edit)
    assert await store.faults() == [Fault("ledger", "leaf:1", "content_changed")]


async def test_a_leaf_that_no_longer_parses_is_named_and_the_rest_examined(store: Store) -> None:
    await store.change("UPDATE ledgerleaf SET data = '{broken' WHERE seq = 1")
    report = await verify(store.database, store.vault)
    assert report.faults == (Fault("ledger", "leaf:1", "unreadable"),)
    assert report.leaves == 3


async def test_every_broken_leaf_is_named(store: Store) -> None:
    await store.change("UPDATE ledgerleaf SET subject = subject || '1' WHERE seq IN (1, 2)")
    assert await store.faults() == [
        Fault("ledger", "leaf:1", "content_changed"),
        Fault("ledger", "leaf:2", "content_changed"),
    ]


async def test_a_leaf_rewritten_with_a_fitting_hash_breaks_the_chain_after_it(store: Store) -> None:
    async with store.database.transaction() as session:
        leaf = await session.get_one(ledger.LedgerLeaf, 2)
        leaf.officer_id = 5
        leaf.leaf_hash = ledger.leaf_hash(leaf)
        session.add(leaf)
    assert await store.faults() == [Fault("ledger", "leaf:3", "chain_broken")]


async def test_a_removed_leaf_is_named(store: Store) -> None:
    await store.change("DELETE FROM ledgerleaf WHERE seq = 1")
    assert await store.faults() == [Fault("ledger", "leaf:1", "absent_until:2")]


async def test_a_cut_tail_shows_by_the_record_it_sealed(store: Store) -> None:
    await store.change("DELETE FROM ledgerleaf WHERE seq = 3")
    assert await store.faults() == [Fault("record", "record:1", "not_in_ledger")]


async def test_a_head_kept_elsewhere_shows_a_cut_tail(store: Store) -> None:
    head = (await verify(store.database, store.vault)).head
    assert (await verify(store.database, store.vault, known_head=head)).ok
    async with store.database.transaction() as session:
        await ledger.append(session, "case.noted", "case:1", {}, now=NOW)
    assert (await verify(store.database, store.vault, known_head=head)).ok
    newest = (await verify(store.database, store.vault)).head
    await store.change("DELETE FROM ledgerleaf WHERE seq = 4")
    report = await verify(store.database, store.vault, known_head=newest)
    assert report.faults == (Fault("ledger", "leaf:4", f"head_differs:{newest.hash}"),)
    other = Head(3, "f" * 64)
    assert not (await verify(store.database, store.vault, known_head=other)).ok


async def test_an_edited_sealed_record_is_named(store: Store) -> None:
    changed = {**CONTENT, "title": "改过"}
    actual = hashlib.sha256(rfc8785.dumps(changed)).hexdigest()
    await store.change("UPDATE record SET content = :content", content=rfc8785.dumps(changed).decode())
    assert await store.faults() == [Fault("record", "record:1", f"content_changed:{actual}")]
    await store.change("UPDATE record SET content_hash = :actual", actual=actual)
    assert await store.faults() == [Fault("record", "record:1", f"ledger_differs:{CONTENT_HASH}")]


async def test_a_sealed_record_that_no_longer_parses_is_named(store: Store) -> None:
    await store.change("UPDATE record SET content = '{'")
    assert await store.faults() == [Fault("record", "record:1", "unreadable")]


async def test_verification_changes_nothing(store: Store) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.vault.objects()}
    await verify(store.database, store.vault)
    assert {path: path.stat().st_mtime_ns for path in store.vault.objects()} == before
