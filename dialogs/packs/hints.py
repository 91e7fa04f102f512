"""What to write instead of a name that does not exist."""

from __future__ import annotations

from collections.abc import Set
from difflib import get_close_matches

_SHOWN = 40


def nearest(name: str, known: Set[str]) -> dict[str, object]:
    """The hint for a name that does not exist: the closest one that does, or all."""
    close = get_close_matches(name, sorted(known), n=1)
    if close:
        return {"hint_zh": f"是不是“{close[0]}”？", "hint_en": f"Did you mean '{close[0]}'?"}
    listed = "、".join(sorted(known)[:_SHOWN]) + ("……" if len(known) > _SHOWN else "") or "（无）"
    return {"hint_zh": f"现有：{listed}。", "hint_en": f"There are: {listed}."}
