"""The register of recording devices: who holds which, every move with its condition, and what was lost."""

from __future__ import annotations

from typing import Literal

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect
from bot.views import devices as view
from bot.work import Person, Work
from dialogs.questions.cleaning import clean
from models.errors import Denied, InvalidInput, Missing, Stale
from models.tables import Conversation, Device, DeviceMove, Officer

MODE = "device"
KEEPERS = ("archivist", "supervisor")
LONGEST_CODE, LONGEST_REMARK = 40, 300
KIND = "执法记录仪"

Asked = Literal["add", "returned", "lost", "retired"]


async def devices_of(work: Work, agency_id: int | None, holder: int | None = None) -> list[Device]:
    """The agency's devices by number, those in use first; of one holder, those that person has."""
    query = select(Device).where(col(Device.agency_id) == agency_id)
    if holder is not None:
        query = query.where(col(Device.holder_id) == holder, col(Device.state) == "held")
    found = await work.session.exec(query.order_by(col(Device.state) == "retired", col(Device.code)))
    return list(found.all())


async def list_devices(work: Work, person: Person, page: int = 0) -> None:
    """Keepers see every device, officers their own. Raises Denied `role.required` for others."""
    person.require("officer", *KEEPERS)
    keeps = bool(set(person.officer.roles) & set(KEEPERS))
    devices = await devices_of(work, person.agency.id, None if keeps else person.id)
    names = await _names(work, person)
    await work.reply(person, view.list_screen(person.t, devices, names, page=page, keeps=keeps))


async def show_device(work: Work, person: Person, device_id: int) -> None:
    """One device with its last moves and what may be done with it."""
    device, keeps = await _device(work, person, device_id)
    moves = await work.session.exec(
        select(DeviceMove)
        .where(col(DeviceMove.device_id) == device.id)
        .order_by(col(DeviceMove.id).desc())
        .limit(view.MOVES)
    )
    names = await _names(work, person)
    await work.reply(person, view.device_card(person.t, device, moves.all(), names, keeps=keeps))


async def choose_holder(work: Work, person: Person, device_id: int, page: int) -> None:
    """To whom the device is issued."""
    device = await _kept(work, person, device_id)
    officers = await work.with_role(device.agency_id, "officer")
    await work.reply(person, view.holders_screen(person.t, device, officers, page=page))


async def issue_device(work: Work, person: Person, device_id: int, officer_id: int) -> None:
    """Raises Stale `button.stale` for a device that is not in store, Missing `officer.unknown`."""
    device = await _kept(work, person, device_id)
    if device.state != "held" or device.holder_id is not None:
        raise Stale("button.stale")
    officer = next((each for each in await work.with_role(device.agency_id, "officer") if each.id == officer_id), None)
    if officer is None:
        raise Missing("officer.unknown", text=str(officer_id))
    device.holder_id = officer_id
    await move_recorded(work, person, device, "issued", officer_id, "")
    await work.tell(officer_id, lambda t: view.issued_notice(t, device, person.officer.name))
    await show_device(work, person, device_id)


async def ask_remark(work: Work, person: Person, asked: Asked, device_id: int | None = None) -> None:
    """The person's next text is the remark (or, for `add`, the device)."""
    device = None
    if asked == "add":
        person.require(*KEEPERS)
    else:
        device = await _movable(work, person, asked, device_id or 0)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, asked=asked, device=device_id)
    work.session.add(conversation)
    await work.reply(person, view.remark_screen(person.t, asked, device))


async def take_text(work: Work, person: Person, conversation: Conversation, text: str) -> None:
    """What was asked for. Raises InvalidInput `answer.empty`, `answer.too_long`, `devices.known`."""
    data, text = dict(conversation.mode_data), clean(text)
    if not text:
        raise InvalidInput("answer.empty")
    if len(text) > LONGEST_REMARK:
        raise InvalidInput("answer.too_long", length=len(text), limit=LONGEST_REMARK)
    if data["asked"] == "add":
        await _add(work, person, text)
    else:
        await move_device(work, person, data["asked"], data["device"], text)
    expect(conversation)
    work.session.add(conversation)


async def move_device(work: Work, person: Person, asked: Asked, device_id: int, remark: str) -> None:
    """Take back (in what condition), report lost, or retire. Raises what `_movable` raises."""
    device = await _movable(work, person, asked, device_id)
    holder = device.holder_id
    device.state = {"returned": "held", "lost": "lost", "retired": "retired"}[asked]
    if asked != "lost":
        device.holder_id = None  # whoever had it when it was lost stays named
    await move_recorded(work, person, device, asked, holder, remark)
    if asked == "lost":
        keepers = {each.id: each for role in KEEPERS for each in await work.with_role(device.agency_id, role)}
        for keeper_id in keepers:
            if keeper_id is not None and keeper_id != person.id:
                await work.tell(keeper_id, lambda t: view.lost_notice(t, device, person.officer.name, remark))
    await show_device(work, person, device_id)


async def _add(work: Work, person: Person, text: str) -> None:
    """`编号 种类 型号`, parted by spaces."""
    person.require(*KEEPERS)
    code, kind, model = [*text.split(maxsplit=2), "", ""][:3]
    if len(code) > LONGEST_CODE:
        raise InvalidInput("answer.too_long", length=len(code), limit=LONGEST_CODE)
    assert person.agency.id is not None
    if code.casefold() in {device.code.casefold() for device in await devices_of(work, person.agency.id)}:
        raise InvalidInput("devices.known", text=code)
    device = Device(agency_id=person.agency.id, code=code, kind=kind or KIND, model=model, added_at=work.now)
    work.session.add(device)
    await work.session.flush()
    await work.record_change("device.added", f"device:{device.id}", {"holder": None}, person)
    assert device.id is not None
    await show_device(work, person, device.id)


async def move_recorded(
    work: Work, person: Person | None, device: Device, kind: str, officer_id: int | None, remark: str
) -> None:
    """Leave the move and its leaf. `person`: None for a register imported from the command line."""
    assert device.id is not None
    by = person.id if person else None
    move = DeviceMove(device_id=device.id, kind=kind, officer_id=officer_id, remark=remark, recorded_by=by, at=work.now)
    work.session.add_all([device, move])
    await work.session.flush()
    leaf = {"kind": kind, "officer": officer_id, "move": move.id}
    await work.record_change("device.moved", f"device:{device.id}", leaf, person)


async def _device(work: Work, person: Person, device_id: int) -> tuple[Device, bool]:
    """The device and whether the person keeps the register. Raises Missing `device.unknown`, Denied `role.required`."""
    device = await work.session.get(Device, device_id, with_for_update=True)
    if device is None or device.agency_id != person.agency.id:
        raise Missing("device.unknown", text=str(device_id))
    keeps = bool(set(person.officer.roles) & set(KEEPERS))
    if not keeps and device.holder_id != person.id:
        raise Denied("role.required", roles=list(KEEPERS))
    return device, keeps


async def _kept(work: Work, person: Person, device_id: int) -> Device:
    person.require(*KEEPERS)
    return (await _device(work, person, device_id))[0]


async def _movable(work: Work, person: Person, asked: Asked, device_id: int) -> Device:
    """Raises Stale `button.stale` when the device is not where the move begins."""
    device = (await _device(work, person, device_id))[0] if asked == "lost" else await _kept(work, person, device_id)
    fits = {
        "returned": device.holder_id is not None and device.state in ("held", "lost"),
        "lost": device.state == "held",
        "retired": device.state != "retired",
    }
    if not fits[asked]:
        raise Stale("button.stale")
    return device


async def _names(work: Work, person: Person) -> dict[int | None, str]:
    found = await work.session.exec(select(Officer).where(col(Officer.agency_id) == person.agency.id))
    return {officer.id: officer.name for officer in found.all()}
