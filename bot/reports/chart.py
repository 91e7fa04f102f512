"""A report as one picture: how timely each unit was, how it changed, and what was missed by article."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bot.i18n import DEFAULT_LANGUAGE, translator
from bot.reports.gathering import Report
from bot.screen import shorten
from bot.views.periods import period_name
from bot.views.report_tables import NO_UNIT, STATES, Spoken, Table
from dialogs.papers.fonts import bundled_font, choose_fonts

_COLOURS = {"in_time": "#2e7d5b", "late": "#e0a030", "overdue": "#b3392f"}
_INK, _SOFT = "#1f2a36", "#8a96a3"
_BARE = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
_MOST_BARS = 10
_FEWEST_LINES = 4  # a single bar does not fill the picture
_SIZE = (11.0, 8.2)  # inches, at 160 dpi


@lru_cache(maxsize=1)
def font_families() -> tuple[str, ...]:
    """The faces papers are set in, as far as matplotlib can draw them; the packaged one when there is no other."""
    known = {each.name for each in font_manager.fontManager.ttflist}
    wanted = choose_fonts(known).heading
    found = [name for name in wanted if name in known]
    if not found:
        packaged = bundled_font()
        font_manager.fontManager.addfont(packaged)
        faces = {each.name for each in font_manager.fontManager.ttflist if Path(each.fname) == packaged}
        found = sorted(faces, key=lambda name: (not name.endswith("SC"), name))
    return tuple(found)


def render_chart(report: Report, said: Spoken, articles: Table) -> bytes:
    """The picture as PNG."""
    style: Any = {
        "font.family": list(font_families()),
        "axes.unicode_minus": False,
        "axes.edgecolor": _SOFT,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "font.size": 11,
    }
    with matplotlib.rc_context(style):
        figure = Figure(
            figsize=_SIZE, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.18, hspace=0.06), facecolor="white"
        )
        FigureCanvasAgg(figure)
        figure.suptitle(f"{report.agency}　{said.title}　{said.days}", fontsize=15, fontweight="bold")
        above, below = figure.subplots(2, 2, gridspec_kw={"height_ratios": (1, 1.05)})
        _units(above[0], report)
        _trend(above[1], report)
        _articles(below[0], articles)
        _faults(below[1], report)
        file = BytesIO()
        figure.savefig(file, format="png", dpi=160)
    return file.getvalue()


def _units(axes: Axes, report: Report) -> None:
    """Stacked bars: terms of each unit in time, late and not met."""
    axes.set_title("各部门期限", loc="left", fontweight="bold")
    found = [(name or NO_UNIT, each) for name, each in report.now.units.items() if each.terms][:_MOST_BARS]
    if not found:
        _empty(axes)
        return
    names = [name for name, _ in found]
    left = [0] * len(found)
    for state, label in zip(_COLOURS, STATES, strict=True):
        counts = [getattr(each, f"terms_{state}") for _, each in found]
        bars = axes.barh(names, counts, left=left, color=_COLOURS[state], label=label, height=0.6)
        axes.bar_label(bars, [str(n) if n else "" for n in counts], label_type="center", color="white", fontsize=10)
        left = [before + n for before, n in zip(left, counts, strict=True)]
    _bars(axes, len(found), max(left))


def _trend(axes: Axes, report: Report) -> None:
    """The share met in time, of the last periods."""
    axes.set_title("期限按时率", loc="left", fontweight="bold")
    shares = [each.timeliness for each in report.trend]
    if all(each is None for each in shares):
        _empty(axes)
        return
    at = [n for n, each in enumerate(shares) if each is not None]
    values = [each for each in shares if each is not None]
    axes.plot(at, values, color=_COLOURS["in_time"], marker="o", linewidth=2)
    for n, value in zip(at, values, strict=True):
        axes.annotate(
            f"{value:.0%}", (n, value), xytext=(0, 10), textcoords="offset points", ha="center", fontsize=10, bbox=_BARE
        )
    axes.set_xticks(range(len(shares)), [_short(each.text) for each in report.trend], fontsize=9)
    axes.set_xlim(-0.4, len(shares) - 0.6)
    axes.set_ylim(0, 1.15)
    axes.set_yticks((0, 0.25, 0.5, 0.75, 1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y", color="#e3e7eb")
    axes.spines[["top", "right"]].set_visible(False)


def _short(text: str) -> str:
    return period_name(translator(DEFAULT_LANGUAGE), text).replace("年", "年\n", 1)


def _articles(axes: Axes, articles: Table) -> None:
    """What was missed, by article, beside the period before."""
    axes.set_title("逾期（按条文）", loc="left", fontweight="bold")
    missed = [(f"{row[0]}\n{row[1]}", int(str(row[6])), int(str(row[7]))) for row in articles.rows]
    _pairs(axes, [each for each in missed if each[1] or each[2]][:6])


def _faults(axes: Axes, report: Report) -> None:
    axes.set_title("监督检查发现的问题", loc="left", fontweight="bold")
    now, before = report.now.whole.faults, report.before.whole.faults
    kinds = dict.fromkeys((*report.fault_kinds, *now, *before))
    _pairs(
        axes, [(_folded(report.fault_kinds.get(each, each)), now.get(each, 0), before.get(each, 0)) for each in kinds]
    )


def _folded(text: str, widest: int = 13) -> str:
    """One line, or two about as long as each other."""
    if len(text) <= widest:
        return text
    half = min((len(text) + 1) // 2, widest)
    return f"{text[:half]}\n{shorten(text[half:], widest)}"


def _pairs(axes: Axes, found: Sequence[tuple[str, int, int]]) -> None:
    """Two bars a line: this period, and the one before."""
    if not any(now or before for _, now, before in found):
        _empty(axes)
        return
    at = range(len(found))
    for offset, column, label, colour in ((-0.19, 1, "本期", _COLOURS["overdue"]), (0.19, 2, "上期", "#b9c2cc")):
        counts = [int(each[column]) for each in found]
        bars = axes.barh([n + offset for n in at], counts, height=0.36, color=colour, label=label)
        axes.bar_label(bars, [str(n) for n in counts], padding=3, fontsize=10)
    axes.set_yticks(at, [each[0] for each in found], fontsize=9)
    _bars(axes, len(found), max(max(now, before) for _, now, before in found))


def _bars(axes: Axes, lines: int, longest: int) -> None:
    """The first line on top, whole numbers below, and what the colours mean under them."""
    axes.set_ylim(max(lines, _FEWEST_LINES) - 0.5, -0.5)
    axes.set_xlim(0, max(longest * 1.12, 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False, fontsize=10)


def _empty(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "无", transform=axes.transAxes, ha="center", va="center", color=_SOFT, fontsize=14)
