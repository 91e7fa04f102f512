"""The page of articles says what packs and demands say."""

from __future__ import annotations

from tests.demands.page import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.demands.page"


def test_no_article_is_without_an_answer_or_a_test() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| ") and not line.startswith("| 条")]
    assert len(rows) > 100
    assert not [row for row in rows if "**缺**" in row]
    assert not [row for row in rows if row.endswith("| — |") and "不需要软件落实" not in row]
