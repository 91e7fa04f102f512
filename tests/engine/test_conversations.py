"""Golden conversations. `ZHILU_REWRITE=1 pytest tests/engine/test_conversations.py` rewrites them for review."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.stories import FOLDER, told, yaml

STORIES = sorted(FOLDER.glob("*.yaml"))


def test_there_are_stories() -> None:
    assert STORIES


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_the_conversation_goes_as_written(path: Path) -> None:
    story = yaml().load(path)
    found = told(story)
    if os.environ.get("ZHILU_REWRITE"):
        for written, step in zip(story["steps"], found["steps"], strict=True):
            written["expect"] = step["expect"]
        story["end"] = found["end"]
        yaml().dump(story, path)
    for number, (written, step) in enumerate(zip(story["steps"], found["steps"], strict=True), start=1):
        assert written.get("expect") == step["expect"], f"step {number}"
    assert story.get("end") == found["end"]
