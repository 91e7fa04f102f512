"""Runs commands in this process and catches what they print and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output; fails when there is more or less."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Zhilu = Callable[..., Ran]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("ZHILU_DATA", str(folder))
    monkeypatch.delenv("ZHILU_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def zhilu(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Zhilu:
    def run(*arguments: object, language: str = "C.UTF-8") -> Ran:
        monkeypatch.setenv("LC_ALL", language)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run
