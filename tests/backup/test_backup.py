"""Backup and restore by command: what comes back is what was there, and every kind of damage is named."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.serving import prepare_demo, settings_for
from models.restore import STAGING
from models.vault import Vault
from tests.cli.conftest import Ran, Zhilu, data, zhilu
from tests.stories.xigang import AGENCY, open_case, photo
from tests.support.house import House

__all__ = ["data", "zhilu"]


async def lived_in(folder: Path) -> None:
    """An installation with a case, a photo and the paper of nothing yet."""
    house = await House.open(folder)
    try:
        officer = await house.person(AGENCY, "officer")
        await open_case(house, officer)
        await officer.upload(photo(), "photo", "现场.jpg")
    finally:
        await house.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(lived_in(folder))
    return folder / "data"


@pytest.fixture
def installation(made: Path, data: Path) -> Path:
    shutil.copytree(made, data)
    return data


@pytest.fixture
def backup(installation: Path, zhilu: Zhilu, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    ran = zhilu("backup", folder, "--json")
    assert ran.code == 0, ran.err
    return folder


def rows(database: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT seq, leaf_hash FROM ledgerleaf ORDER BY seq").fetchall()
        return [*found, *connection.execute("SELECT id, name FROM officer ORDER BY id").fetchall()]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def elsewhere(zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[..., Ran]:
    """Commands on another machine."""
    monkeypatch.setenv("ZHILU_DATA", str(folder))
    return zhilu


def test_what_comes_back_is_what_was_there(
    installation: Path, backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, vault, chat = (
        rows(installation / "zhilu.db"),
        contents(installation / "vault"),
        contents(installation / "webchat"),
    )
    new = tmp_path / "new"
    run = elsewhere(zhilu, monkeypatch, new)
    ran = run("restore", backup, "--json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["restored"] and ran.json["faults"] == [] and ran.json["leaves"] > 10
    assert rows(new / "zhilu.db") == before
    assert contents(new / "vault") == vault and contents(new / "webchat") == chat
    assert not (new / STAGING).exists()
    verified = run("verify", "--json", "--head", ran.json["head"])
    assert verified.code == 0 and verified.json["objects"] == len(vault) and verified.json["pending"] == []


def test_a_later_run_copies_only_what_is_new(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    first = zhilu("backup", backup, "--json").json
    assert (first["copied"], first["dropped"]) == (0, 0)
    with sqlite3.connect(installation / "zhilu.db") as database:
        database.execute("UPDATE officer SET title = '改' WHERE id = 1")
    second = zhilu("backup", backup, "--json").json
    assert (second["copied"], second["dropped"]) == (0, 1), "the copy of the database before gives way"
    assert zhilu("restore", backup, "--check").code == 0


def test_a_run_that_was_broken_off_is_taken_up(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    for name in ("manifest.json", "manifest.sha256"):
        (backup / name).unlink()
    lost = next((backup / "vault").glob("*/*"))
    lost.unlink()
    (backup / "vault" / "ab").mkdir(exist_ok=True)
    (backup / "vault" / "ab" / ".part-x").write_bytes(b"half")
    assert zhilu("restore", backup, "--check").code == 2
    ran = zhilu("backup", backup, "--json")
    assert ran.json["copied"] == 1 and lost.is_file()
    assert not (backup / "vault" / "ab" / ".part-x").exists()
    assert zhilu("restore", backup, "--check").code == 0


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_without_a_whole_database_nothing_is_restored(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    (path,) = (backup / "database").iterdir()
    if how == "changed":
        flip(path)
    else:
        path.unlink()
    named = path.relative_to(backup).as_posix()
    new = tmp_path / "new"
    run = elsewhere(zhilu, monkeypatch, new)
    for arguments in (("--check",), ()):
        ran = run("restore", backup, "--json", *arguments)
        assert ran.code == 1 and not ran.json["restored"]
        assert [(fault["kind"], fault["what"]) for fault in ran.json["faults"]] == [(how, named)]
    assert list(new.iterdir()) == []
    spoken = run("restore", backup)
    assert spoken.code == 1 and "Nothing was restored" in spoken.out


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256"])
def test_a_cut_manifest_is_named(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    content = (backup / name).read_bytes()
    (backup / name).write_bytes(content[: len(content) // 2])
    ran = elsewhere(zhilu, monkeypatch, tmp_path / "new")("restore", backup, "--json")
    assert ran.code == 1 and ran.json["faults"][0]["what"] == "manifest.json"


def test_a_manifest_that_points_elsewhere_is_refused(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = json.loads((backup / "manifest.json").read_bytes())
    manifest["entries"][1]["path"] = "packs/0/../../../../etc/passwd"
    content = json.dumps(manifest).encode()
    (backup / "manifest.json").write_bytes(content)
    (backup / "manifest.sha256").write_text(hashlib.sha256(content).hexdigest())
    ran = elsewhere(zhilu, monkeypatch, tmp_path / "new")("restore", backup, "--json")
    assert ran.code == 1 and ran.json["faults"][0]["what"] == "manifest.json"


def test_a_database_changed_with_its_hashes_is_found_by_the_ledger(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = json.loads((backup / "manifest.json").read_bytes())
    entry = next(each for each in manifest["entries"] if each["path"].startswith("database/"))
    copy = backup / entry["path"]
    with sqlite3.connect(copy) as database:
        database.execute("UPDATE ledgerleaf SET subject = 'case:99' WHERE seq = 3")
    entry["size"], entry["sha256"] = copy.stat().st_size, hashlib.sha256(copy.read_bytes()).hexdigest()
    content = json.dumps(manifest).encode()
    (backup / "manifest.json").write_bytes(content)
    (backup / "manifest.sha256").write_text(hashlib.sha256(content).hexdigest())
    new = tmp_path / "new"
    ran = elsewhere(zhilu, monkeypatch, new)("restore", backup, "--json")
    assert ran.code == 1 and ("ledger", "leaf:3") in [(each["kind"], each["what"]) for each in ran.json["faults"]]
    assert list(new.iterdir()) == []


def test_only_an_empty_folder_takes_a_backup(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    before = rows(installation / "zhilu.db")
    ran = zhilu("restore", backup)
    assert ran.code == 2 and "empty" in ran.err
    assert rows(installation / "zhilu.db") == before


async def test_another_installations_backup_is_not_overwritten(
    backup: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = elsewhere(zhilu, monkeypatch, tmp_path / "other")
    await prepare_demo(settings_for(None, None), fresh=False)
    before = contents(backup)
    ran = await asyncio.to_thread(run, "backup", backup)
    assert ran.code == 2 and "another installation" in ran.err and contents(backup) == before
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    assert (await asyncio.to_thread(run, "backup", tmp_path / "letters")).code == 2
    assert contents(tmp_path / "letters") == {"letter.txt": b"dear"}


def test_a_later_state_is_not_overwritten_by_an_earlier_one(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    with sqlite3.connect(installation / "zhilu.db") as database:
        database.execute("DELETE FROM ledgerleaf WHERE seq = (SELECT max(seq) FROM ledgerleaf)")
    ran = zhilu("backup", backup)
    assert ran.code == 2 and "later state" in ran.err


def test_what_the_vault_has_lost_stays_in_the_backup_and_is_told(
    installation: Path, backup: Path, zhilu: Zhilu
) -> None:
    path = next(Vault(installation / "vault").objects())
    content = path.read_bytes()
    path.unlink()
    ran = zhilu("backup", backup, "--json")
    assert ran.code == 1
    assert [(fault["kind"], fault["what"]) for fault in ran.json["faults"]] == [("missing", path.name)]
    assert (backup / "vault" / path.name[:2] / path.name).read_bytes() == content
    assert zhilu("restore", backup, "--check").code == 0


def test_what_nothing_names_any_more_leaves_the_backup(installation: Path, backup: Path, zhilu: Zhilu) -> None:
    extra = backup / "vault" / "ff" / ("ff" * 32)
    extra.parent.mkdir(exist_ok=True)
    extra.write_bytes(b"nothing names this any more")
    assert zhilu("backup", backup, "--json").json["dropped"] == 1
    assert not extra.exists()


def test_the_agencys_own_packs_come_along(
    installation: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own-packs" / "mine"
    own.mkdir(parents=True)
    (own / "note.txt").write_text("ours")
    monkeypatch.setenv("ZHILU_PACKS", json.dumps([str(tmp_path / "own-packs")]))
    assert zhilu("backup", tmp_path / "backup").code == 0
    monkeypatch.delenv("ZHILU_PACKS")
    ran = elsewhere(zhilu, monkeypatch, tmp_path / "new")("restore", tmp_path / "backup", "--json")
    assert ran.code == 0, ran.out
    (folder,) = ran.json["packs"]
    assert (Path(folder) / "mine" / "note.txt").read_text() == "ours"


def test_a_backup_inside_what_it_copies_is_refused(installation: Path, zhilu: Zhilu) -> None:
    assert zhilu("backup", installation / "vault" / "backup").code == 2
    assert not (installation / "vault" / "backup").exists()


def test_a_full_disk_is_a_refusal(installation: Path, zhilu: Zhilu, tmp_path: Path) -> None:
    if os.getuid() == 0 and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "installation.json").symlink_to("/dev/full")
    ran = zhilu("backup", folder)
    assert ran.code == 2 and ran.err.count("\n") == 1
