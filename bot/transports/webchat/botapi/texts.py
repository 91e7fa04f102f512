"""Texts of messages: what a database and a Bot API message may hold, and HTML turned into entities."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from bot.transports.webchat.botapi.errors import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
# Unprintable characters: PostgreSQL refuses NUL inside JSON, and lone surrogates cannot be encoded at all.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BARE_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, which is how the Bot API counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """`text` with Unix line ends and without characters no message may hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Markup(HTMLParser):
    """Collects text and entities; raises `ApiError` for every tag that is unknown, unclosed or out of place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.tags_seen = 0
        self._open: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags_seen += 1
        kind = _TAGS.get(tag)
        if kind is None:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}"')
        given = dict(attrs)
        entity: dict[str, Any] = {"type": kind, "offset": utf16_length(self.text)}
        if tag == "a":
            entity["url"] = _link(given.pop("href", None))
        elif tag == "blockquote" and "expandable" in given:
            del given["expandable"]
            entity["type"] = "expandable_blockquote"
        if given:
            raise bad_request(f'can\'t parse entities: Unsupported attribute in tag "{tag}"')
        self._open.append((tag, entity))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}/"')

    def handle_endtag(self, tag: str) -> None:
        self.tags_seen += 1
        if not self._open or self._open[-1][0] != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')
        _, entity = self._open.pop()
        entity["length"] = utf16_length(self.text) - entity["offset"]
        self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[name]

    def handle_charref(self, name: str) -> None:
        code = int(name[1:], 16) if name[0] in "xX" else int(name)
        if not 0 < code < 0x110000:
            raise bad_request("can't parse entities: Unsupported character reference")
        self.text += cleaned(chr(code))

    def finish(self, source: str) -> None:
        self.close()
        if self._open:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1][0]}\""
            )
        # Everything else HTMLParser forgives (a bare "<", comments, declarations) leaves a "<" that was no tag.
        if self.tags_seen != source.count("<"):
            raise bad_request("can't parse entities: Unsupported start tag")


def _link(href: str | None) -> str:
    if href is None or urlsplit(href).scheme not in ("http", "https") or not urlsplit(href).netloc:
        raise bad_request('can\'t parse entities: Unsupported URL in tag "a"')
    return href


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def parsed(text: str, parse_mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and its `MessageEntity` list (offsets in UTF-16 units), trimmed as Telegram does.

    `parse_mode`: 'HTML' or nothing. Raises `ApiError` 400 for markup that is not well formed.
    """
    text = cleaned(text)
    if not parse_mode:
        return text.strip(), []
    if parse_mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")
    source = _BARE_AMPERSAND.sub("&amp;", text)
    markup = _Markup()
    markup.feed(source)
    markup.finish(source)
    return _trimmed(markup.text, markup.entities)
