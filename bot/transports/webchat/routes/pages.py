"""Pages for people: signing in and out, the chat's shell, and the files it is made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.transports.webchat.botapi import inbound
from bot.transports.webchat.botapi.log import open_chat
from bot.transports.webchat.botapi.reading import commands
from bot.transports.webchat.botapi.texts import MAX_TEXT
from bot.transports.webchat.context import COOKIE, OFFICER, context, json_answer, language_of, signed_in, translate
from bot.transports.webchat.page_texts import page_texts
from bot.transports.webchat.sign_in import hashed, open_sign_in_link, sign_out, use_sign_in_link
from bot.transports.webchat.way_back import forget_way_back, way_back
from models.tables import Agency

routes = web.RouteTableDef()
_LANGUAGE_CODES = {"zh_Hans_CN": "zh", "en": "en"}


def html_page(request: web.Request, name: str, values: dict[str, str]) -> web.Response:
    """A page that no cache keeps, in the language of whoever asks."""
    t = translate(request)
    values = {"language": language_of(request).replace("_", "-"), "title": t("Zhilu"), **values}
    return web.Response(
        text=context(request).assets.page(name, values),
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )


async def boot(request: web.Request) -> dict[str, Any]:
    """What the page needs to start: who, in which language, with which texts, limits and commands."""
    officer, web_context = signed_in(request), context(request)
    assert officer.id is not None
    language = language_of(request)
    async with web_context.database.reading() as session:
        agency = await session.get(Agency, officer.agency_id)
        menu = await commands(session, officer.id, _LANGUAGE_CODES[language])
    limits = web_context.api.limits
    return {
        "chat": officer.id,
        "name": officer.name,
        "agency": agency.name if agency is not None else "",
        "origin": web_context.settings.base_url,
        "language": language,
        "texts": page_texts(translate(request)),
        "commands": menu,
        "limits": {"text": MAX_TEXT, "upload": limits.upload_bytes, "recording": limits.recording_seconds},
    }


@routes.get("/")
async def show_chat(request: web.Request) -> web.StreamResponse:
    if request.get(OFFICER) is None:
        signed_out = web.Response(status=303, headers={"Location": "/signed-out"})
        forget_way_back(signed_out)
        return signed_out
    start = await boot(request)
    texts = {f"t_{name}": text for name, text in start["texts"].items()}
    shown = {"boot": json.dumps(start, ensure_ascii=False), "agency": start["agency"], "name": start["name"]}
    return html_page(request, "chat", {**texts, **shown})


@routes.get("/api/boot")
async def show_boot(request: web.Request) -> web.Response:
    return json_answer(await boot(request))


@routes.get("/signed-out")
async def show_signed_out(request: web.Request) -> web.Response:
    t = translate(request)
    lead, text = t("You are signed out"), t("Please open the sign-in link that your administrator gave you.")
    back = {"back": way_back(request), "again": t("I am signed in: go on")}
    return html_page(request, "signed_out", {"lead": lead, "text": text, **back})


@routes.get("/sign-in/{token}")
async def show_sign_in(request: web.Request) -> web.Response:
    """Shows a button only: link previews fetch addresses, and must not use the link up."""
    async with context(request).database.reading() as session:
        officer = await open_sign_in_link(session, request.match_info["token"], datetime.now(UTC))
        agency = await session.get(Agency, officer.agency_id)
    t = translate(request)
    return html_page(
        request,
        "sign_in",
        {
            "lead": t("Sign in as {name}", name=officer.name),
            "agency": agency.name if agency is not None else "",
            "text": t("This link works once. Use it on the phone you work with."),
            "button": t("Sign in"),
        },
    )


@routes.post("/sign-in/{token}")
async def do_sign_in(request: web.Request) -> web.StreamResponse:
    web_context, token = context(request), request.match_info["token"]
    settings = web_context.settings
    async with web_context.database.transaction() as session:
        officer, opened = await use_sign_in_link(session, token, datetime.now(UTC), settings.session_days)
        assert officer.id is not None
        chat = await open_chat(session, officer.id)
        await inbound.store_text(session, chat, "/start", f"sign-in:{hashed(token)[:32]}")
    web_context.wake()
    response = web.Response(status=303, headers={"Location": way_back(request)})
    forget_way_back(response)
    response.set_cookie(
        COOKIE,
        opened,
        max_age=settings.session_days * 86_400,
        httponly=True,
        samesite="Strict",
        secure=settings.base_url.startswith("https:"),
        path="/",
    )
    return response


@routes.post("/sign-out")
async def do_sign_out(request: web.Request) -> web.StreamResponse:
    async with context(request).database.transaction() as session:
        await sign_out(session, request.cookies.get(COOKIE, ""), datetime.now(UTC))
    response = web.Response(status=303, headers={"Location": "/signed-out"})
    response.del_cookie(COOKIE, path="/")
    return response


@routes.get("/static/{version}/{name}")
async def show_static(request: web.Request) -> web.Response:
    found = context(request).assets.files.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    current = request.match_info["version"] == context(request).assets.version
    keep = "public, max-age=31536000, immutable" if current else "no-store"
    return web.Response(body=found[0], content_type=found[1], charset="utf-8", headers={"Cache-Control": keep})


@routes.get("/sw.js")
async def show_service_worker(request: web.Request) -> web.Response:
    """The service worker must lie at the root, and differ whenever the page's files do."""
    assets = context(request).assets
    body, media_type = assets.files["service_worker.js"]
    names = sorted(name for name in assets.files if name != "service_worker.js")
    head = f"const VERSION = {json.dumps(assets.version)};\nconst NAMES = {json.dumps(names)};\n"
    return web.Response(
        body=head.encode() + body, content_type=media_type, charset="utf-8", headers={"Cache-Control": "no-cache"}
    )
