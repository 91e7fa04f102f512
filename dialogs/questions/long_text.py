"""Text of several lines. Stored: str, line breaks as '\\n'."""

from __future__ import annotations

from dialogs.questions.text import TextKind


class LongTextKind(TextKind):
    """As text, line breaks kept."""

    lines = True
