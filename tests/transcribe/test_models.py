"""Weights are used only when they are the ones they claim to be."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from models.errors import Unavailable
from transcribe import models


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small packages in place of the real ones, with their true hashes."""
    contents = {"config.json": b"{}", "tokenizer.json": b"[]", "vocabulary.txt": b"a\nb"}
    halves = {"model.bin.part1": b"first half ", "model.bin.part2": b"second half"}
    for package, files in (
        ("one", {**contents, "model.bin.part1": halves["model.bin.part1"]}),
        ("two", {"model.bin.part2": halves["model.bin.part2"]}),
    ):
        data = tmp_path / package / "data"
        data.mkdir(parents=True)
        for name, content in files.items():
            (data / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    hashes["model.bin"] = hashlib.sha256(b"first half second half").hexdigest()
    monkeypatch.setattr(models, "BASE_FILES", hashes)
    monkeypatch.setattr(models, "BASE_PACKAGES", ("one", "two"))
    monkeypatch.setattr(models, "_package_data", lambda package: tmp_path / package / "data")
    return tmp_path


def test_halves_are_joined_and_verified(packages: Path) -> None:
    model = models.resolve(cache=packages / "cache")
    assert model.name == "base"
    assert (Path(model.source) / "model.bin").read_bytes() == b"first half second half"
    assert [path.name for path in (packages / "cache").iterdir()] == ["whisper-base"]


def test_a_wrong_half_is_refused_and_leaves_nothing(packages: Path) -> None:
    (packages / "two" / "data" / "model.bin.part2").write_bytes(b"something else")
    with pytest.raises(Unavailable) as fault:
        models.resolve(cache=packages / "cache")
    assert fault.value.code == "model.hash_mismatch"
    assert fault.value.params["file"] == "model.bin"
    assert list((packages / "cache").iterdir()) == []


def test_a_changed_file_is_noticed_at_the_next_start(packages: Path) -> None:
    weights = Path(models.resolve(cache=packages / "cache").source) / "model.bin"
    weights.write_bytes(b"first half SECOND half")
    with pytest.raises(Unavailable) as fault:
        models.resolve(cache=packages / "cache")
    assert fault.value.code == "model.hash_mismatch"


def test_an_untouched_file_is_not_hashed_again(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.resolve(cache=packages / "cache")
    monkeypatch.setattr(models, "_verify", lambda folder: pytest.fail("hashed again"))
    models.resolve(cache=packages / "cache")


def test_several_threads_at_once(packages: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(models.resolve(cache=packages / "cache").source)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_other_models_by_folder_or_name(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(Unavailable) as fault:
        models.resolve(tmp_path / "mine")
    assert fault.value.code == "model.incomplete"
    for name in (*models.REQUIRED, "vocabulary.txt"):
        (tmp_path / "mine" / name).write_bytes(b"x")
    assert models.resolve(tmp_path / "mine") == models.Model("mine", str(tmp_path / "mine"))
    assert models.resolve("mine", tmp_path) == models.Model("mine", str(tmp_path / "mine"))
    assert models.resolve("large-v3") == models.Model("large-v3", "large-v3")
    with pytest.raises(Unavailable) as fault:
        models.resolve(str(tmp_path / "nothing"))
    assert fault.value.code == "model.not_installed"
