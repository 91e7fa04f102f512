"""The kinds of job. Adding one: a file here with a `Kind`, a line below, and what becomes of it in `bot.jobs.outcomes`.

The factories import late: a transcription worker loads no typesetting, another no speech model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.jobs.kinds.base import Control, Kind, Tools
from bot.jobs.turnstile import Stopped

__all__ = ["AT_ONCE", "KINDS", "Control", "Kind", "Stopped", "Tools"]


def _transcription(tools: Tools) -> Kind:
    from bot.jobs.kinds.transcription import Transcription

    return Transcription(tools)


def _paper(tools: Tools) -> Kind:
    from bot.jobs.kinds.paper import PaperKind

    return PaperKind(tools)


def _watermark(tools: Tools) -> Kind:
    from bot.jobs.kinds.watermark import Watermark

    return Watermark(tools)


def _disc_image(tools: Tools) -> Kind:
    from bot.jobs.kinds.disc_image import DiscImage

    return DiscImage(tools)


def _disposal(tools: Tools) -> Kind:
    from bot.jobs.kinds.disposal import Disposal

    return Disposal(tools)


def _case_paper(tools: Tools) -> Kind:
    from bot.jobs.kinds.case_paper import CasePaper

    return CasePaper(tools)


def _copy(tools: Tools) -> Kind:
    from bot.jobs.kinds.copy import Copy

    return Copy(tools)


def _report(tools: Tools) -> Kind:
    from bot.jobs.kinds.report import ReportKind

    return ReportKind(tools)


def _extract(tools: Tools) -> Kind:
    from bot.jobs.kinds.extract import Extract

    return Extract(tools)


KINDS: Mapping[str, Callable[[Tools], Kind]] = {
    "transcription": _transcription,
    "paper": _paper,
    "watermark": _watermark,
    "disc_image": _disc_image,
    "case_paper": _case_paper,
    "disposal": _disposal,
    "copy": _copy,
    "report": _report,
    "extract": _extract,
}

AT_ONCE: Mapping[str, int] = {"transcription": 4}
"""How many jobs of a kind one worker process may have under way; of others, one."""
