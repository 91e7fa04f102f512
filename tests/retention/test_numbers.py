"""Numbers named in a decision are read whole, or the decision is refused: nothing is guessed, nothing left out."""

from __future__ import annotations

import pytest

from dialogs.disposal import numbers_in
from models.errors import InvalidInput


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("3、5、7-9", (3, 5, 7, 8, 9)),
        ("3号，5 号和第7号至第9号。", (3, 5, 7, 8, 9)),
        ("３；５ ~ ６\n5", (3, 5, 6)),
        ("12", (12,)),
        (4, (4,)),
        (["3", "7-8"], (3, 7, 8)),
        ([{"no": "3", "name": "录像"}, {"no": "", "name": "5"}], (3, 5)),
        ("", ()),
        (None, ()),
    ],
)
def test_what_people_write_is_read(value: object, numbers: tuple[int, ...]) -> None:
    assert numbers_in(value) == numbers


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        ("9-7", "disposal.backwards", "9-7"),
        ("3、9-7、12", "disposal.backwards", "9-7"),
        ("2026-05-01", "disposal.backwards", "2026-05"),
        ("2026.5.1", "disposal.unreadable", ".5.1"),
        ("2026年5月1日", "disposal.unreadable", "年5月1日"),
        ("1-2-3", "disposal.unreadable", "-3"),
        ("录像2段", "disposal.unreadable", "录像2段"),
        ("3、全部", "disposal.unreadable", "全部"),
        ("1234567890", "disposal.unreadable", "1234567890"),
        (True, "disposal.unreadable", "True"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(value: object, code: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        numbers_in(value)
    assert (refusal.value.code, refusal.value.params["text"]) == (code, told)


def test_too_many_are_refused_and_not_cut_off() -> None:
    assert len(numbers_in("1-1000")) == 1000
    with pytest.raises(InvalidInput, match="too_many"):
        numbers_in("1-999999999")
