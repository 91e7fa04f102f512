"""Written forms: punctuation as Chinese has it, and what an error rate sees."""

from __future__ import annotations

import pytest

from transcribe.normalisation import chinese_punctuation, comparable, simplified


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("上,还有哪些?", "上，还有哪些？"),
        ("是3,500元.", "是3,500元。"),
        ("版本v1.2, ok", "版本v1.2, ok"),
        ("3.5万", "3.5万"),
        ("好。", "好。"),
    ],
)
def test_marks_after_chinese_are_full_width_and_the_length_stays(heard: str, written: str) -> None:
    assert chinese_punctuation(heard) == written
    assert len(written) == len(heard)


def test_comparing_sees_neither_punctuation_nor_the_form_of_characters() -> None:
    assert comparable("轉移支付，百分之五") == comparable("转移支付 5%")
    assert simplified("說著話") == "说着话"
    assert simplified("嗰個鋪頭") == "嗰个铺头"
