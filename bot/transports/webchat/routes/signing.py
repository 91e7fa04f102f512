"""Signing on the screen: whoever holds the phone with the link open signs; no session is asked for."""

from __future__ import annotations

import asyncio
import io
import json
import warnings

import structlog
from aiohttp import web
from PIL import Image

from bot.transports.webchat.context import context, json_answer, translate
from bot.transports.webchat.page_texts import page_texts
from bot.transports.webchat.problems import has_sentence
from bot.transports.webchat.routes.pages import html_page
from models.errors import InvalidInput, Missing, Stale

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()
_MAX_BYTES = 2 * 1024**2
_MAX_SIDE = 4096


@routes.get("/sign/{token}")
async def show_signing(request: web.Request) -> web.Response:
    port = context(request).signing
    subject = await port.describe(request.match_info["token"]) if port is not None else None
    if subject is None:
        raise Missing("signing.missing")
    texts = {name: text for name, text in page_texts(translate(request)).items() if name.startswith("sign_")}
    back = page_texts(translate(request))["back"]
    return html_page(
        request,
        "sign",
        {
            **{f"t_{name}": text for name, text in texts.items()},
            "t_back": back,
            "texts": json.dumps(texts, ensure_ascii=False),
            "paper": subject["title"],
            "number": subject["number"],
            "signer": subject["signer"],
            "label": subject["label"],
            "text": subject["text"],
        },
    )


@routes.post("/sign/{token}")
async def take_signature(request: web.Request) -> web.Response:
    """The body is a PNG of at most 2 MB and 4096 pixels a side, with something drawn on it."""
    port = context(request).signing
    if port is None:
        raise Missing("signing.missing")
    png = await request.read()
    await asyncio.to_thread(check_signature, png)
    code = await port.submit(request.match_info["token"], png)
    if code is not None:
        log.info("signature_refused", code=code)
        raise Stale(code if has_sentence(code) else "signing.refused")
    return json_answer({"ok": True})


def check_signature(png: bytes) -> None:
    """Raises `InvalidInput` signature.invalid for what is no usable PNG, signature.blank for an empty one. Blocking."""
    if not 0 < len(png) <= _MAX_BYTES:
        raise InvalidInput("signature.invalid")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                if max(image.size) > _MAX_SIDE:
                    raise InvalidInput("signature.invalid")
                colours = image.convert("RGBA").getcolors(maxcolors=1)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise InvalidInput("signature.invalid") from fault
    if colours is not None:
        raise InvalidInput("signature.blank")
