"""Cards of records past their draft: waiting, frozen, signed, approved, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.moments import moment
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep, SignatureSlot
from models.tables import Case, Opinion, Record, Signature

_LINES = 30  # of at most about 120 characters: together less than a message of 4,096
_SHOWN = 90
_LABEL = 30


def heading(record: Record, case: Case, form: Form) -> str:
    number = f" {plain(record.number)}" if record.number else ""
    return f"{bold(form.title)}{number}\n<i>{plain(case.number or '')}</i>"


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
    opinions: Mapping[str, Opinion],
    *,
    may_change: bool,
    newer: Record | None = None,
) -> Screen:
    """One card per record: who has signed, who has approved, and the next taps. `newer`: the version correcting it."""
    lines = [heading(record, case, form), t("State: {state}", state=state_text(t, record))]
    if record.content_hash:
        lines.append(f"SHA-256 <code>{record.content_hash[:16]}…</code>")
    lines += [_signature_line(t, slot, signed.get(slot.id)) for slot in slots]
    lines += [_opinion_line(t, step, opinions.get(step.id)) for step in form.review]
    rows = Rows()
    if may_change and record.state == "frozen":
        _signing_buttons(t, rows, record, slots, signed)
        if form.sign_off and not [s for s in slots if s.required and s.id not in signed] and _approved(form, opinions):
            rows.row(Button("🔒 " + t("Seal the record"), f"seal:{record.id}"))
    if newer is not None:
        rows.row(Button(t("The version that corrects it"), f"rec:{newer.id}"))
    elif may_change and record.state == "sealed":
        rows.row(Button(t("Correct by a new version"), f"cor:{record.id}"))
    if record.state in ("frozen", "sealed") and (form.paper or form.makes):
        rows.row(Button(t("Send the papers again"), f"pap:{record.id}"))
    rows.row(Button(t("To the case"), f"case:{case.id}"))
    return Screen(join(lines), rows.done(), slot=f"record:{record.id}", fresh=True)


def _approved(form: Form, opinions: Mapping[str, Opinion]) -> bool:
    return all(step.id in opinions and opinions[step.id].result == "approved" for step in form.review)


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


def _opinion_line(t: Translator, step: ReviewStep, opinion: Opinion | None) -> str:
    title = plain(step.title)
    if opinion is None or opinion.result == "pending":
        return f"☐ {title} · " + (t("waiting") if opinion else t("not asked yet"))
    result = t("approved") if opinion.result == "approved" else t("returned")
    when = moment(t, opinion.given_at) if opinion.given_at else ""
    return f"☑ {title} · {result}：{plain(opinion.text or '')} · {when}"


def signing_link(t: Translator, slot: SignatureSlot, name: str, url: str) -> Screen:
    text = t("Please hand the phone to {name} ({label}) to sign.", name=plain(name), label=plain(slot.label))
    return Screen("✍ " + text, ((Button(t("Open the signing page"), url=url),),), slot=f"sign:{url[-8:]}")


def ask_signer_name(t: Translator, slot: SignatureSlot) -> Screen:
    return Screen(t("What is the name of the person signing as “{label}”?", label=plain(slot.label)))


def approver_screen(
    t: Translator, record: Record, case: Case, form: Form, opinion: Opinion, step: ReviewStep, maker: str
) -> Screen:
    """The frozen lines, as many as a message holds, then approve, approve with words, or return."""
    answers = (record.content or {}).get("answers", [])
    lines = [f"{plain(shorten(line['label'], _LABEL))}：{plain(shorten(line['text'], _SHOWN))}" for line in answers]
    left = len(lines) - _LINES
    more = [t.plural("and {n} more line, in the paper", "and {n} more lines, in the paper", left)] if left > 0 else []
    rows = (
        Rows()
        .row(Button("✔ " + t("Approve"), f"ap:{opinion.id}"), Button(t("Approve with an opinion"), f"ao:{opinion.id}"))
        .row(
            Button("↩ " + t("Return with a reason"), f"rt:{opinion.id}") if step.return_allowed else None,
            Button(t("To the case"), f"case:{case.id}"),
        )
    )
    text = join(
        [
            heading(record, case, form),
            t("{name} asks for your decision: {step}", name=plain(maker), step=plain(step.title)),
            *lines[:_LINES],
            *more,
        ]
    )
    return Screen(text, rows.done(), slot=f"opinion:{opinion.id}")


def nobody_asked(t: Translator, record: Record, case: Case, form: Form, step: ReviewStep) -> Screen:
    title = plain(step.title)
    said = t("Nobody else in the agency can decide on “{step}”. Please tell your administrator.", step=title)
    return Screen(join([heading(record, case, form), "⚠ " + said]))


def approved_screen(t: Translator, opinion: Opinion, record: Record, case: Case, form: Form, text: str) -> Screen:
    said = t("Approved: {text}", text=plain(text))
    return Screen(join([heading(record, case, form), "✔ " + said]), slot=f"opinion:{opinion.id}")


def returned_screen(t: Translator, opinion: Opinion, form: Form, case: Case, reason: str) -> Screen:
    said = t("Returned: {text}", text=plain(reason))
    return Screen(
        join([f"{bold(form.title)}\n<i>{plain(case.number or '')}</i>", "↩ " + said]), slot=f"opinion:{opinion.id}"
    )


def opinion_notice(
    t: Translator,
    record: Record,
    case: Case,
    form: Form,
    step: ReviewStep,
    name: str,
    text: str,
    *,
    returned: bool,
) -> Screen:
    said = t("{name} returned it", name=plain(name)) if returned else t("{name} approved it", name=plain(name))
    rows = Rows().row(
        Button(t("Correct it now"), f"go:{record.id}") if returned else Button(t("Open the record"), f"rec:{record.id}")
    )
    mark = "↩" if returned else "✔"
    return Screen(
        join([heading(record, case, form), f"{mark} {said}（{plain(step.title)}）：{bold(text)}"]), rows.done()
    )


def sealed_screen(t: Translator, record: Record, case: Case, form: Form) -> Screen:
    rows = Rows().row(Button(t("To the case"), f"case:{case.id}"), Button(t("Open the record"), f"rec:{record.id}"))
    return Screen(
        join(
            [
                heading(record, case, form),
                "🔒 " + t("Sealed. Nothing in it can change any more; a correction is a new version."),
                f"SHA-256 <code>{(record.content_hash or '')[:16]}…</code>",
            ]
        ),
        rows.done(),
    )
