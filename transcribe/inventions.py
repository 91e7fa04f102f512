"""Text the model writes that nobody spoke, found by evidence and listed, never silently dropped.

Whisper learnt from subtitles: over silence and noise it writes their credits, repeats itself, or echoes its
prompt (Koenecke et al., "Careless Whisper", FAccT 2024, describe the same fault in English). Each check below
needs evidence in the text or in the sound; words that are merely unlikely stay and are marked as uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transcribe.normalisation import comparable, simplified
from transcribe.transcript import Removed, Segment, Word
from transcribe.voice_activity import Span, overlap

CHARACTERS_PER_SECOND = 14.0
"""Above the fastest Mandarin (broadcast speech runs at 4 to 6 characters a second, hurried speech at 8 to 9)."""

REPEATS = 4
"""Segments of the same text in a row that are a loop of the model, if the text is longer than an answer."""

UNSURE = 0.6
"""Mean probability of words under which little else has to speak against them."""

_CLAUSE = re.compile(r"(?:[^，。！？,.!?；;\s]|(?<=[a-z])[.\s](?=[a-z]))+[，。！？,.!?；;\s]*", re.IGNORECASE)
_NEVER_SAID = re.compile(
    r"amara ?\.?org|字幕由.{0,20}(?:提供|制作)|字幕志愿者\s*\w{0,4}|(?:字幕|词曲|作曲|曲).{0,4}李宗盛|索兰娅|bwd6"
    r"|不吝点赞|打赏支持|明镜与点点|明镜需要您的支持|订阅明镜|点赞.{0,4}订阅.{0,4}(?:转发|打赏)|按下小铃铛"
    r"|优优独播|独播剧场|yoyo ?television|television series exclusive|ming ?pao (?:canada|toronto)|zither harp"
    r"|subtitles? by |thanks? (?:you )?for watching|please subscribe",
    re.IGNORECASE,
)
"""Credits of subtitlers and channels, as published lists of Whisper's Chinese inventions have them."""

_SELDOM_SAID = re.compile(
    r"(?:谢谢|感谢|多谢)(?:大家|各位|您|你)?的?(?:观看|收看|收听|聆听|收睇)(?:再见|下期再见)?"
    r"|(?:我们)?下(?:期|集|个视频)(?:节目|视频)?(?:再)?见"
    r"|(?:请|欢迎|记得|别忘了|大家|点击|我的|频道|并且|和|一键三连|点赞|按赞|订阅|转发|分享|打赏|关注|打开|小铃铛|评论)+"
    r"|(?:本|中文|简体|繁体|简体中文)?字幕(?:组|制作|提供|翻译|校对|by.*)?|(?:作词|作曲|编曲|演唱|词曲|词|曲)+.{0,3}"
    r"|未经.{0,6}许可.{0,4}转载",
    re.IGNORECASE,
)
"""What people may say as well, at least within a sentence. In `comparable` form."""

_ANNOTATION = re.compile(r"\s*(?:[（(\[【［].*[）)\]】］]|[♪♫♬*].*)\s*", re.DOTALL)
_PROMPTS = ("以下是普通话的句子", "以下是普通话的句子请使用简体中文", "使用简体中文")
"""Prompts so common that models were trained on transcripts that hold them."""

_REPEAT = re.compile(r"(.{1,24}?)\1{3,}")
_MINIMUM_SPEECH = 0.1
_LONG_RUN = 8
_LEAST_SHARE = 0.1
_ANSWER = 6
_BESIDE = 0.5


def remove(
    segments: Sequence[Segment], speech: Sequence[Span], prompt: str = ""
) -> tuple[list[Segment], list[Removed]]:
    """The segments without inventions, and what was taken out with start, end and reason, in order of time.

    `speech` is what the voice detector found; `prompt` the text the model was given, if any.
    """
    kept: list[Segment] = []
    removed: list[Removed] = []
    looping = _loops(segments)
    for index, segment in enumerate(segments):
        reason = "loop" if index in looping else _whole_reason(segment, speech, prompt)
        if reason:
            removed.append(Removed(segment.start, segment.end, segment.text.strip(), reason))
            continue
        remaining: Segment | None = segment
        for spans, why in ((_credit_spans(segment), "credits"), (_loop_spans(segment, speech), "loop")):
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
        # Alignment may put the first word after a pause before it: what was heard surely beside speech was said.
        beside = overlap(segment.start - _BESIDE, segment.end + _BESIDE, speech) > 0
        if not beside or _sureness(segment.words) < UNSURE:
            return "no_speech"
    text = comparable(segment.text)
    if text and _ANNOTATION.fullmatch(segment.text):
        return "annotation"
    if _SELDOM_SAID.fullmatch(text):
        return "credits"
    if len(text) >= 4 and (text in _PROMPTS or _echoes(text, comparable(prompt), segment)):
        return "prompt_echo"
    if len(text) / max(spoken, 0.3) > CHARACTERS_PER_SECOND and not _REPEAT.search(segment.text):
        return "too_fast"
    return None


def _echoes(text: str, prompt: str, segment: Segment) -> bool:
    """All of the prompt again, or a part that was hardly heard: a name in it may have been said by itself."""
    return text == prompt or (text in prompt and _sureness(segment.words) < UNSURE)


def _loops(segments: Sequence[Segment]) -> set[int]:
    """Indexes of segments that repeat those before them, one or two at a time, as often as nobody does."""
    texts = [comparable(segment.text) for segment in segments]
    found: set[int] = set()
    for period in (1, 2):
        begin = 0
        for end in range(period, len(texts) + 1):
            if end < len(texts) and texts[end] == texts[end - period] and len(texts[end]) >= _ANSWER:
                continue
            if end - begin >= REPEATS * period:
                found.update(range(begin + period, end))
            begin = end - period + 1
    return found


def _credit_spans(segment: Segment) -> list[tuple[int, int]]:
    """Clauses of credits, and those beside them that only credits or farewells have."""
    # Characters are compared as Simplified ones, which are as many.
    text = simplified(segment.text) if len(simplified(segment.text)) == len(segment.text) else segment.text
    clauses = list(_CLAUSE.finditer(text))
    seldom = [bool(_SELDOM_SAID.fullmatch(comparable(clause.group()))) for clause in clauses]
    credits = [found.span() for found in _NEVER_SAID.finditer(text)]
    taken = [
        any(start < clause.end() and end > clause.start() for start, end in credits)
        or (odd and _sureness(_at(segment, *clause.span())) < UNSURE)
        for clause, odd in zip(clauses, seldom, strict=True)
    ]
    for order in (range(1, len(clauses)), range(len(clauses) - 2, -1, -1)):
        for index in order:
            taken[index] |= seldom[index] and taken[index - order.step]
    return [clause.span() for clause, out in zip(clauses, taken, strict=True) if out]


def _at(segment: Segment, start: int, end: int) -> list[Word]:
    words, position = [], 0
    for word in segment.words:
        if position < end and position + len(word.text) > start:
            words.append(word)
        position += len(word.text)
    return words


def _sureness(words: Sequence[Word]) -> float:
    """Mean probability of `words`; 1 when nothing is known of them."""
    return sum(word.probability for word in words) / len(words) if words else 1.0


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
