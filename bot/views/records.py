"""Cards of records past their draft: waiting, frozen, signed, approved, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, join, plain
from bot.views.findings import standing_line
from bot.views.headings import heading
from bot.views.moments import moment
from bot.views.opinions import departure_lines, opinion_line
from dialogs.compliance import Compliance
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep, SignatureSlot
from models.tables import Case, Opinion, Record, Signature


def state_text(t: Translator, record: Record) -> str:
    return {
        "draft": t("draft"),
        "frozen": t("text fixed, to be signed or approved"),
        "sealed": t("sealed"),
        "cancelled": t("cancelled"),
    }[record.state]


def asked_to_confirm(t: Translator, record: Record, case: Case, form: Form, name: str) -> Screen:
    return Screen(
        join(
            [
                heading(record, case, form),
                t("{name} has confirmed this record. Please read it and confirm too.", name=plain(name)),
            ]
        )
    )


def waiting_screen(t: Translator, form: Form) -> Screen:
    return Screen(
        "✓ " + t("Your confirmation of “{title}” is saved. The other officer is asked.", title=plain(form.title))
    )


def confirmed_screen(t: Translator, record: Record, form: Form) -> Screen:
    """Takes the place of the review card, so that its buttons are gone."""
    return Screen("✓ " + t("“{title}” is confirmed and saved.", title=plain(form.title)), slot=f"review:{record.id}")


def record_screen(
    t: Translator,
    record: Record,
    case: Case,
    form: Form,
    slots: Sequence[SignatureSlot],
    signed: Mapping[str, Signature],
    chain: Sequence[tuple[ReviewStep, Opinion | None]],
    names: Mapping[int, str],
    departures: Sequence[tuple[str, str]] = (),
    *,
    may_change: bool,
    may_correct: bool = True,
    newer: Record | None = None,
    comparable: bool = False,
) -> Screen:
    """One card per record: who has signed, who has decided, and the next taps.

    chain: what was returned before, then the steps that apply now. names: of officers by id. newer: the version that
    corrects this one. comparable: it was made from a recording's draft.
    """
    lines = [heading(record, case, form), t("State: {state}", state=state_text(t, record))]
    if record.content_hash:
        lines.append(f"SHA-256 <code>{record.content_hash[:16]}…</code>")
    lines += [_signature_line(t, slot, signed.get(slot.id)) for slot in slots]
    lines += [opinion_line(t, step, opinion, names) for step, opinion in chain]
    lines += departure_lines(t, departures)
    rows = Rows()
    if may_change and record.state == "frozen":
        _signing_buttons(t, rows, record, slots, signed)
        unsigned = [slot for slot in slots if slot.required and slot.id not in signed]
        if slots and not unsigned and _approved(record, chain):
            rows.row(Button("🔒 " + t("Seal the record"), f"seal:{record.id}"))
    if newer is not None:
        rows.row(Button(t("The version that corrects it"), f"rec:{newer.id}"))
    elif may_change and may_correct and record.state == "sealed":
        rows.row(Button(t("Correct by a new version"), f"cor:{record.id}"))
    if record.state in ("frozen", "sealed") and (form.paper or form.makes):
        rows.row(Button(t("Send the papers again"), f"pap:{record.id}"))
    rows.row(Button("≠ " + t("Compare with the first draft"), f"tcmp:{record.id}:0") if comparable else None)
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    return Screen(join(lines), rows.done(), slot=f"record:{record.id}", fresh=True)


def _approved(record: Record, chain: Sequence[tuple[ReviewStep, Opinion | None]]) -> bool:
    standing = [opinion for _, opinion in chain if opinion is None or opinion.round == record.round]
    return all(opinion is not None and opinion.result == "approved" for opinion in standing)


def _signing_buttons(
    t: Translator, rows: Rows, record: Record, slots: Sequence[SignatureSlot], signed: Mapping[str, Signature]
) -> None:
    open_slots = [slot for slot in slots if slot.id not in signed]
    for slot in open_slots:
        rows.row(
            Button("✍ " + t("{label} signs", label=slot.label), f"sg:{record.id}:{slot.id}"),
            Button(t("Refused"), f"rf:{record.id}:{slot.id}") if slot.may_refuse else None,
        )
    if any(slot.required for slot in open_slots):
        rows.row(Button("📷 " + t("Photograph the signed paper"), f"ph:{record.id}"))


def _signature_line(t: Translator, slot: SignatureSlot, signature: Signature | None) -> str:
    label = plain(slot.label)
    if signature is None:
        return f"☐ {label}" + ("" if slot.required else f"（{t('optional')}）")
    when = moment(t, signature.signed_at)
    if signature.way == "refused":
        told = t(
            "refused: {reason}; witness: {witness}", reason=plain(signature.reason), witness=plain(signature.witness)
        )
        return f"☑ {label} {plain(signature.name)} · {told} · {when}"
    way = t("signed on the screen") if signature.way == "drawn" else t("signed on paper")
    return f"☑ {label} {plain(signature.name)} · {way} · {when}"


def signing_link(t: Translator, slot: SignatureSlot, name: str, url: str) -> Screen:
    text = t("Please hand the phone to {name} ({label}) to sign.", name=plain(name), label=plain(slot.label))
    return Screen("✍ " + text, ((Button(t("Open the signing page"), url=url),),), slot=f"sign:{url[-8:]}")


def ask_signer_name(t: Translator, slot: SignatureSlot) -> Screen:
    return Screen(t("What is the name of the person signing as “{label}”?", label=plain(slot.label)))


def sealed_screen(t: Translator, record: Record, case: Case, form: Form, found: Compliance) -> Screen:
    """`found`: how the case stands with this record sealed."""
    rows = Rows().row(Button(t("To the case"), f"case:{case.id}"), Button(t("Open the record"), f"rec:{record.id}"))
    rows.row(Button("⚖ " + t("Compliance check"), f"check:{case.id}"))
    return Screen(
        join(
            [
                heading(record, case, form),
                "🔒 " + t("Sealed. Nothing in it can change any more; a correction is a new version."),
                f"SHA-256 <code>{(record.content_hash or '')[:16]}…</code>",
                standing_line(t, found),
            ]
        ),
        rows.done(),
    )
