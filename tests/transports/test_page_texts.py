"""Every text of the page has its Chinese, with the same placeholders."""

from __future__ import annotations

import re

import pytest

from bot.i18n import catalogue
from bot.transports.webchat.page_texts import PAGE_TEXTS
from bot.transports.webchat.problems import _TEXTS


@pytest.mark.parametrize("message", sorted({*PAGE_TEXTS.values(), *(text for _, text in _TEXTS.values())}))
def test_texts_are_translated(message: str) -> None:
    found = catalogue("zh_Hans_CN").get(message)
    assert found is not None and isinstance(found.string, str) and found.string
    assert set(re.findall(r"\{\w+\}", found.string)) == set(re.findall(r"\{\w+\}", message))
