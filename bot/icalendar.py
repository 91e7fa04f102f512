"""An iCalendar file (RFC 5545) that phones subscribe to: one event per entry, its alarms, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_OCTETS = 75  # of one line, without its end (section 3.1)
_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Entry:
    """`uid` stays the same while the entry exists; `sequence` grows when it moves, `stamp` is when that was.

    start, end: aware. alarms: how long before `start` each comes.
    """

    uid: str
    summary: str
    description: str
    start: datetime
    end: datetime
    stamp: datetime
    sequence: int = 0
    url: str = ""
    alarms: Sequence[timedelta] = ()


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The file: UTF-8, lines folded at 75 octets and ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zhilu//Deadlines//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",  # RFC 7986
        "X-PUBLISHED-TTL:PT1H",
        *(line for entry in entries for line in _event(entry)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_utc(entry.stamp)}"
    yield f"DTSTART:{_utc(entry.start)}"
    yield f"DTEND:{_utc(entry.end)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"  # an end to be met keeps nobody busy
    for ahead in entry.alarms:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_text(entry.summary)}"
        yield f"TRIGGER:-PT{max(int(ahead.total_seconds()) // 60, 0)}M"
        yield "END:VALARM"
    yield "END:VEVENT"


def _utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return "".join(each for each in value.translate(_TEXT) if each >= " " and each != "\x7f")


def _folded(line: str) -> bytes:
    """Cut between characters, never inside one; what goes on begins with a blank, which counts."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
