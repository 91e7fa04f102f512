"""Files encrypted at rest: what comes out is what went in, or nothing at all."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import time
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transports.webchat.routes.decrypted import send_decrypted
from models.cipher import AesGcm, load_cipher, make_key
from models.errors import Denied, Missing, Unavailable
from models.vault import Vault

KEY, OTHER = AesGcm(b"k" * 32), AesGcm(b"o" * 32)
CHUNK = 1 << 16
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7)


def text(size: int) -> bytes:
    return (b"\0\1\2 text \xff" * (size // 9 + 1))[:size]


def code(refused: pytest.ExceptionInfo[Unavailable]) -> str:
    return refused.value.code


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", ["bytes", "stream", "file", "take"])
def test_what_was_kept_comes_back(tmp_path: Path, size: int, way: str) -> None:
    vault, data = Vault(tmp_path / "vault", KEY), text(size)
    file = tmp_path / "in"
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    if way == "take":
        stored = vault.take(file, digest)
        assert not file.exists(), "no plaintext stays behind"
    else:
        stored = vault.put({"bytes": data, "stream": io.BytesIO(data), "file": file}[way])
    assert (stored.sha256, stored.size, stored.new) == (digest, size, True)
    assert vault.read(digest) == data and vault.path(digest).name == f"{digest}.enc"
    assert data[:20] not in vault.path(digest).read_bytes() or size < 8
    with vault.opened(digest) as path:
        assert path.read_bytes() == data
    assert not path.exists() and [each.suffix for each in vault.root.rglob("*") if each.is_file()] == [".enc"]
    assert not vault.put(data).new and len(list(vault.objects())) == 1


@given(data=st.binary(max_size=3 * CHUNK), start=st.integers(0, 3 * CHUNK), length=st.integers(0, 2 * CHUNK))
@settings(max_examples=60, deadline=None)
def test_any_part_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: int, length: int
) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault"), KEY)
    with vault.open(vault.put(data).sha256) as file:
        file.seek(start)
        assert file.read(length) == data[start : start + length]
        assert file.seek(0, io.SEEK_END) == len(data)


@pytest.mark.parametrize("size", [0, 5, CHUNK, 2 * CHUNK + 9])
def test_no_change_goes_unnoticed(tmp_path: Path, size: int) -> None:
    vault = Vault(tmp_path, KEY)
    digest = vault.put(text(size)).sha256
    path = vault.path(digest)
    whole = path.read_bytes()
    path.chmod(0o640)
    sealed = CHUNK + 16
    damaged = [bytes(byte ^ (n == place) for n, byte in enumerate(whole)) for place in (0, 10, 20, 48, len(whole) - 1)]
    damaged += [whole[:-1], whole + b"\0", whole[:48], whole[:10], b""]
    if size > CHUNK:
        damaged += [whole[: 48 + sealed], whole[: 48 + 2 * sealed], whole[:48] + whole[48 + sealed :]]
        damaged.append(
            whole[:48] + whole[48 + sealed : 48 + 2 * sealed] + whole[48 : 48 + sealed] + whole[48 + 2 * sealed :]
        )
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(Unavailable) as refused:
            vault.read(digest)
        assert code(refused) in ("vault.tampered", "vault.wrong_key")
        with pytest.raises(Unavailable), vault.opened(digest) as plain:
            raise AssertionError(f"handed out {plain}")
    path.write_bytes(whole)
    assert vault.read(digest) == text(size)


def test_one_object_in_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    first, second = vault.put(b"first").sha256, vault.put(b"second").sha256
    vault.path(first).unlink()
    vault.path(first[:2] and second).replace(tmp_path / first[:2] / f"{first}.enc")
    with pytest.raises(Unavailable) as refused, vault.opened(first):
        raise AssertionError("handed out")
    assert code(refused) == "vault.tampered"


def test_without_the_right_key_it_says_so(tmp_path: Path) -> None:
    digest = Vault(tmp_path, KEY).put(b"secret").sha256
    for vault, wanted in ((Vault(tmp_path, OTHER), "vault.wrong_key"), (Vault(tmp_path), "vault.no_key")):
        with pytest.raises(Unavailable) as refused:
            vault.read(digest)
        assert code(refused) == wanted


def test_what_was_kept_before_stays_readable_and_can_be_encrypted(tmp_path: Path) -> None:
    digest = Vault(tmp_path).put(b"old").sha256
    vault = Vault(tmp_path, KEY)
    assert vault.read(digest) == b"old" and not vault.put(b"old").new
    assert [path.name for path in vault.encrypt_old()] == [digest]
    assert vault.path(digest).suffix == ".enc" and vault.read(digest) == b"old"
    assert list(vault.encrypt_old()) == []
    vault.remove(digest)
    with pytest.raises(Missing):
        vault.path(digest)


def test_bytes_that_are_not_their_name_are_not_encrypted_over(tmp_path: Path) -> None:
    digest = Vault(tmp_path).put(b"old").sha256
    path = Vault(tmp_path).path(digest)
    path.chmod(0o640)
    path.write_bytes(b"forged")
    with pytest.raises(Unavailable) as refused:
        list(Vault(tmp_path, KEY).encrypt_old())
    assert code(refused) == "vault.tampered" and path.read_bytes() == b"forged"


def test_equal_files_look_different(tmp_path: Path) -> None:
    one, two = Vault(tmp_path / "1", KEY), Vault(tmp_path / "2", KEY)
    digest = one.put(b"same").sha256
    two.put(b"same")
    assert one.path(digest).read_bytes() != two.path(digest).read_bytes()


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(Denied):
        make_key(path)
    assert path.read_bytes() == before and load_cipher(path).key_id == load_cipher(path).key_id
    path.chmod(0o640)
    with pytest.raises(Unavailable) as refused:
        load_cipher(path)
    assert code(refused) == "vault.key_open"


@pytest.mark.parametrize("content", ["", "zhilu-vault-key-1:", "zhilu-vault-key-1:AAAA\n", "A" * 44, "\xff"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(Unavailable) as refused:
        load_cipher(path)
    assert code(refused) == "vault.key_unreadable"
    with pytest.raises(Unavailable):
        load_cipher(tmp_path / "absent")


def test_what_a_killed_run_left_readable_goes_after_a_day(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    for name in (".incoming-old", ".incoming-new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bytes").write_bytes(b"readable")
    past = time.time() - 2 * 86_400
    os.utime(tmp_path / ".incoming-old", (past, past))
    vault.tidy()
    assert [path.name for path in tmp_path.iterdir()] == [".incoming-new"]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (None, 200, slice(0, 200_000)),
        ("bytes=0-", 200, slice(0, 200_000)),
        ("bytes=10-19", 206, slice(10, 20)),
        ("bytes=65530-65550", 206, slice(65_530, 65_551)),
        ("bytes=-5", 206, slice(199_995, 200_000)),
        ("bytes=199990-999999", 206, slice(199_990, 200_000)),
        ("bytes=200000-", 416, None),
        ("chapters=1-2", 200, slice(0, 200_000)),
    ],
)
async def test_a_player_may_ask_for_a_part(tmp_path: Path, asked: str | None, status: int, part: slice | None) -> None:
    vault, whole = Vault(tmp_path, KEY), text(200_000)
    digest = vault.put(whole).sha256

    async def show(request: web.Request) -> web.StreamResponse:
        return await send_decrypted(request, vault.open(digest), len(whole), {"Content-Type": "video/mp4"})

    site = web.Application()
    site.router.add_get("/", show)
    async with TestClient(TestServer(site)) as client:
        answer = await client.get("/", headers={"Range": asked} if asked else {})
        assert answer.status == status
        if part is not None:
            assert await answer.read() == whole[part] and answer.headers["Accept-Ranges"] == "bytes"
        if status == 206 and part is not None:
            assert answer.headers["Content-Range"] == f"bytes {part.start}-{part.stop - 1}/200000"
