"""Text the model writes that nobody spoke, found by evidence and listed, never silently dropped.

Whisper learnt from subtitles: over silence and noise it writes their credits, repeats itself, or echoes its
prompt (Koenecke et al., "Careless Whisper", FAccT 2024, describe the same fault in English). Each check below
needs evidence in the text or in the sound; words that are merely unlikely stay and are marked as uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transcribe.normalisation import comparable
from transcribe.transcript import Removed, Segment
from transcribe.voice_activity import Span, overlap

CHARACTERS_PER_SECOND = 14.0
"""Above the fastest Mandarin (broadcast speech runs at 4 to 6 characters a second, hurried speech at 8 to 9)."""

_CLAUSE = re.compile(r"[^，。！？,.!?；;\s]+[，。！？,.!?；;\s]*")
_CREDITS = re.compile(
    r"字幕(?:由|志愿|制作|提供|组|翻译|校对|by)|字幕:|amara\.?org|不吝点赞|点赞.{0,4}订阅|订阅.{0,4}(?:转发|点赞|打赏)"
    r"|打赏支持|明镜与点点|优优独播|独播剧场|词曲.{0,3}李宗盛|yoyotelevision|(?:谢谢|感谢)(?:您的|大家的?|你的)?(?:观看|收看)"
    r"|(?:中文|翻译).{0,4}志愿者|索兰娅|bwd6",
    re.IGNORECASE,
)
_REPEAT = re.compile(r"(.{1,24}?)\1{3,}")
_MINIMUM_SPEECH = 0.1
_LONG_RUN = 8
_LEAST_SHARE = 0.1


def remove(
    segments: Sequence[Segment], speech: Sequence[Span], prompt: str = ""
) -> tuple[list[Segment], list[Removed]]:
    """The segments without inventions, and what was taken out with start, end and reason, in order of time.

    `speech` is what the voice detector found; `prompt` the text the model was given, if any.
    """
    kept: list[Segment] = []
    removed: list[Removed] = []
    for segment in segments:
        reason = _whole_reason(segment, speech, prompt)
        if reason:
            removed.append(Removed(segment.start, segment.end, segment.text, reason))
            continue
        remaining: Segment | None = segment
        for spans, why in ((_credit_spans(segment.text), "credits"), (_loop_spans(segment, speech), "loop")):
            for start, end in reversed(spans):
                if remaining is not None:
                    remaining, taken = _cut(remaining, start, end, why)
                    removed.append(taken)
            if spans:
                break
        if remaining is not None and comparable(remaining.text):
            kept.append(remaining)
    return kept, sorted(removed, key=lambda part: part.start)


def _whole_reason(segment: Segment, speech: Sequence[Span], prompt: str) -> str | None:
    spoken = overlap(segment.start, segment.end, speech)
    length = segment.end - segment.start
    if spoken < _MINIMUM_SPEECH or (length > 0 and spoken / length < _LEAST_SHARE):
        return "no_speech"
    text = comparable(segment.text)
    if prompt and len(text) >= 4 and text in comparable(prompt):
        return "prompt_echo"
    if len(text) / max(spoken, 0.3) > CHARACTERS_PER_SECOND and not _REPEAT.search(segment.text):
        return "too_fast"
    return None


def _credit_spans(text: str) -> list[tuple[int, int]]:
    return [clause.span() for clause in _CLAUSE.finditer(text) if _CREDITS.search(clause.group())]


def _loop_spans(segment: Segment, speech: Sequence[Span]) -> list[tuple[int, int]]:
    """All but the first turn of a phrase repeated more often or faster than a person says it."""
    spans = []
    rate = len(comparable(segment.text)) / max(overlap(segment.start, segment.end, speech), 0.3)
    for match in _REPEAT.finditer(segment.text):
        unit = len(match.group(1))
        turns = len(match.group()) // unit
        if turns >= _LONG_RUN or rate > CHARACTERS_PER_SECOND * 0.7:
            spans.append((match.start() + unit, match.end()))
    return spans


def _cut(segment: Segment, start: int, end: int, reason: str) -> tuple[Segment | None, Removed]:
    """`segment` without the characters [start, end), its words cut alike, and the record of the cut."""
    text = segment.text[:start] + segment.text[end:]
    inside, outside, position = [], [], 0
    for word in segment.words:
        stop = position + len(word.text)
        if stop <= start or position >= end:
            outside.append(word)
        else:
            inside.append(word)
            rest = word.text[: max(0, start - position)] + word.text[max(0, end - position) :]
            if rest:
                outside.append(replace(word, text=rest))
        position = stop
    cut_start = inside[0].start if inside else segment.start
    cut_end = inside[-1].end if inside else segment.end
    record = Removed(cut_start, cut_end, segment.text[start:end].strip(), reason)
    if not text.strip():
        return None, record
    return replace(
        segment,
        text=text,
        words=tuple(outside),
        start=outside[0].start if outside else segment.start,
        end=outside[-1].end if outside else segment.end,
    ), record
