"""Signing a frozen record: drawn on the screen, photographed on paper, or refused before a witness."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.transports.webchat.context import SigningSubject
from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.ask_opinion import ask_opinion
from bot.use_cases.case_facts import load_facts
from bot.use_cases.finish_record import signatures_of, slots_of, unsigned
from bot.use_cases.show_record import show_record
from bot.views import prompts
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs.engine.sheet import read
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import SignatureSlot
from models.errors import Denied, InvalidInput, Missing, Stale
from models.object_lock import storing
from models.tables import Agency, Case, Officer, Record, Signature, SigningLink

REFUSING = "refusal_reason"
_LINK_LIFE = timedelta(hours=2)


async def begin_signing(work: Work, person: Person, record_id: int, slot_id: str, name: str | None = None) -> None:
    """Hand out a page where one person signs one place; asks for the name first when it is not known.

    Raises InvalidInput `signature.no_such_slot`, `signature.already`.
    """
    record, case, form, slot = await _open_slot(work, person, record_id, slot_id)
    name = name or await signer_name(work, record, case, form, slot)
    if name is None:
        await _ask_name(work, person, record, slot, "sign_name")
        return
    token = secrets.token_urlsafe(24)
    assert record.id is not None
    work.session.add(
        SigningLink(
            token_hash=_digest(token),
            record_id=record.id,
            round=record.round,
            slot=slot.id,
            name=name,
            created_by=person.id,
            transport=person.transport,
            chat_id=person.chat_id,
            expires_at=datetime.now(UTC) + _LINK_LIFE,
        )
    )
    url = f"{work.settings.base_url}/sign/{token}"
    await work.reply(person, record_view.signing_link(person.t, slot, name, url))


async def describe_signing(work: Work, token: str) -> SigningSubject | None:
    """What the signing page shows; None when the link is used up, too old or of a text since returned."""
    link, record = await _link(work, token)
    if link is None or record is None:
        return None
    form = form_of(work, record)
    slot = next((slot for slot in form.sign_off if slot.id == link.slot), None)
    return {
        "title": form.title,
        "number": record.number or "",
        "signer": link.name,
        "label": slot.label if slot else link.slot,
        "text": "\n".join(f"{line['label']}：{line['text']}" for line in (record.content or {}).get("answers", [])),
    }


async def submit_signature(work: Work, token: str, png: bytes) -> None:
    """Keep a drawn signature. Raises Stale `signature.link_used`, InvalidInput from the picture's check."""
    from bot.photos.signature import clean_signature  # Pillow is needed by nobody else here

    link, record = await _link(work, token)
    if link is None or record is None:
        raise Stale("signature.link_used")
    officer = await work.session.get_one(Officer, link.created_by)
    agency = await work.session.get_one(Agency, record.agency_id)
    person = Person(officer, agency, link.transport, link.chat_id)
    # Who handed out the link may have been suspended since.
    await record_for(work, person, link.record_id, to_change=True, state="frozen")
    await storing(work.session)
    image = await asyncio.to_thread(lambda: work.vault.put(clean_signature(png)))
    link.used_at = datetime.now(UTC)
    work.session.add(link)
    await _sign(work, person, record, link.slot, way="drawn", name=link.name, image=image.sha256)


async def ask_refusal(work: Work, person: Person, record_id: int, slot_id: str) -> None:
    """Ask why somebody would not sign; the person's next text is the reason, the one after it the witness.

    Raises what `refuse_signature` raises.
    """
    record, _, _, slot = await _open_slot(work, person, record_id, slot_id, to_refuse=True)
    conversation = await conversation_of(work, person.id)
    expect(conversation, REFUSING, record=record.id, slot=slot.id)
    work.session.add(conversation)
    await work.reply(person, prompts.refusal_prompt(person.t, slot.label))


async def refuse_signature(
    work: Work, person: Person, record_id: int, slot_id: str, *, reason: str, witness: str
) -> None:
    """Record that somebody would not sign, why, and before whom.

    Raises Denied `signature.may_not_refuse`, Missing `signature.no_such_slot`, InvalidInput `signature.already`.
    """
    record, case, form, slot = await _open_slot(work, person, record_id, slot_id, to_refuse=True)
    name = await signer_name(work, record, case, form, slot) or slot.label
    await _sign(work, person, record, slot.id, way="refused", name=name, reason=reason, witness=witness)


async def photograph_signatures(work: Work, person: Person, record_id: int, sha256: str) -> None:
    """One photo of the signed paper stands for every place not yet signed on it."""
    record, case = await record_for(work, person, record_id, to_change=True, state="frozen")
    form = form_of(work, record)
    missing = await unsigned(work, record, case, form)
    if not missing:
        raise InvalidInput("signature.already")
    for slot in missing:
        name = await signer_name(work, record, case, form, slot) or slot.label
        await _sign(work, person, record, slot.id, way="photographed", name=name, image=sha256, quiet=True)
    await show_record(work, person, record, to_all=True)


async def signer_name(work: Work, record: Record, case: Case, form: Form, slot: SignatureSlot) -> str | None:
    """Who signs a place, where the record or the case knows; None when somebody must say."""
    if slot.who in ("officer", "second_officer"):
        # Whoever confirmed the text was there, even when the case is somebody else's by now.
        known = (*map(int, record.confirmed), case.officer_id, case.second_officer_id)
        others = [i for i in known if i and i != record.maker_id]
        officer_id = record.maker_id if slot.who == "officer" else (others[0] if others else None)
        officer = await work.session.get(Officer, officer_id) if officer_id else None
        return officer.name if officer else None
    sheet = read(form, draft_of(record), await load_facts(work, case, record))
    root, _, name = (slot.name or "").partition(".")
    value = sheet.answers.get(name) if root == "answers" else sheet.facts.case.get(name) if root == "case" else None
    return str(value) if value else None


async def _open_slot(
    work: Work, person: Person, record_id: int, slot_id: str, *, to_refuse: bool = False
) -> tuple[Record, Case, Form, SignatureSlot]:
    record, case = await record_for(work, person, record_id, to_change=True, state="frozen")
    form = form_of(work, record)
    slots = slots_of(form, record, await load_facts(work, case, record))
    slot = next((slot for slot in slots if slot.id == slot_id), None)
    if slot is None:
        raise Missing("signature.no_such_slot")
    if slot_id in await signatures_of(work, record):
        raise InvalidInput("signature.already")
    if to_refuse and not slot.may_refuse:
        raise Denied("signature.may_not_refuse", slot=slot.label)
    return record, case, form, slot


async def _ask_name(work: Work, person: Person, record: Record, slot: SignatureSlot, mode: str) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, record=record.id, slot=slot.id)
    work.session.add(conversation)
    await work.reply(person, record_view.ask_signer_name(person.t, slot))


async def _sign(
    work: Work,
    person: Person,
    record: Record,
    slot: str,
    *,
    way: str,
    name: str,
    image: str | None = None,
    reason: str | None = None,
    witness: str | None = None,
    quiet: bool = False,
) -> None:
    assert record.id is not None
    if slot in await signatures_of(work, record):
        raise InvalidInput("signature.already")
    work.session.add(
        Signature(
            record_id=record.id,
            round=record.round,
            slot=slot,
            way=way,
            name=name,
            witness=witness,
            reason=reason,
            image=image,
            signed_at=work.now,
            recorded_by=person.id,
        )
    )
    await work.session.flush()
    await work.record_change(
        "record.signed",
        f"record:{record.id}",
        {"slot": slot, "way": way, "image": image, "content": record.content_hash},
        person,
    )
    if not quiet:
        await show_record(work, person, record, to_all=True)
    case = await work.session.get_one(Case, record.case_id)
    await ask_opinion(work, record, case, form_of(work, record))


async def _link(work: Work, token: str) -> tuple[SigningLink | None, Record | None]:
    query = select(SigningLink).where(col(SigningLink.token_hash) == _digest(token)).with_for_update()
    link = (await work.session.exec(query)).first()
    if link is None or link.used_at is not None or link.expires_at < datetime.now(UTC):
        return None, None
    record = await work.session.get(Record, link.record_id, with_for_update=True)
    if record is None or record.state != "frozen" or record.round != link.round:
        return None, None
    return link, record


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
