"""What a person is told about files: received, held, withdrawn, and the view made of a photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from babel.numbers import format_decimal

from bot.i18n import Translator
from bot.screen import Attachment, Button, Rows, Screen, bold, join, plain, shorten
from bot.views.moments import moment
from models.tables import Case, Evidence

_NAME = 60
_HASH = 16


def clock(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size_text(t: Translator, size: int) -> str:
    """Bytes in the unit people know: `2.1 MB`."""
    unit, name = (1 << 20, "MB") if size >= 1 << 20 else (1 << 10, "KB")
    return f"{format_decimal(max(0.1, size / unit), '#,##0.0', locale=t.locale)} {name}"


def kind_text(t: Translator, kind: str) -> str:
    return {"photo": t("Photo"), "recording": t("Recording"), "file": t("File")}[kind]


def received_screen(
    t: Translator,
    case: Case,
    evidence: Evidence,
    album: Sequence[Evidence],
    still_asked: str | None,
    *,
    transcribable: bool = False,
) -> Screen:
    """The receipt. An album has one card that counts its photos; `still_asked`: the file was no answer to it."""
    if len(album) > 1:
        head = "✓ " + bold(t("{n} files of this album received, nos. {first} to {last}", n=len(album),
                             first=album[0].id, last=album[-1].id))  # fmt: skip
    else:
        head = "✓ " + bold(t("{kind} no. {id} received", kind=kind_text(t, evidence.kind), id=evidence.id))
    rows = Rows()
    rows.row(Button("📝 " + t("Make a transcript draft"), f"tmake:{evidence.id}") if transcribable else None)
    withdraw = [Button("🗑 " + t("Withdraw no. {id}", id=one.id), f"ewd:{one.id}") for one in album]
    rows.flow(withdraw, widest=20, most=2)
    lines = [
        head,
        _file_line(t, evidence),
        t("Case {number}", number=plain(case.number)) if case.number else None,
        t("Received by the server: {at}", at=moment(t, evidence.received_at)),
        *_claims(t, evidence),
        f"SHA-256 <code>{evidence.sha256[:_HASH]}…</code>",
        *_warnings(t, evidence),
        t("Kept with the case; it is no answer to “{ask}”, which is still asked.", ask=plain(still_asked))
        if still_asked
        else None,
    ]
    name = evidence.details.get("album")
    return Screen(join(lines), rows.done(), slot=f"album:{name}" if name else None)


def _file_line(t: Translator, evidence: Evidence) -> str:
    parts = [plain(shorten(evidence.file_name, _NAME))] if evidence.file_name else []
    parts.append(size_text(t, evidence.size))
    if evidence.seconds is not None:
        parts.append(clock(evidence.seconds))
    if "width" in evidence.details:
        parts.append(f"{evidence.details['width']}×{evidence.details['height']}")
    return " · ".join(parts)


def _claims(t: Translator, evidence: Evidence) -> list[str]:
    """What the file says of itself; shown beside the server's time and never taken for proven."""
    claims = []
    if evidence.captured_at is not None:
        claims.append(t("Time in the file (unproven): {at}", at=moment(t, evidence.captured_at)))
    if evidence.place is not None:
        claims.append(t("Place in the file (unproven): {place}", place=plain(evidence.place)))
    return claims


def _warnings(t: Translator, evidence: Evidence) -> list[str]:
    warnings = []
    origin = evidence.details.get("origin")
    if origin == "?":
        warnings.append("⚠ " + t("Forwarded: not taken on site."))
    elif origin:
        warnings.append("⚠ " + t("Forwarded from {origin}: not taken on site.", origin=plain(shorten(origin, _NAME))))
    if evidence.details.get("truncated"):
        warnings.append("⚠ " + t("The recording is cut off: it holds less than it promises."))
    if evidence.details.get("silent"):
        warnings.append("⚠ " + t("This video has no sound track."))
    return warnings


def held_screen(t: Translator, cases: Sequence[Case], seq: int, size: int) -> Screen:
    """The file is safe, but belongs to no case yet."""
    rows = Rows()
    for case in cases:
        shown = case.number or t("case being opened, begun {at}", at=moment(t, case.opened_at))
        rows.row(Button(shorten(shown, 40), f"keep:{case.id}:{seq}"))
    text = join(["✓ " + bold(t("File received ({size})", size=size_text(t, size))), t("Which case does it belong to?")])
    return Screen(text, rows.done(), slot=f"held:{seq}")


def attached_screen(t: Translator, case: Case, seq: int) -> Screen:
    """Stands in the place of the question which case a file belongs to."""
    number = case.number or t("case being opened, begun {at}", at=moment(t, case.opened_at))
    return Screen("✓ " + t("Kept with {case}", case=plain(number)), slot=f"held:{seq}")


def withdrawal_prompt(t: Translator, evidence: Evidence) -> Screen:
    kind = kind_text(t, evidence.kind)
    return Screen(
        join(
            [
                bold(t("Withdraw {kind} no. {id}", kind=kind, id=evidence.id)),
                t("Please write the reason. It stays visible, marked as withdrawn, with your name and the reason."),
            ]
        ),
        ((Button(t("Do not withdraw"), "ewn"),),),
    )


def not_withdrawn_screen(t: Translator) -> Screen:
    return Screen(t("Nothing was withdrawn."))


def withdrawn_screen(t: Translator, evidence: Evidence) -> Screen:
    kind = kind_text(t, evidence.kind)
    return Screen(
        join(
            [
                "🗑 " + bold(t("{kind} no. {id} is withdrawn", kind=kind, id=evidence.id)),
                t("Reason: {reason}", reason=plain(evidence.reason or "")),
                t("It is kept and stays visible as withdrawn."),
            ]
        )
    )


def watermark_lines(t: Translator, case: Case, evidence: Evidence, officer: str, place: str | None) -> list[str]:
    """The band under a photo, in the officer's language. Plain text."""
    taken = t("Time in the file (unproven): {at}", at=moment(t, evidence.captured_at)) if evidence.captured_at else None
    lines = [
        t("Received by the server: {at}", at=moment(t, evidence.received_at)),
        taken,
        t("Place (declared): {place}", place=place) if place else None,
        t("Case {number}", number=case.number) if case.number else None,
        t("Officer: {name}", name=officer),
        t("Forwarded: not taken on site.") if evidence.details.get("origin") else None,
    ]
    return [line for line in lines if line]


def photo_view_screen(t: Translator, evidence: Evidence, sha256: str) -> Screen:
    caption = t("Photo no. {id}, view with time and place. The original is kept unchanged.", id=evidence.id)
    return Screen(caption, attachment=Attachment("photo", sha256, f"{evidence.id}.jpg"))


def photo_view_fault_screen(t: Translator, evidence_id: int, reason: str) -> Screen:
    return Screen(
        "⚠ " + t("No view of photo no. {id} could be made; the original is kept.", id=evidence_id) + "\n" + reason
    )


def evidence_screen(t: Translator, evidence: Evidence) -> Screen:
    """The bytes themselves, of a photo the view with time and place where there is one."""
    caption = t("{kind} no. {id}", kind=kind_text(t, evidence.kind), id=evidence.id)
    sha256 = str(evidence.details.get("view") or evidence.sha256)
    kind: Literal["photo", "voice", "audio", "document"] = "document"
    if evidence.kind == "photo":
        kind = "photo"
    elif evidence.kind == "recording" and not evidence.details.get("video"):
        kind = "voice" if evidence.details.get("codec") == "opus" and not evidence.file_name else "audio"
    name = evidence.file_name or f"{evidence.id}.{'jpg' if evidence.kind == 'photo' else 'ogg'}"
    return Screen(caption, attachment=Attachment(kind, sha256, name))
