"""A marked copy: every page of the paper, each with the mark, and nothing of the text taken as markup."""

from __future__ import annotations

import pytest

from dialogs.papers.marked import mark_pdf
from dialogs.papers.typst_pdf import render_pdf
from models.errors import Unavailable
from tests.papers.reading import pdf_text, squeezed
from tests.papers.sample_papers import approval, evidence_list, interview

MARK = "仅供#strong[王]查阅　2026-03-05 14:30"


@pytest.mark.parametrize("paper", [approval(), interview(), evidence_list()])
def test_every_page_bears_the_mark(paper: object) -> None:
    original = render_pdf(paper)  # type: ignore[arg-type]
    marked = mark_pdf(original, MARK)
    pages, before = ([squeezed(page) for page in pdf_text(each).split("\f")[:-1]] for each in (marked, original))
    assert len(pages) == len(before) > 0
    for page, own in zip(pages, before, strict=True):
        assert "仅供#strong[王]查阅" in page and "2026-03-05" in page
        assert sum(character in page for character in set(own)) >= 0.9 * len(set(own)), "the page itself is there"


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(Unavailable):
        mark_pdf(b"%PDF-1.7 no", MARK)
    assert "仅供" not in pdf_text(render_pdf(approval()))
