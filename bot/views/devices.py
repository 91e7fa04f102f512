"""The register of recording devices on cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.moments import moment
from models.tables import Device, DeviceMove, Officer

MOVES = 6
_PAGE = 8
_LIST = "devices"


def list_screen(
    t: Translator, devices: Sequence[Device], names: Mapping[int | None, str], *, page: int, keeps: bool
) -> Screen:
    rows = Rows()
    for device in devices[page * _PAGE : (page + 1) * _PAGE]:
        rows.row(Button(shorten(f"{device.code} · {where(t, device, names)}", 44), f"dev:{device.id}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"devl:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"devl:{page + 1}") if (page + 1) * _PAGE < len(devices) else None,
    )
    rows.row(Button("＋ " + t("Add a device"), "deva") if keeps else None)
    rows.row(Button(t("Menu"), "menu"))
    head = t("Recording devices") if keeps else t("Recording devices you hold")
    said = t.plural("{n} device", "{n} devices", len(devices)) if devices else t("There is none.")
    return Screen(join(["📹 " + bold(head), said]), rows.done(), slot=_LIST)


def where(t: Translator, device: Device, names: Mapping[int | None, str]) -> str:
    holder = names.get(device.holder_id, "")
    if device.state == "lost":
        return t("lost (held by {name})", name=holder or "—")
    if device.state == "retired":
        return t("retired")
    return t("with {name}", name=holder) if device.holder_id is not None else t("in store")


def device_card(
    t: Translator, device: Device, moves: Sequence[DeviceMove], names: Mapping[int | None, str], *, keeps: bool
) -> Screen:
    rows, out = Rows(), device.holder_id is not None and device.state in ("held", "lost")
    rows.row(Button(t("Issue"), f"devi:{device.id}:0") if keeps and device.state == "held" and not out else None)
    rows.row(Button(t("Take back"), f"devb:{device.id}") if keeps and out else None)
    rows.row(
        Button("⚠ " + t("Report lost"), f"devx:{device.id}") if device.state == "held" else None,
        Button(t("Retire"), f"devr:{device.id}") if keeps and device.state != "retired" else None,
    )
    rows.row(Button(t("All devices"), "devl:0"))
    lines = [
        "📹 " + bold(device.code),
        plain(" ".join(each for each in (device.kind, device.model) if each)),
        plain(where(t, device, names)),
        *(_move_line(t, move, names) for move in moves),
    ]
    return Screen(join(lines), rows.done(), slot=f"device:{device.id}", fresh=True)


def _move_line(t: Translator, move: DeviceMove, names: Mapping[int | None, str]) -> str:
    done = {
        "issued": t("issued to {name}", name=names.get(move.officer_id, "—")),
        "returned": t("taken back from {name}", name=names.get(move.officer_id, "—")),
        "lost": t("reported lost"),
        "retired": t("retired"),
    }[move.kind]
    remark = f"：{plain(move.remark)}" if move.remark else ""
    by = t("from the register") if move.recorded_by is None else names.get(move.recorded_by, "—")
    return f"· {moment(t, move.at)} {plain(done)}{remark}（{plain(by)}）"


def holders_screen(t: Translator, device: Device, officers: Sequence[Officer], *, page: int) -> Screen:
    rows = Rows()
    shown = officers[page * _PAGE : (page + 1) * _PAGE]
    rows.flow((Button(each.name, f"devg:{device.id}:{each.id}") for each in shown), widest=20, most=2)
    rows.row(
        Button("‹ " + t("Earlier"), f"devi:{device.id}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"devi:{device.id}:{page + 1}") if (page + 1) * _PAGE < len(officers) else None,
    )
    rows.row(Button(t("Back"), f"dev:{device.id}"))
    return Screen(t("To whom is {code} issued?", code=plain(device.code)), rows.done(), slot=f"device:{device.id}")


def remark_screen(t: Translator, asked: str, device: Device | None) -> Screen:
    if device is None:
        text = t("Please write number, kind and model of the device, for example: DV-01 执法记录仪 DSJ-A8")
        return Screen(text, ((Button(t("All devices"), "devl:0"),),))
    text = {
        "returned": t("In what condition is {code} taken back?", code=plain(device.code)),
        "lost": t("How and when was {code} lost? The archivist and the supervisor are told.", code=plain(device.code)),
        "retired": t("Why is {code} retired?", code=plain(device.code)),
    }[asked]
    rows = Rows().row(Button("✓ " + t("In good order"), f"devk:{device.id}") if asked == "returned" else None)
    return Screen(text, rows.row(Button(t("Back"), f"dev:{device.id}")).done())


def issued_notice(t: Translator, device: Device, keeper: str) -> Screen:
    text = t("{name} has issued the recording device {code} to you.", name=plain(keeper), code=plain(device.code))
    return Screen("📹 " + text, ((Button(t("My devices"), "devl:0"),),))


def lost_notice(t: Translator, device: Device, name: str, remark: str) -> Screen:
    text = t("{name} reports the recording device {code} lost.", name=plain(name), code=plain(device.code))
    return Screen(join(["⚠ " + text, plain(remark)]), ((Button(t("Open it"), f"dev:{device.id}"),),))
