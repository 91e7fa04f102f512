"""What lies on a disc of recordings: file names that every system takes, the manifest, and a page of explanation."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from dialogs.papers.blocks import DISPOSED
from dialogs.zone import SHANGHAI

FORMAT = "zhilu.disc/1"
DISC_FORMAT = "iso"  # the format of a paper that is a disc image
_LONGEST_NAME = 64  # UTF-8 bytes, which pycdlib counts where Joliet counts 64 characters
_NAMELESS = "录音录像"
_REFUSED = re.compile(r'[\\/:*?"<>|;]')  # by Joliet or Windows
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, direction marks, halves of characters, line breaks
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins so
_UNKNOWN = ".bin"
_SUFFIX_OF = {
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/webm": ".webm",
    "audio/x-m4a": ".m4a",
    "audio/x-wav": ".wav",
    "video/3gpp": ".3gp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
}
# Only names of sound and video: what was sent as `记录.exe` must not lie on the disc as a program.
_SUFFIXES = frozenset(
    [*_SUFFIX_OF.values(), ".avi", ".mka", ".mpeg", ".mpg", ".oga", ".opus", ".ts", ".wma", ".wmv"]
)  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """One recording as received. `source` is where its bytes lie, `original` the name it was sent under."""

    evidence: int
    source: Path
    sha256: str
    size: int
    seconds: float | None
    received_at: datetime
    officer: str
    original: str = ""
    media_type: str = ""


@dataclass(frozen=True)
class Gone:
    """A recording that belonged here and was disposed of by decision: its entry stays, its bytes do not."""

    evidence: int
    sha256: str
    size: int
    seconds: float | None
    received_at: datetime
    disposed_at: datetime


@dataclass(frozen=True)
class Disc:
    """One disc, as the record `title` of the case `case` hands it over.

    volume: its label, at most 16 of A-Z, 0-9 and _. lines: label and text of each answer of the record.
    """

    volume: str
    agency: str
    case: str
    title: str
    submitted_at: datetime
    lines: tuple[tuple[str, str], ...]
    recordings: tuple[Recording, ...]
    gone: tuple[Gone, ...] = ()


def disc_name(recording: Recording) -> str:
    """`0012_现场录音.wav`: the evidence number makes it unique, whatever the file was called when it was sent."""
    given = recording.original.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = given.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in _SUFFIXES:
        stem = given
        suffix = _SUFFIX_OF.get(recording.media_type.partition(";")[0].strip().lower(), _UNKNOWN)
    start = f"{recording.evidence:04}_"
    room = _LONGEST_NAME - len(start) - len(suffix)
    return start + (_cut(_clean(stem), room) or _NAMELESS) + suffix


def text_files(disc: Disc) -> Mapping[str, bytes]:
    """The three files besides the recordings, by name. With a byte order mark where Windows needs one."""
    return {
        "manifest.csv": _csv(disc).encode("utf-8-sig"),
        "manifest.json": _json(disc).encode(),
        "说明.txt": _explanation(disc).encode("utf-8-sig"),
    }


def _clean(text: str) -> str:
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in _INVISIBLE
    )
    return " ".join(_REFUSED.sub("_", visible).split()).strip(" .")


def _cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, whole characters."""
    return text.encode()[:limit].decode(errors="ignore").strip(" .")


def _json(disc: Disc) -> str:
    entries = [
        {
            "evidence": one.evidence,
            "file": disc_name(one),
            "sha256": one.sha256,
            "bytes": one.size,
            "seconds": one.seconds,
            "received_at": _moment(one.received_at),
            "officer": one.officer,
            "case": disc.case,
            "original_name": _printable(one.original),
        }
        for one in disc.recordings
    ]
    gone = [
        {
            "evidence": one.evidence,
            "remark": DISPOSED,
            "sha256": one.sha256,
            "bytes": one.size,
            "seconds": one.seconds,
            "received_at": _moment(one.received_at),
            "disposed_at": _moment(one.disposed_at),
        }
        for one in disc.gone
    ]
    whole = {
        "format": FORMAT,
        "agency": disc.agency,
        "case": disc.case,
        "record": disc.title,
        "submitted_at": _moment(disc.submitted_at),
        "recordings": entries,
        **({"disposed": gone} if gone else {}),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _csv(disc: Disc) -> str:
    page = StringIO(newline="")
    rows = csv.writer(page)
    rows.writerow(
        ["证据编号", "文件", "SHA-256", "字节数", "时长（秒）", "收到时间", "执法人员", "案号", "收到时的文件名"]
    )  # fmt: skip
    for one in disc.recordings:
        seconds = "" if one.seconds is None else f"{one.seconds:g}"
        texts = [_cell(text) for text in (one.officer, disc.case, _printable(one.original))]
        rows.writerow(
            [one.evidence, disc_name(one), one.sha256, one.size, seconds, _moment(one.received_at), *texts]
        )  # fmt: skip
    for gone in disc.gone:
        seconds = "" if gone.seconds is None else f"{gone.seconds:g}"
        where = [_moment(gone.received_at), "", _cell(disc.case), ""]
        rows.writerow([gone.evidence, DISPOSED, gone.sha256, gone.size, seconds, *where])
    return page.getvalue()


def _explanation(disc: Disc) -> str:
    total = sum(one.size for one in disc.recordings)
    lines = [
        "音像记录光盘说明",
        "",
        f"单位：{disc.agency}",
        f"案号：{disc.case}",
        f"依据：{disc.title}（{_moment(disc.submitted_at)}提交）",
        *(f"{label}：{' '.join(text.split())}" for label, text in disc.lines),
        "",
        f"盘内有录音录像{len(disc.recordings)}件，共{total}字节；已撤回的不在盘内。",
        *([f"另有{len(disc.gone)}件{DISPOSED}，不在盘内，清单中仍列出。"] if disc.gone else []),
        "文件名以证据编号开头。manifest.csv 可用表格软件打开，manifest.json 供程序读取，内容相同：",
        "每个文件的 SHA-256、大小、时长、收到时间和执法人员。",
        "",
        "核对方法：重新计算文件的 SHA-256，与清单一致即未改动。",
        "Windows：certutil -hashfile 文件名 SHA256",
        "Linux：sha256sum 文件名",
    ]
    return "\r\n".join(lines) + "\r\n"


def _printable(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
