"""An installation with encrypted files: used, verified, backed up, restored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.transports.webchat.botapi.files import FileStore
from models.cipher import load_cipher, make_key
from tests.cli.conftest import Zhilu, data, zhilu
from tests.evidence.files import tone
from tests.stories.xigang import AGENCY, open_case, photo
from tests.support.house import House

__all__ = ["data", "zhilu"]


async def stream(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def lived_in(folder: Path, key: Path) -> dict[str, bytes]:
    house = await House.open(folder, vault_key_file=str(key))
    try:
        officer = await house.person(AGENCY, "officer")
        await open_case(house, officer)
        await officer.upload(photo(), "photo", "现场.jpg")
        await officer.upload(tone(2), "document", "现场.ogg")
        messages = await house.messages(officer.id)
        assert any("photo" in message for message in messages), "the view with its band was made and sent"
        data = house.app.settings.data
        return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    finally:
        await house.close()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def encrypted(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path) -> dict[str, bytes]:
    monkeypatch.setenv("ZHILU_VAULT_KEY_FILE", str(key))
    return asyncio.run(lived_in(tmp_path, key))


def test_no_received_file_lies_readable_on_the_disk(encrypted: dict[str, bytes]) -> None:
    readable = [name for name, content in encrypted.items() if content[:3] == b"\xff\xd8\xff" or content[:4] == b"OggS"]
    assert readable == [] and sum(name.endswith(".enc") for name in encrypted) >= 6


def test_it_is_verified_and_a_changed_byte_is_named(encrypted: dict[str, bytes], zhilu: Zhilu, data: Path) -> None:
    ran = zhilu("verify", "--json")
    assert ran.code == 0 and ran.json["objects"] >= 4, ran.out
    path = next((data / "vault").glob("*/*.enc"))
    path.chmod(0o640)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    faults = zhilu("verify", "--json").json["faults"]
    assert [(fault["kind"], fault["what"]) for fault in faults] == [("changed", path.stem)]


def test_without_its_key_it_says_so(
    encrypted: dict[str, bytes], zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_key(tmp_path / "other")
    for value, said in (("", "no key is set"), (str(tmp_path / "other"), "another key"), ("/absent", "cannot be used")):
        monkeypatch.setenv("ZHILU_VAULT_KEY_FILE", value)
        ran = zhilu("verify")
        assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_a_backup_keeps_it_encrypted_and_comes_back_with_its_key(
    encrypted: dict[str, bytes], zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    assert zhilu("backup", tmp_path / "backup").code == 0
    assert not any("key" in path.name for path in (tmp_path / "backup").rglob("*"))
    assert not any((tmp_path / "backup").rglob("*.jpg"))
    monkeypatch.setenv("ZHILU_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("ZHILU_VAULT_KEY_FILE", "")
    assert zhilu("restore", tmp_path / "backup").code == 2 and list((tmp_path / "new").iterdir()) == []
    monkeypatch.setenv("ZHILU_VAULT_KEY_FILE", str(key))
    ran = zhilu("restore", tmp_path / "backup", "--json")
    assert ran.code == 0 and zhilu("verify").code == 0


def test_a_key_is_made_and_old_files_encrypted_by_command(
    zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path
) -> None:
    from models.vault import Vault

    Vault(data / "vault").put(b"old")
    kept = asyncio.run(FileStore(data / "webchat").keep(stream(b"old photo"), 100))
    assert zhilu("admin", "vault-key", data / "key").code == 2, "not beside what it protects"
    assert zhilu("admin", "vault-key", tmp_path / "key").code == 0
    assert zhilu("admin", "vault-key", tmp_path / "key").code == 2
    assert zhilu("admin", "vault-encrypt").code == 2
    monkeypatch.setenv("ZHILU_VAULT_KEY_FILE", str(tmp_path / "key"))
    assert "2 files encrypted" in zhilu("admin", "vault-encrypt").out
    assert [path.suffix for path in Vault(data / "vault").objects()] == [".enc"]
    assert [path.name for path in (data / "webchat").iterdir()] == [f"{kept.sha256}.enc"]
    with FileStore(data / "webchat", load_cipher(tmp_path / "key")).open(kept.sha256) as file:
        assert file.read() == b"old photo"
    assert "0 files encrypted" in zhilu("admin", "vault-encrypt").out
    assert Settings().vault_key_file == str(tmp_path / "key")


async def test_what_was_sent_before_there_was_a_key_is_not_left_beside_its_encrypted_copy(
    key: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "webchat"
    kept = await FileStore(folder).keep(stream(b"photo"), 100)
    await FileStore(folder, load_cipher(key)).keep(stream(b"photo"), 100)
    assert [path.name for path in folder.iterdir()] == [f"{kept.sha256}.enc"]
