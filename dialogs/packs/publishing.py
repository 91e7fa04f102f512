"""Publishing a pack: from then on its version stands for this content."""

from __future__ import annotations

import json
from pathlib import Path

from dialogs.packs.faults import PackFaults
from dialogs.packs.lint import lint
from dialogs.packs.loader import content_of, load_pack, locate
from dialogs.packs.published import folder_of


def publish(pack: str | Path) -> Path:
    """Keep the pack as it stands under its version; the file written, or the one that holds the same already.

    Raises PackFaults with everything lint finds, a content that differs from the published one included.
    """
    if faults := lint(pack):
        raise PackFaults(tuple(faults))
    place, loaded = locate(pack), load_pack(pack)
    file = folder_of(place) / f"{loaded.id}@{loaded.version}.json"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        text = json.dumps(content_of(loaded), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
    return file
