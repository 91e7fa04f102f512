"""Draft lines of a record of questioning (询问笔录): 问 and 答 guessed from the form of what was said.

A guess by grammar alone: interrogative words, question particles and A-not-A forms (Zhu Dexi, 语法讲义, on
interrogative sentences). What shows no form is `answer` right after a question, else `unknown`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from transcribe.figures import figures
from transcribe.marks import Change, Figure, Proposal, moved
from transcribe.transcript import DialectWord, Segment, Transcript, uncertain

LONGEST_PAUSE = 1.5
"""Seconds of silence within one line; beyond it somebody else may have spoken."""
LONGEST_LINE = 90
"""Characters after which a pause begins a new line: what is read and corrected as one on a phone."""

Role = Literal["question", "answer", "unknown"]

_STOPS = "，。！？、；：,.!?"
_CLOSED_PARTICLE = re.compile(r"(?:吗|么|呢|吧|没有|不是|是不是|对不对|对吧|是吧|行不行|可以吗|咩|冇)[？?。\s]*$")
_ANSWERS = re.compile(r"^(?:是的|不是|对|嗯|没有|有的|我|俺|不知道|不清楚|记得|不记得|大概|当时|因为)")
_INTERROGATIVE = re.compile(
    r"什么|谁|哪里|哪儿|哪个|哪些|哪一|怎么|怎样|为什么|为何|多少|几(?:个|点|次|人|天|号|月|岁|时)|多久|多大|何时|何地|是否|有无|"
    r"咋|啥|边个|点解|几多"
)
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])[不没]\1")
_UNKNOWING = re.compile(r"不知道|不晓得|不清楚|记不|忘了|唔知|晓不得")
_NOT_ASKING = re.compile(
    rf"(?:{_UNKNOWING.pattern}|没|不|都|也|无论|不管).{{0,4}}(?:什么|谁|哪|怎么|多少|咋|啥)|什么的[。，]?$"
    r"|(?:什么|谁|哪\w?|怎么|多少|咋|啥).{0,2}[都也]"
)
_ADDRESS = re.compile(r"^(?:请问|请你|请您|请说|你|您|恁|介绍一下|说一下|讲一下)")


@dataclass(frozen=True)
class Line:
    """A draft line: times in seconds, everything else by characters (from, to) of `text`, in order.

    `uncertain`: heard with little confidence. `changes`: written otherwise than heard, with what was heard.
    `proposals`: may be a term of the case, and stands as heard. `figures`: beside the spoken form the written one.
    """

    start: float
    end: float
    role: Role
    text: str
    uncertain: tuple[tuple[int, int], ...]
    dialect: tuple[DialectWord, ...]
    speaker: str | None = None
    changes: tuple[Change, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    figures: tuple[Figure, ...] = ()


def lines(transcript: Transcript, threshold: float = 0.5) -> list[Line]:
    """The lines of `transcript` in order; neighbours of one known role and speaker are one line while it is short.

    Lines of unknown role stay apart, since each may be somebody else's. Where voices are known, a role is guessed for
    each voice and not for each line.
    """
    roles = _roles(transcript.segments)
    drafted: list[Line] = []
    pieces: list[tuple[Segment, list[Segment], Role]] = []
    for segment, role in zip(transcript.segments, roles, strict=True):
        if pieces and _continues(pieces[-1], segment, role):
            pieces[-1][1].append(segment)
        else:
            pieces.append((segment, [segment], role))
    for first, parts, role in pieces:
        drafted.append(_line(first, parts, role, threshold))
    return drafted


def whole(transcript: Transcript, threshold: float = 0.5) -> Line | None:
    """Everything said as one line of unknown role: a voice message is one person's turn. None where nothing was."""
    return (
        _line(transcript.segments[0], list(transcript.segments), "unknown", threshold) if transcript.segments else None
    )


def asks(text: str) -> bool:
    """Whether `text` has the form of a question."""
    stripped = text.strip()
    if stripped.endswith(("？", "?")):
        return True
    if _ANSWERS.match(stripped):
        return False
    if _CLOSED_PARTICLE.search(stripped) or (_A_NOT_A.search(stripped) and not _UNKNOWING.search(stripped)):
        return True
    return bool(_INTERROGATIVE.search(stripped)) and not _NOT_ASKING.search(stripped)


def _roles(segments: tuple[Segment, ...]) -> list[Role]:
    by_form: list[Role] = []
    for segment in segments:
        if asks(segment.text) or (_ADDRESS.match(segment.text.strip()) and "请" in segment.text[:3]):
            by_form.append("question")
        elif by_form and by_form[-1] != "unknown":
            by_form.append("answer")
        else:
            by_form.append("unknown")
    by_voice = _roles_of_voices(segments, by_form)
    return [by_voice.get(segment.speaker, role) for segment, role in zip(segments, by_form, strict=True)]


def _roles_of_voices(segments: tuple[Segment, ...], roles: list[Role]) -> dict[str | None, Role]:
    """Whoever asks nearly as large a share of what they say as the one who asks most is asking too.

    Two officers question one person, and one of them may say little. Nothing where all ask alike, as one voice does.
    """
    shares: dict[str | None, float] = {}
    for speaker in {segment.speaker for segment in segments if segment.speaker is not None}:
        own = [role for segment, role in zip(segments, roles, strict=True) if segment.speaker == speaker]
        shares[speaker] = own.count("question") / len(own)
    most, least = max(shares.values(), default=0.0), min(shares.values(), default=0.0)
    if most == least:
        return {}
    return {speaker: "question" if share >= (most + least) / 2 else "answer" for speaker, share in shares.items()}


def _continues(piece: tuple[Segment, list[Segment], Role], segment: Segment, role: Role) -> bool:
    first, parts, previous = piece
    if previous != role or first.speaker != segment.speaker or role == "unknown":
        return False
    length = sum(len(part.text) for part in parts) + len(segment.text)
    return segment.start - parts[-1].end <= LONGEST_PAUSE and length <= LONGEST_LINE


def _line(first: Segment, parts: list[Segment], role: Role, threshold: float) -> Line:
    text = ""
    spans: list[tuple[int, int]] = []
    dialect: dict[str, DialectWord] = {}
    changes: list[Change] = []
    proposals: list[Proposal] = []
    for part in parts:
        stripped = part.text.strip()
        if text and stripped and text[-1] not in _STOPS:
            text += "，"  # a pause was heard here
        offset = len(text) - (len(part.text) - len(part.text.lstrip()))
        for start, end in uncertain(part.words, threshold) if part.spelled else ():
            left, right = max(start + offset, len(text)), min(end + offset, len(text) + len(stripped))
            if left < right:
                spans.append((left, right))
        text += stripped
        dialect.update({word.term: word for word in part.dialect})
        changes += moved(part.changes, offset)
        proposals += moved(part.proposals, offset)
    return Line(
        first.start,
        parts[-1].end,
        role,
        text,
        tuple(spans),
        tuple(dialect.values()),
        first.speaker,
        tuple(changes),
        tuple(proposals),
        tuple(figures(text)),
    )
