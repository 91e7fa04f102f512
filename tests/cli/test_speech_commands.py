"""`zhilu evaluate` and `zhilu models`, with an engine that hears what it is told to."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from bot.cli import evaluating
from tests.cli.test_commands import Zhilu, polite, silence
from tests.support.need import need
from transcribe.decode import Audio
from transcribe.models import BASE_PACKAGES, Model
from transcribe.transcript import Coverage, Segment, Transcript

HEADS = "file\tgroup\ttier\treference_normalised\tterms\n"


class FakeTranscriber:
    """Hears 你好 and the terms it is given; in a dialect, 恁好."""

    def __init__(self, model: str) -> None:
        self.model = Model(model or "fake", "")

    def warm(self) -> None:
        """Nothing to warm."""

    def transcribe(self, audio: Audio, *, dialect: str | None = None, case_terms: tuple[str, ...] = ()) -> Transcript:
        text = "".join(("恁好" if dialect else "你好", *case_terms))
        heard = (Segment(0.0, 0.5, text),)
        return Transcript("", audio.duration, "zh", self.model.name, heard, Coverage(0.5, 0.5))


class FakeStock:
    """Hears 你号 whatever is said."""

    def warm(self) -> None:
        """Nothing to warm."""

    def text(self, audio: Audio) -> str:
        return "你号"


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "_transcriber", FakeTranscriber)
    monkeypatch.setattr(evaluating, "_stock", lambda _model: FakeStock())


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    for name in ("a", "b", "still"):
        silence(tmp_path / f"{name}.wav")
    rows = "a.wav\tmandarin-read\tA\t你好\t\nb.wav\tmandarin-read\tA\t你好李明\t李明\nstill.wav\tnothing\tA\t\t\n"
    (tmp_path / "m.tsv").write_text(HEADS + rows, encoding="utf-8")
    return tmp_path / "m.tsv"


@pytest.mark.usefixtures("engines")
def test_one_model_is_one_object_beside_stock(zhilu: Zhilu, manifest: Path) -> None:
    ran = zhilu("evaluate", manifest, "--json")
    assert ran.code == 0
    read = ran.json["groups"]["mandarin-read"]
    assert (ran.json["model"], ran.json["dialect"]) == ("fake", None)
    assert (read["cer"], read["stock_cer"], read["term_recall"], read["stock_term_recall"]) == (0.0, 0.6667, 1.0, 0.0)
    assert ran.json["groups"]["nothing"]["invented_per_minute"] == 240.0
    assert ran.json["all"]["coverage"] == 1.0
    shown = zhilu("evaluate", manifest, language="zh_CN.UTF-8").out
    assert "mandarin-read" in shown
    assert "0.667" in shown


@pytest.mark.usefixtures("engines")
def test_terms_of_the_case_put_in_where_nobody_said_them(zhilu: Zhilu, manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("李明\n", encoding="utf-8")
    ran = zhilu("evaluate", manifest, "--json", "--terms", tmp_path / "terms.txt", "--against", "nothing")
    assert ran.json["mandarin"]["false_terms_per_1000"] > 0
    assert "stock_cer" not in ran.json["all"]


@pytest.mark.usefixtures("engines")
def test_models_and_dialects_are_compared(zhilu: Zhilu, manifest: Path) -> None:
    compared = ("--model", "one", "--model", "two", "--dialect", "none", "--dialect", "jilu")
    lines = [json.loads(line) for line in zhilu("evaluate", manifest, "--json", *compared).out.splitlines()]
    assert [(run["model"], run["dialect"]) for run in lines] == [
        ("one", None), ("one", "jilu"), ("two", None), ("two", "jilu"),
    ]  # fmt: skip
    assert lines[0]["mandarin"]["cer"] < lines[1]["mandarin"]["cer"]
    table = zhilu("evaluate", manifest, *compared).out.splitlines()
    assert len([line for line in table if line.startswith("mandarin-read")]) == 8
    assert any("two" in line and "jilu" in line for line in table)


@pytest.mark.usefixtures("engines")
def test_a_folder_with_texts_beside_its_recordings(zhilu: Zhilu, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    silence(tmp_path / "ours" / "a.wav")
    (tmp_path / "ours" / "a.txt").write_text("你好", encoding="utf-8")
    ran = zhilu("evaluate", tmp_path / "ours", "--json")
    assert ran.json["groups"]["ours"]["cer"] == 0.0


@pytest.mark.parametrize(
    "arguments", [["nowhere"], ["."], ["m.tsv", "--dialect", "klingon"], ["m.tsv", "--terms", "nowhere.txt"], ["x.tsv"]]
)
def test_unusable_input_is_refused_before_any_model_is_loaded(
    zhilu: Zhilu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def unexpected(_model: str) -> None:
        pytest.fail("a model was loaded")

    monkeypatch.setattr(evaluating, "_transcriber", unexpected)
    monkeypatch.setattr(evaluating, "_stock", unexpected)
    monkeypatch.chdir(tmp_path)
    silence(tmp_path / "a.wav")
    (tmp_path / "m.tsv").write_text(f"{HEADS}a.wav\tg\tA\t你好\t\n", encoding="utf-8")
    (tmp_path / "x.tsv").write_text("file\tgroup\n", encoding="utf-8")
    ran = zhilu("evaluate", *arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert polite(ran.err)


# --- models --------------------------------------------------------------------------------------------------


def hollow(folder: Path, *leave_out: str) -> Path:
    """A folder with the files of a model, not one of them usable weights."""
    folder.mkdir(parents=True)
    tokens = {"added_tokens": [{"content": "<|zh|>"}, {"content": "<|yue|>"}]}
    contents = {
        "model.bin": "weights",
        "config.json": "{}",
        "tokenizer.json": json.dumps(tokens),
        "vocabulary.json": json.dumps(["x"] * 51866),
    }
    for name in contents.keys() - set(leave_out):
        (folder / name).write_text(contents[name], encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHILU_WHISPER_MODELS", str(tmp_path / "store"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "store"


def test_models_are_listed_with_what_they_can_do(zhilu: Zhilu, store: Path) -> None:
    hollow(store / "large-v3")
    other = hollow(store.parent / "half", "tokenizer.json")
    found = {model["name"]: model for model in zhilu("models", "list", other, "--json").json}
    assert found["large-v3"]["cantonese"]
    assert found["large-v3"]["multilingual"]
    assert found[str(other)]["missing"] == ["tokenizer.json"]
    assert "large-v3" in zhilu("models", "list", language="zh_CN.UTF-8").out


@pytest.mark.parametrize(
    ("left_out", "beside", "word"),
    [
        (["model.bin", "vocabulary.json"], "", "model.bin、vocabulary.json"),
        (["model.bin"], "model.safetensors", "ct2-transformers-converter"),
        ([], "", "damaged"),
    ],
)
def test_what_is_wrong_with_a_model_is_said(
    zhilu: Zhilu, store: Path, left_out: list[str], beside: str, word: str
) -> None:
    hollow(store / "mine", *left_out)
    if beside:
        (store / "mine" / beside).write_text("x", encoding="utf-8")
    ran = zhilu("models", "verify", "mine")
    assert ran.code == 1
    assert word in ran.err
    assert zhilu("models", "verify", "mine", "--json").json["ok"] is False


def test_a_model_that_is_not_there(zhilu: Zhilu, store: Path) -> None:
    for command in ("verify", "warm"):
        ran = zhilu("models", command, "no-such-model")
        assert (ran.code, ran.out) == (2, "")
        assert polite(ran.err)


@pytest.mark.whisper
def test_the_default_model_holds_and_hears(zhilu: Zhilu, store: Path) -> None:
    need(all(importlib.util.find_spec(package) for package in BASE_PACKAGES), "the base weights' packages")
    ran = zhilu("models", "verify", "--json")
    assert ran.code == 0
    assert ran.json["sha256"]["model.bin"].startswith("d01c3014")
    warmed = zhilu("models", "warm", "--json").json
    assert warmed["model"] == "base"
    assert warmed["memory_bytes"] > 50e6
    assert [
        (each["name"], each["multilingual"], each["cantonese"]) for each in zhilu("models", "list", "--json").json
    ] == [("base", True, False)]

    weights = store / "whisper-base" / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    ran = zhilu("models", "verify")
    assert ran.code == 1
    assert "model.bin" in ran.err
