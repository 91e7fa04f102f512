"""One entry of the catalogue of faults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """Fault and remedy, Chinese and English."""

    zh: str
    zh_remedy: str
    en: str
    en_remedy: str
