"""Photographs. Stored: list of evidence ids."""

from __future__ import annotations

from dialogs.questions.attached import AttachedKind


class PhotoKind(AttachedKind):
    """Photos only; a recording or document is refused as `answer.not_a_photo`."""

    evidence = "photo"
    measure = "张"
