"""One damaged or lost file costs that file: it is named, when the backup is made and when it is put back."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models import ledger
from models.backup import Source, make_backup
from models.cipher import AesGcm
from models.database import Database
from models.restore import Restored, Target, restore_backup
from models.tables import Evidence
from models.vault import Vault
from tests.backup.test_backup import backup as backup
from tests.backup.test_backup import contents, elsewhere, flip, rows
from tests.backup.test_backup import installation as installation
from tests.backup.test_backup import made as made
from tests.cli.conftest import Zhilu
from tests.cli.conftest import data as data
from tests.cli.conftest import zhilu as zhilu
from tests.verify.test_verify import Store
from tests.verify.test_verify import empty_database as empty_database
from tests.verify.test_verify import store as store

Named = list[tuple[str, str]]


def named(faults: list[dict[str, str]]) -> Named:
    return [(fault["kind"], fault["what"]) for fault in faults]


@pytest.mark.parametrize("part", ["vault", "webchat"])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_file_damaged_in_the_backup_is_named_and_everything_else_comes_back(
    installation: Path, backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, how: str
) -> None:
    path = next(path for path in sorted((backup / part).rglob("*")) if path.is_file())
    wanted = contents(installation / part)
    del wanted[path.relative_to(backup / part).as_posix()]
    if how == "changed":
        flip(path)
    else:
        path.unlink()
    expected = [(how, path.relative_to(backup).as_posix())]
    new = tmp_path / "new"
    run = elsewhere(zhilu, monkeypatch, new)
    checked = run("restore", backup, "--json", "--check")
    assert checked.code == 1 and named(checked.json["faults"]) == expected and not checked.json["restored"]
    ran = run("restore", backup, "--json")
    assert ran.code == 1 and ran.json["restored"] and named(ran.json["faults"]) == expected
    assert contents(new / part) == wanted and rows(new / "zhilu.db") == rows(installation / "zhilu.db")
    shutil.rmtree(new)
    spoken = run("restore", backup)
    assert spoken.code == 1 and "without the files named above" in spoken.out and path.name[:16] in spoken.out
    assert "Nothing was restored" not in spoken.out


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_what_the_installation_has_lost_is_told_and_the_rest_comes_back(
    installation: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    path, *others = Vault(installation / "vault").objects()
    if how == "changed":
        flip(path)
    else:
        path.unlink()
    made = zhilu("backup", tmp_path / "backup", "--json")
    assert made.code == 1 and named(made.json["faults"]) == [(how, path.name)]
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_bytes())
    assert named(manifest["faults"]) == [(how, path.name)]
    assert not (tmp_path / "backup" / "vault" / path.name[:2] / path.name).exists()
    run = elsewhere(zhilu, monkeypatch, tmp_path / "new")
    assert named(run("restore", tmp_path / "backup", "--check", "--json").json["faults"]) == [(how, path.name)]
    ran = run("restore", tmp_path / "backup", "--json")
    assert ran.code == 1 and ran.json["restored"] and named(ran.json["faults"]) == [(how, path.name)]
    assert [each.name for each in Vault(tmp_path / "new" / "vault").objects()] == [each.name for each in others]


def test_a_file_cut_short_does_not_replace_its_whole_copy(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    path = next(Vault(installation / "vault").objects())
    whole = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(whole[:-1])
    ran = zhilu("backup", backup, "--json")
    assert ran.code == 1 and named(ran.json["faults"]) == [("changed", path.name)]
    assert (backup / "vault" / path.name[:2] / path.name).read_bytes() == whole
    assert zhilu("restore", backup, "--check").code == 0, "the backup has it whole"


def test_damage_an_earlier_version_has_copied_is_named_when_restoring(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = next(path for path in sorted((backup / "vault").rglob("*")) if path.is_file())
    flip(path)
    manifest = json.loads((backup / "manifest.json").read_bytes())
    entry = next(each for each in manifest["entries"] if each["path"].endswith(path.name))
    entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    del manifest["faults"]
    content = json.dumps(manifest).encode()
    (backup / "manifest.json").write_bytes(content)
    (backup / "manifest.sha256").write_text(hashlib.sha256(content).hexdigest())
    ran = elsewhere(zhilu, monkeypatch, tmp_path / "new")("restore", backup, "--json")
    assert ran.code == 1 and ran.json["restored"] and named(ran.json["faults"]) == [("changed", path.name)]
    assert not (tmp_path / "new" / "vault" / path.name[:2] / path.name).exists()


def source_of(store: Store, vault: Vault | None = None) -> Source:
    return Source(store.database, vault or store.vault, store.vault.root.parent / "webchat")


async def restored(folder: Path, data: Path, vault: Vault) -> Restored:
    target = Target(data, f"sqlite+aiosqlite:///{data}/zhilu.db", lambda root: Vault(root, vault._cipher))
    return await restore_backup(folder, target, lambda *_: None)


async def test_a_disposal_between_snapshot_and_copying_is_no_fault(store: Store, tmp_path: Path) -> None:
    done = False

    async def dispose() -> None:
        database = Database(store.database.url)
        async with database.transaction() as session:
            evidence = (await session.exec(select(Evidence))).one()
            evidence.disposed_at = datetime.now(UTC)
            session.add(evidence)
            leaf = {"sha256": store.photo, "views": []}
            await ledger.append(session, "evidence.disposed", f"evidence:{evidence.id}", leaf, now=datetime.now(UTC))
        await database.close()
        store.vault.remove(store.photo)

    def progress(name: str, _done: int, _all: int) -> None:
        nonlocal done
        if store.photo in name and not done:
            done = True
            asyncio.run(dispose())

    made = await make_backup(source_of(store), tmp_path / "backup", progress)
    assert done and made.ok, made
    back = await restored(tmp_path / "backup", tmp_path / "new", store.vault)
    assert back.ok and back.restored, back


@pytest.mark.parametrize("place", [10, -1])
async def test_a_changed_byte_of_an_encrypted_file_is_found_with_the_key_at_hand(
    store: Store, tmp_path: Path, place: int
) -> None:
    vault = Vault(store.vault.root, AesGcm(b"k" * 32))
    list(vault.encrypt_old())
    vault.put(b"another")  # the key does open something
    path = vault.path(store.photo)
    path.chmod(0o640)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    made = await make_backup(source_of(store, vault), tmp_path / "backup", lambda *_: None)
    assert [(fault.kind, fault.what) for fault in made.faults] == [("changed", store.photo)]
    unlooked = await make_backup(source_of(store, Vault(store.vault.root)), tmp_path / "other", lambda *_: None)
    assert unlooked.ok, "without the key nothing can be said of it"


async def test_a_file_the_disk_does_not_give_up_is_a_fault_and_no_end(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, opening = store.vault.path(store.photo), Path.open

    def failing(path: Path, *arguments: Any, **named: Any) -> Any:
        if path == bad:
            raise OSError(errno.EIO, "Input/output error")
        return opening(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", failing)
    made = await make_backup(source_of(store), tmp_path / "backup", lambda *_: None)
    assert [(fault.kind, fault.what) for fault in made.faults] == [("missing", store.photo)]


@pytest.mark.parametrize("ending", ["", "-wal"])
def test_a_database_outside_the_data_folder_is_never_overwritten(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    live = tmp_path / f"live.db{ending}"
    live.write_bytes(b"somebody works with it")
    monkeypatch.setenv("ZHILU_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/live.db")
    ran = elsewhere(zhilu, monkeypatch, tmp_path / "new")("restore", backup)
    assert ran.code == 2 and str(live) in ran.err and "not empty" in ran.err
    assert live.read_bytes() == b"somebody works with it" and list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("fails", [False, True])
def test_a_database_on_another_disk_comes_back_with_the_vault_or_neither_does(
    installation: Path,
    backup: Path,
    zhilu: Zhilu,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fails: bool,
) -> None:
    other, new, rename = tmp_path / "disk" / "zhilu.db", tmp_path / "new", Path.rename

    def renaming(source: Path, target: Path) -> Path:
        if (target == other and fails) or (target.parent == other.parent) != (source.parent == other.parent):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", renaming)
    monkeypatch.setattr(Path, "replace", renaming)
    monkeypatch.setenv("ZHILU_DATABASE_URL", f"sqlite+aiosqlite:///{other}")
    ran = elsewhere(zhilu, monkeypatch, new)("restore", backup)
    if fails:
        assert ran.code == 2 and list(new.iterdir()) == [] and list(other.parent.iterdir()) == []
    else:
        assert ran.code == 0, ran.err
        assert rows(other) == rows(installation / "zhilu.db") and (new / "vault").is_dir()
