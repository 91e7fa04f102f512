"""Recordings made with a body camera: declaring one, and telling that its file has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.evidence import clock, size_text
from bot.views.moments import moment
from models.tables import Case, Device, Evidence

DEVICES = 8  # on a card
_SLOT = "declare"


def device_text(device: Device) -> str:
    """`DV-01 现场记录仪`."""
    return f"{device.code} {device.kind}".strip()


def device_screen(t: Translator, devices: Sequence[Device], own: int, *, page: int) -> Screen:
    """Which device recorded. `devices`: all that may be named, the person's own `own` first."""
    rows = Rows()
    for n, device in list(enumerate(devices))[page * DEVICES : (page + 1) * DEVICES]:
        mine = ("★ " if n < own else "") + shorten(device_text(device), 40)
        rows.row(Button(mine, f"dvd:{device.id}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"dvp:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"dvp:{page + 1}") if (page + 1) * DEVICES < len(devices) else None,
    )
    rows.row(_stop(t))
    lines = [
        "📹 " + bold(t("A recording by body camera")),
        t("Which device recorded it? Tap it, or type its number.")
        if devices
        else t("There is no device in the register yet. The archivist or supervisor adds them with /devices."),
    ]
    return Screen(join(lines), rows.done(), slot=_SLOT, moved=True)


def moment_screen(t: Translator, device: Device, start: datetime | None, offers: Sequence[datetime]) -> Screen:
    """When the recording began, or ended once its `start` is known. `offers`: moments known already."""
    rows = Rows()
    rows.flow((Button(moment(t, when), f"dvt:{int(when.timestamp()) // 60}") for when in offers), widest=24, most=1)
    rows.row(_stop(t))
    lines = [
        "📹 " + bold(plain(device_text(device))),
        t("It began: {at}", at=moment(t, start)) if start else None,
        t("When did the recording begin? For example: 14:30, or 3月5日14时30分.")
        if start is None
        else t("When did the recording end?"),
    ]
    return Screen(join(lines), rows.done(), slot=_SLOT, moved=True)


def place_screen(t: Translator, device: Device, start: datetime, end: datetime, place: str | None) -> Screen:
    rows = Rows()
    rows.row(Button("✓ " + t("Use: {text}", text=shorten(place, 40)), "dvo") if place else None)
    rows.row(_stop(t))
    lines = [
        "📹 " + bold(plain(device_text(device))),
        f"{moment(t, start)} – {moment(t, end)}",
        t("Where was it recorded? Type it or share your location."),
    ]
    return Screen(join(lines), rows.done(), slot=_SLOT, moved=True)


def stopped_screen(t: Translator) -> Screen:
    return Screen(t("Nothing was declared."), slot=_SLOT)


def declared_screen(t: Translator, case: Case, evidence: Evidence, device: Device) -> Screen:
    """The receipt of a declaration: what was said, and that the file is still owed."""
    rows = Rows().row(Button("🗑 " + t("Withdraw no. {id}", id=evidence.id), f"ewd:{evidence.id}"))
    lines = [
        "📹 " + bold(t("Recording no. {id} declared", id=evidence.id)),
        *_said(t, evidence, device),
        t("Case {number}", number=plain(case.number)) if case.number else None,
        "⚠ " + t("Its file is still owed: it is imported from the device. The term runs from the end of recording."),
    ]
    return Screen(join(lines), rows.done(), slot=_SLOT)


def _said(t: Translator, evidence: Evidence, device: Device) -> list[str]:
    assert evidence.captured_at is not None and evidence.ended_at is not None
    length = clock((evidence.ended_at - evidence.captured_at).total_seconds())
    return [
        t("Device: {device}", device=plain(device_text(device))),
        f"{moment(t, evidence.captured_at)} – {moment(t, evidence.ended_at)} · {length}",
        t("Place (declared): {place}", place=plain(evidence.place or "—")),
    ]


def arrived_screen(t: Translator, case: Case, evidence: Evidence, device: Device, *, transcribable: bool) -> Screen:
    """The file of a declared recording is there."""
    rows = Rows()
    rows.row(Button("📝 " + t("Make a transcript draft"), f"tmake:{evidence.id}") if transcribable else None)
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    name, size = plain(shorten(evidence.file_name, 60)), size_text(t, evidence.size)
    seconds = f" · {clock(evidence.seconds)}" if evidence.seconds is not None else ""
    lines = [
        "📥 " + bold(t("The file of recording no. {id} has arrived", id=evidence.id)),
        *_said(t, evidence, device),
        t("Case {number}", number=plain(case.number)) if case.number else None,
        f"{name} · {size}{seconds}",
        f"SHA-256 <code>{evidence.sha256[:16]}…</code>",
        "⚠ " + t("The recording is cut off: it holds less than it promises.")
        if evidence.details.get("truncated")
        else None,
    ]
    return Screen(join(lines), rows.done())


def _stop(t: Translator) -> Button:
    return Button(t("Do not declare"), "dvx")
