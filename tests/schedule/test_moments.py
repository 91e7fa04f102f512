"""Durations are never rounded up and moments are those of Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.i18n import translator
from bot.views.moments import duration, end, moment

ZH, EN = translator("zh_Hans_CN"), translator("en")


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(hours=36), "36 小时", "36 hours"),
        (timedelta(hours=24), "24 小时", "24 hours"),
        (timedelta(hours=1), "1 小时", "1 hour"),
        (timedelta(hours=71, minutes=59, seconds=59), "71 小时 59 分钟", "71 hours 59 minutes"),
        (timedelta(hours=72), "3 天", "3 days"),
        (timedelta(days=6, hours=2), "6 天 2 小时", "6 days 2 hours"),
        (timedelta(minutes=1, seconds=59), "1 分钟", "1 minute"),
        (timedelta(seconds=59.9), "59 秒", "59 seconds"),
        (timedelta(0), "0 秒", "0 seconds"),
        (timedelta(seconds=-5), "0 秒", "0 seconds"),
    ],
)
def test_durations_are_exact(length: timedelta, chinese: str, english: str) -> None:
    assert duration(ZH, length) == chinese
    assert duration(EN, length) == english


def test_moments_are_in_shanghai() -> None:
    assert moment(ZH, datetime(2026, 3, 2, 16, 5, 59, tzinfo=UTC)) == "2026年3月3日 00:05"


def test_a_term_that_ends_at_midnight_ends_at_24_of_the_day_before() -> None:
    assert end(ZH, datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == "2026年2月28日 24:00"
    assert end(ZH, datetime(2026, 2, 28, 16, 0, 1, tzinfo=UTC)) == "2026年3月1日 00:00"
