"""The page's files, read once; their common hash is part of each address, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from bot.transports.webchat.html import escape

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_ROOT = Path(__file__).parent


@dataclass(frozen=True)
class Assets:
    """`files`: name -> bytes and media type. `pages`: name -> template with `${names}`. `version`: hash of both."""

    files: Mapping[str, tuple[bytes, str]]
    pages: Mapping[str, Template]
    version: str

    def page(self, name: str, values: Mapping[str, str]) -> str:
        """The page with every value but `Html` escaped for HTML text and attributes. `version` is always there."""
        escaped = {key: escape(value) for key, value in values.items()}
        return self.pages[name].substitute(escaped, version=self.version)


def load_assets() -> Assets:
    """Read `static/` and `pages/`. Blocking."""
    digest = hashlib.sha256()
    files: dict[str, tuple[bytes, str]] = {}
    for path in sorted((_ROOT / "static").iterdir()):
        if path.suffix in _TYPES:
            files[path.name] = (path.read_bytes(), _TYPES[path.suffix])
            digest.update(path.name.encode() + files[path.name][0])
    pages: dict[str, Template] = {}
    for path in sorted((_ROOT / "pages").glob("*.html")):
        source = path.read_text("utf-8")
        digest.update(source.encode())
        pages[path.stem] = Template(source)
    return Assets(files, pages, digest.hexdigest()[:16])
