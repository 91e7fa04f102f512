"""Choose fonts by a pure function over the family names that are installed.

Formal papers are set in 小标宋 (title), 仿宋 (body) and 黑体 (headings), as GB/T 9704-2012 sets official
documents; where those are missing, Song faces stand in, then the Noto CJK face that comes from PyPI.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK")
FANG_SONG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02")
SONG = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "SimSun",
    "宋体",
    "STSong",
    "Songti SC",
)
HEI = ("SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC")
# Names and places outside the common sets; asked for glyphs after all others.
RARE = (
    "SimSun-ExtB",
    "SimSun-ExtG",
    "TH-Tshyn-P0",
    "TH-Tshyn-P1",
    "TH-Tshyn-P2",
    "HanaMinA",
    "HanaMinB",
    "BabelStone Han",
)
LATIN = ("Times New Roman", "Liberation Serif", "Nimbus Roman", "Tinos")
LAST_RESORT = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True)
class FontChoice:
    """Family names in the order they are asked for a glyph; `latin` serves Latin letters and digits first."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    heading: tuple[str, ...]
    latin: str | None


def choose_fonts(families: Collection[str]) -> FontChoice:
    """The best faces among `families` (installed family names) for each part of a paper."""
    return FontChoice(
        title=_first_of(families, TITLE, SONG),
        body=_first_of(families, FANG_SONG, SONG),
        heading=_first_of(families, HEI, SONG),
        latin=next((name for name in LATIN if name in families), None),
    )


def _first_of(families: Collection[str], *preferences: tuple[str, ...]) -> tuple[str, ...]:
    """One family of each preference, the rare-character faces that exist, and the last resort."""
    chosen = [next((name for name in names if name in families), None) for names in preferences]
    rare = [name for name in RARE if name in families]
    return tuple(dict.fromkeys(name for name in (*chosen, *rare, LAST_RESORT) if name))


def bundled_font() -> Path:
    """The Noto Sans CJK collection that the PyPI package `noto-cjk-sans-otc` brings."""
    return Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"
