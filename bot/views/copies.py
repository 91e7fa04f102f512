"""What stands on a marked copy, and beside it in the chat."""

from __future__ import annotations

from datetime import datetime

from bot.i18n import Translator
from dialogs.zone import SHANGHAI


def mark_lines(name: str, now: datetime) -> list[str]:
    """The mark. Chinese in every language, as the papers it stands on."""
    return [f"仅供{name}查阅", f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", "不得复制传播"]


def copy_caption(t: Translator, name: str) -> str:
    return t("{name}: a copy marked with your name and the time.", name=name)
