"""The JSON Schema for editors takes every shipped file, names every field in Chinese, and refuses slips of the pen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dialogs.packs.editor_schema import editor_schema
from dialogs.packs.loader import SHIPPED
from dialogs.packs.schema_faults import MODEL_OF
from dialogs.packs.source import read_file
from dialogs.packs.words import ELEMENTS, FIELDS, VALUES, words_of
from tests.packs.test_lint import HERE

SCHEMA = editor_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FILES = sorted(SHIPPED.glob("*/*.yaml"))


def refused(plain: Any) -> list[str]:
    return [str(error.message) for error in VALIDATOR.iter_errors(plain)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_shipped_files_fit(path: Path) -> None:
    assert refused(read_file(path).plain()) == []


def test_overriding_omitting_placing_and_taking_away_fit() -> None:
    assert refused(
        {
            "id": "top", "extends": "common",
            "records": [
                {"omit": ["interview"], "basis": ["TP-1"]},
                {"id": "delivery", "questions": [{"id": "place", "help": None}, {"id": "x", "after": "place"}]},
            ],
        }
    ) == []  # fmt: skip
    assert refused({"id": "base", "fragment": True}) == []


@pytest.mark.parametrize("name", ["misspelt_field", "unknown_type", "wrong_type", "bad_id", "omit_without_basis"])
def test_slips_are_shown_while_writing(name: str) -> None:
    assert refused(read_file(HERE / "broken" / f"{name}.yaml").plain())


def test_every_field_has_its_words_and_every_word_its_field() -> None:
    used = set()
    for model in set(MODEL_OF.values()):
        for key, field in model.model_fields.items():
            name = field.alias or key
            if name in ("origin", "sha256"):
                continue
            assert words_of(model, name), f"{model.__name__}.{name} has no name in words.py"
            used |= {f"{each.__name__}.{name}" for each in model.__mro__ if f"{each.__name__}.{name}" in FIELDS}
    assert used == set(FIELDS)


def test_lists_of_entries_have_words_too() -> None:
    for model in set(MODEL_OF.values()):
        for name in model.model_fields:
            assert name not in MODEL_OF or name in ELEMENTS or name in ("within", "occupies", "effective", "extension")


def test_choices_say_what_each_means() -> None:
    kind = SCHEMA["$defs"]["Question"]["properties"]["type"]["anyOf"][0]
    assert dict(zip(kind["enum"], kind["enumDescriptions"], strict=True))["resident_id"] == "居民身份证号"
    assert all(kind["enumDescriptions"])
    assert VALUES["waivable"] in SCHEMA["$defs"]["Question"]["properties"]["level"]["anyOf"][0]["enumDescriptions"]
