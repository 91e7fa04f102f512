"""Skip with a reason on a bare machine; fail in CI, where everything must be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def need(present: object, reason: str) -> None:
    """Go on when `present` is truthy; otherwise skip, or fail when the environment has `CI`."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {reason}")
    pytest.skip(reason)


def shared(name: str) -> Path:
    """The path of shared material `name` beside the checkout; skips (fails in CI) when it is not there."""
    path = SHARED / name
    need(path.exists(), f"shared material not found: {name}")
    return path
