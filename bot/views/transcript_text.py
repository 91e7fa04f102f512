"""Text of a transcript as HTML: what is doubtful or was changed, and how two texts differ, visible without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.i18n import Translator
from bot.line_marks import carried, standing, stretches
from bot.screen import plain, shorten
from models.tables import TranscriptLine

CHANGED = "*"  # after a word that was not heard as it is written: slanted Chinese is not seen on every phone
_NOTED = 6
_AROUND = 12  # characters left standing around a difference in a long line
_LEAST_SHARED = 0.3  # of the longer text; two texts with less in common are told one after the other


def role_text(t: Translator, role: str) -> str:
    return {"question": t("Q"), "answer": t("A")}.get(role, "?")


def fitted(text: str, limit: int) -> str:
    """Data made safe for HTML and cut so that no more than `limit` characters of HTML come of it."""
    kept = shorten(text, limit)
    while len(plain(kept)) > limit:
        kept = shorten(text, len(kept) * 3 // 4)
    return plain(kept)


def marked(line: TranscriptLine, limit: int) -> str:
    """The line's text as HTML; doubtful words are underlined, words not heard as written are slanted with a `*`."""
    doubtful = [span for span in carried([(a, b) for a, b in line.uncertain], line.draft_text, line.text) if span]
    changed = [(start, end) for _, _, start, end in standing(line, line.changes)]
    text = line.text
    while len(html := _html(text, doubtful, changed)) > limit:
        text = shorten(text, max(len(text) * 4 // 5, 1))
    return html


def _html(text: str, doubtful: Sequence[tuple[int, int]], changed: Sequence[tuple[int, int]]) -> str:
    whole = len(text)
    edges = sorted({0, whole, *(min(edge, whole) for span in (*doubtful, *changed) for edge in span)})
    parts = []
    for start, end in pairwise(edges):
        part = plain(text[start:end])
        if _within(start, end, doubtful):
            part = f"<u>{part}</u>"
        if _within(start, end, changed):
            mark = CHANGED if any(stop == end for _, stop in changed) else ""
            part = f"<i>{part}{mark}</i>"
        parts.append(part)
    return "".join(parts)


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def notes(t: Translator, line: TranscriptLine) -> list[str]:
    """What is to be said beside a line, as HTML: other words heard, perhaps a term, figures, dialect."""
    found = [
        t("“{written}” was heard as “{heard}”", written=plain(line.text[start:end]), heard=plain(change["heard"]))
        for _, change, start, end in standing(line, line.changes)
    ]
    found += [
        t("“{heard}” may be “{term}”", heard=plain(line.text[start:end]), term=plain(proposal["term"]))
        for _, proposal, start, end in standing(line, line.proposals)
    ]
    for _, figure, _, _ in standing(line, line.figures):
        if figure["spoken"] == figure["written"] and figure["valid"] is not False:
            continue  # written as it should be already
        wrong = f"（{t('wrong check digit')}）" if figure["valid"] is False else ""
        found.append(f"{plain(figure['spoken'])} = {plain(figure['written'])}{wrong}")
    if words := dialect_words(line):
        found.append(t("Dialect: {words}", words=words))
    return found


def dialect_words(line: TranscriptLine) -> str:
    return "；".join(f"{plain(word['term'])}＝{plain(word['meaning'])}" for word in line.dialect[:_NOTED])


def difference(before: str, after: str, limit: int) -> str:
    """`after` as it came of `before`, as HTML: what is gone is struck through, what is new underlined.

    Long stretches that are the same shrink to their ends. `limit`: characters of HTML, at most.
    """
    parts = stretches(before, after)
    shared = sum(len(part.text) for part in parts if part.kind == "same")
    if shared < _LEAST_SHARED * max(len(before), len(after)):
        half = limit // 2 - len("<s></s>")
        return " ".join(f"<{tag}>{fitted(text, half)}</{tag}>" for tag, text in (("s", before), ("u", after)) if text)
    html = ""
    for number, part in enumerate(parts):
        text = _shrunk(part.text, number > 0, number < len(parts) - 1) if part.kind == "same" else part.text
        tag = {"same": "", "gone": "s", "new": "u"}[part.kind]
        room = limit - len(html) - len("<s></s>…")
        if room <= 0:
            return html + "…"
        html += f"<{tag}>{fitted(text, room)}</{tag}>" if tag else fitted(text, room)
    return html


def _shrunk(text: str, after_one: bool, before_one: bool) -> str:
    """A stretch that is the same, without its middle, or without the end that no difference follows."""
    if len(text) <= 3 * _AROUND:
        return text
    head, tail = text[:_AROUND] if after_one else "", text[-_AROUND:] if before_one else ""
    return f"{head}…{tail}"
