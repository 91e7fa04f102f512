"""Published years added to the shipped calendar, and files that are none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dialogs.deadlines import load_calendar, published_calendar, shipped_calendar
from models.errors import InvalidInput

SHIPPED = Path(__file__).parents[2] / "dialogs" / "deadlines" / "calendar.yaml"
NEXT = """
years:
  2027:
    source: 示例通知
    holidays:
      - {name: 元旦, from: 2026-12-31, to: "2027-01-02"}
    worked: [2027-01-03]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calendar.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_year_is_added_and_may_begin_in_december(tmp_path: Path) -> None:
    calendar = published_calendar(written(tmp_path, NEXT))
    assert set(calendar.years) == {2025, 2026, 2027}
    assert [calendar.is_workday(date(2026, 12, day)) for day in (30, 31)] == [True, False]
    assert [calendar.is_workday(date(2027, 1, day)) for day in (1, 2, 3)] == [False, False, True]
    assert not calendar.is_workday(date(2026, 10, 1)) and calendar.is_workday(date(2026, 10, 10))


def test_a_year_stated_again_replaces_the_shipped_one_whole(tmp_path: Path) -> None:
    text = "years: {2026: {source: 更正, holidays: [{name: 节, from: 2026-03-02, to: 2026-03-02}], worked: []}}"
    calendar = load_calendar(SHIPPED, written(tmp_path, text))
    assert not calendar.is_workday(date(2026, 3, 2))
    assert calendar.is_workday(date(2026, 10, 1)) and not calendar.is_workday(date(2026, 10, 10))
    assert not calendar.is_workday(date(2025, 10, 1))


def test_fingerprints_tell_days_and_known_years_apart(tmp_path: Path) -> None:
    shipped = shipped_calendar()
    known = load_calendar(SHIPPED, written(tmp_path, "years: {2027: {source: x, holidays: [], worked: []}}"))
    own = shipped.with_days({date(2026, 3, 2): (False, "局庆")})
    worked = shipped.with_days({date(2026, 3, 1): (True, "加班")})
    assert len({each.fingerprint for each in (shipped, known, own, worked)}) == 4
    assert load_calendar(SHIPPED).fingerprint == shipped.fingerprint
    assert shipped.with_days({date(2026, 10, 1): (False, "国庆节")}).fingerprint == shipped.fingerprint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("years: [", "calendar.unreadable"),
        ("", "calendar.unusable"),
        ("- 2027", "calendar.unusable"),
        ("years: {}", "calendar.unusable"),
        ("years: {abc: {source: x, holidays: [], worked: []}}", "calendar.unusable"),
        ("years: {2027: nothing}", "calendar.unusable"),
        ("years: {2027: {source: x, worked: []}}", "calendar.unusable"),
        ("years: {2027: {source: x, holidays: [], worked: [2026-06-01]}}", "calendar.unusable"),
        ("years: {2027: {source: x, holidays: [], worked: [soon]}}", "calendar.unusable"),
        (
            "years: {2027: {source: x, holidays: [{name: 节, from: 2027-01-01, to: 2027-06-01}], worked: []}}",
            "calendar.unusable",
        ),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_place(tmp_path: Path, text: str, code: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InvalidInput) as refused:
        load_calendar(SHIPPED, path)
    assert (refused.value.code, refused.value.params["path"]) == (code, str(path))
