"""HTML made in code: whatever is not `Html` already is escaped, so that nothing can be forgotten."""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = frozenset({"br", "img", "input"})


class Html(str):
    """Markup, which needs no escaping any more."""

    __slots__ = ()


def escape(text: str) -> Html:
    return text if isinstance(text, Html) else Html(html.escape(text))


def tag(name: str, /, *children: str | None, **attributes: str | bool | None) -> Html:
    """An element. `class_` and `aria_sort` are written `class` and `aria-sort`; None and False drop out."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{said}>") if name in _VOID else Html(f"<{name}{said}>{joined(children)}</{name}>")


def joined(parts: Iterable[str | None]) -> Html:
    return Html("".join(escape(part) for part in parts if part is not None))
