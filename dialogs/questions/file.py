"""Documents of any kind. Stored: list of evidence ids."""

from __future__ import annotations

from dialogs.questions.attached import AttachedKind
from dialogs.values import Attach


class FileKind(AttachedKind):
    """A document; photos of paper and recordings are documents too."""

    evidence = "file"

    def accepts(self, sent: Attach) -> bool:
        return True
