"""`docs/coverage.md`: each article, what answers it in its pack, and the demands by which that is tested.

`python -m tests.demands.page` writes it anew; a test holds it against packs and demands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dialogs.packs.coverage import answered_by
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Article, Pack
from tests.demands.judging import Demand, demands

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "coverage.md"
_HEAD = """# 逐条落实情况

本页由 `python -m tests.demands.page` 生成，请勿手改。每一行：规定的一条、它在规则包里由什么落实、
`tests/demands/` 里用哪些检验看住它（规则被删改时，检验就不通过；`python -m tests.demands.mutants` 逐项验证）。
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for pack in load_all().values():
        parts += [
            f"\n## {pack.title}（{pack.short}，{pack.version} 版）\n",
            "| 条 | 内容 | 落实 | 检验 |",
            "|---|---|---|---|",
        ]
        parts += list(_rows(pack, demands(pack)))
    return "\n".join(parts) + "\n"


def _rows(pack: Pack, stated: list[Demand]) -> Iterator[str]:
    found = answered_by(pack)
    for article in pack.articles:
        name = f"{pack.short}-{article.no}"
        tests = [each.says for each in stated if name in {article.partition(".")[0] for article in each.articles}]
        yield _row(name, article.about, _answer(article, found.get(name, [])), "；".join(dict.fromkeys(tests)) or "—")


def _answer(article: Article, found: list[str]) -> str:
    if article.asks_nothing:
        return f"不需要软件落实：{article.asks_nothing}"
    return "；".join(found) or "**缺**"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "／").replace("\n", " ") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
