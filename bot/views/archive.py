"""What a case holds and how long it is kept; what became of it by a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from bot.views.declared import device_text
from bot.views.evidence import clock, kind_text, size_text
from bot.views.faults import fault_text
from bot.views.moments import day, moment
from dialogs.packs.schema import Pack
from dialogs.retention import Kept
from dialogs.zone import SHANGHAI
from models.tables import Case, Device, Evidence, Paper, Record

ITEMS = 8  # on a page
_LINES = 20
_LISTED = 400  # characters of numbers on a card
_TITLE = 60
_DISCS, _REFUSALS = 3, 4


class Judged(Protocol):
    """One piece of evidence named in a decision; see `bot.use_cases.dispose`."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def params(self) -> Mapping[str, object]: ...
    @property
    def before(self) -> bool: ...


class Disc(Protocol):
    """A disc image that holds some of the pieces."""

    @property
    def paper(self) -> Paper: ...
    @property
    def title(self) -> str: ...
    @property
    def holds(self) -> Sequence[int]: ...


class Decision(Protocol):
    """All that a decision names."""

    @property
    def items(self) -> Sequence[Judged]: ...
    @property
    def discs(self) -> Sequence[Disc]: ...


def kept_text(t: Translator, pack: Pack, kept: Kept) -> str:
    """`保存至2028年1月31日（第十七条）`."""
    said = {
        "until": t("kept until {day}", day=_last_day(t, kept.until)) if kept.until else "",
        "permanent": t("kept permanently"),
        "open": t("kept as the case file; its term runs from archiving"),
        "unjudged": t("kept: a rule on its term cannot be checked"),
        "undecided": t("no term is stated: kept until a decision"),
    }[kept.end]
    if kept.end == "undecided" and kept.until:
        said += t(", at least until {day}", day=_last_day(t, kept.until))
    return f"{said}（{basis_text(t, pack, kept.basis)}）" if kept.basis else said


def _last_day(t: Translator, until: datetime) -> str:
    """Terms end at 24:00 of their last day, which is 0:00 of the next."""
    return day(t, (until - timedelta(seconds=1)).astimezone(SHANGHAI).date())


def evidence_list_screen(
    t: Translator, case: Case, pack: Pack, shown: Sequence[tuple[Evidence, Kept]], file: Kept, *, page: int, total: int
) -> Screen:
    """A page of the case's evidence, each with its state and term."""
    rows, lines = Rows(), []
    for evidence, kept in shown:
        title = f"{evidence.id} · {kind_text(t, evidence.kind)} · {state_text(t, evidence)}"
        rows.row(Button(shorten(title, 44), f"ev:{evidence.id}"))
        lines.append(f"{plain(title)}\n    <i>{plain(kept_text(t, pack, kept))}</i>")
    rows.row(
        Button("‹ " + t("Earlier"), f"evl:{case.id}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"evl:{case.id}:{page + 1}") if (page + 1) * ITEMS < total else None,
    )
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    head = [
        bold(t("Evidence of {case}", case=plain(case.number or "—"))),
        t("The case file: {kept}", kept=plain(kept_text(t, pack, file))),
        t.plural("{n} piece", "{n} pieces", total),
    ]
    return Screen(join([*head, *lines]), rows.done(), slot=f"evl:{case.id}")


def state_text(t: Translator, evidence: Evidence) -> str:
    if evidence.disposed_at is not None:
        return t("disposed of on {day}", day=moment(t, evidence.disposed_at))
    return {
        "received": t("received {at}", at=moment(t, evidence.received_at)),
        "declared": t("declared, its file is owed"),
        "withdrawn": t("withdrawn"),
    }[evidence.state]


def evidence_card(
    t: Translator, case: Case, pack: Pack, evidence: Evidence, kept: Kept, officer: str, device: Device | None,
    *, may_change: bool,
) -> Screen:  # fmt: skip
    """Everything known of one piece, and what may be done with it."""
    rows, here = Rows(), evidence.state != "declared" and evidence.disposed_at is None
    rows.row(Button("📄 " + t("Open it"), f"evo:{evidence.id}") if here else None)
    withdrawable = may_change and evidence.state != "withdrawn" and evidence.disposed_at is None
    rows.row(Button("🗑 " + t("Withdraw no. {id}", id=evidence.id), f"ewd:{evidence.id}") if withdrawable else None)
    rows.row(Button(t("All evidence"), f"evl:{case.id}:0"), Button(t("To the case"), f"case:{case.id}"))
    size = [size_text(t, evidence.size)] if evidence.size else []
    length = [clock(evidence.seconds)] if evidence.seconds is not None else []
    span = evidence.captured_at and evidence.ended_at
    lines = [
        bold(t("{kind} no. {id}", kind=kind_text(t, evidence.kind), id=evidence.id)),
        t("Case {number}", number=plain(case.number)) if case.number else None,
        t("State: {state}", state=plain(state_text(t, evidence))),
        t("Reason: {reason}", reason=plain(evidence.reason)) if evidence.reason else None,
        t("Officer: {name}", name=plain(officer)),
        t("Device: {device}", device=plain(device_text(device))) if device else None,
        f"{moment(t, evidence.captured_at)} – {moment(t, evidence.ended_at)}" if span else None,  # type: ignore[arg-type]
        " · ".join([*([plain(shorten(evidence.file_name, 60))] if evidence.file_name else []), *size, *length]) or None,
        f"SHA-256 <code>{evidence.sha256[:16]}…</code>" if evidence.sha256 else None,
        t("Kept: {term}", term=plain(kept_text(t, pack, kept))),
    ]
    return Screen(join(lines), rows.done(), slot=f"ev:{evidence.id}", fresh=True)


def disposal_lines(t: Translator, named: Decision) -> list[str]:
    """What approving it will delete, as it was read from the answer, before anybody decides."""
    going = [item.id for item in named.items if not item.code and not item.before]
    refused = [item for item in named.items if item.code]
    lines = ["🗄 " + t("To be deleted on approval: nos. {ids}", ids=bold(_numbers(going)))] if going else []
    lines += [
        "🗄 "
        + t(
            "Deleted with them: the disc image of “{title}” made on {day}, which holds nos. {ids}. Its other "
            "recordings stay in the case.",
            title=plain(shorten(disc.title, _TITLE)),
            day=moment(t, disc.paper.made_at),
            ids=_numbers(disc.holds),
        )
        for disc in named.discs[:_DISCS]
    ]
    left = len(named.discs) - _DISCS
    lines += ["🗄 " + t.plural("and {n} more disc image", "and {n} more disc images", left)] if left > 0 else []
    lines += [_before_line(t, named)] if any(item.before for item in named.items) else []
    return [*lines, *(refusal_line(t, item) for item in refused[:_REFUSALS])]


def _before_line(t: Translator, named: Decision) -> str:
    ids = _numbers([item.id for item in named.items if item.before])
    return t("Disposed of by the version that is corrected: nos. {ids}", ids=ids)


def _numbers(ids: Sequence[int]) -> str:
    """`3、5、7-9`, cut where it grows too long for a card."""
    spans: list[list[int]] = []
    for number in sorted(ids):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return shorten("、".join(str(a) if a == b else f"{a}-{b}" for a, b in spans), _LISTED)


def disposed_screen(t: Translator, case: Case, record: Record, named: Decision) -> Screen:
    """What the decision has done, and what it could not do."""
    gone = [str(item.id) for item in named.items if not item.code and not item.before]
    refused = [item for item in named.items if item.code]
    lines = [
        "🗄 " + bold(t("Disposal by decision")),
        t("Case {number}", number=plain(case.number)) if case.number else None,
        t("Disposed of: nos. {ids}. Their entries and hashes stay.", ids="、".join(gone)) if gone else None,
        *(
            t("The disc image of “{title}” went with them.", title=plain(shorten(disc.title, _TITLE)))
            for disc in named.discs
        ),
        _before_line(t, named) if any(item.before for item in named.items) else None,
        *(refusal_line(t, item) for item in refused[:_LINES]),
    ]
    button = Button(t("Open the record"), f"rec:{record.id}")
    return Screen(join(lines), ((button, Button(t("All evidence"), f"evl:{case.id}:0")),))


def refusal_line(t: Translator, item: Judged) -> str:
    return "✗ " + fault_text(t, item.code, {"id": item.id, **item.params})
