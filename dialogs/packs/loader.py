"""Finds, merges and validates packs: folder or file in, frozen `Pack` out.

A pack is a folder of `*.yaml` files laid together by top-level key (lists are joined in the order of file
names), or one such file. `extends` names packs that lie beside it or are shipped. `sha256` is taken over the
RFC 8785 form of the resolved pack without defaults, so a newer schema with new optional fields leaves it as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rfc8785
from pydantic import ValidationError

from dialogs.packs.faults import Fault, PackFaults
from dialogs.packs.merge import merge, merge_packs, stated_by
from dialogs.packs.schema import Pack
from dialogs.packs.schema_faults import schema_faults
from dialogs.packs.source import MAX_FILES, Node, read_file

SHIPPED = Path(__file__).parent
WITH_ORIGIN = frozenset({"records", "questions", "rules", "deadlines"})


@dataclass(frozen=True)
class Resolved:
    """A pack after merging: its tree with places, the raw bases it rests on, and what was wrong on the way."""

    node: Node
    bases: tuple[Node, ...]
    faults: tuple[Fault, ...]

    @property
    def is_fragment(self) -> bool:
        """A base that only others use: it has no identity of its own."""
        fragment = self.node.get("fragment")
        return fragment is not None and fragment.value is True


def load_pack(pack: str | Path) -> Pack:
    """The pack named by a shipped id, a folder or a file. PackFaults (`pack.invalid`) with everything found wrong."""
    return _finish(resolve(locate(pack)))


def load_all(root: Path = SHIPPED) -> dict[str, Pack]:
    """Every pack under `root` (the shipped ones) by id; fragments are left out."""
    known: dict[Path, Resolved] = {}
    found = [resolve(folder, known=known) for folder in pack_folders(root)]
    packs = [_finish(resolved) for resolved in found if not resolved.is_fragment]
    return {pack.id: pack for pack in packs}


def _finish(resolved: Resolved) -> Pack:
    if resolved.faults:
        raise PackFaults(resolved.faults)
    if resolved.is_fragment:
        raise PackFaults((resolved.node.fault("pack.fragment", "fragment", id=resolved.node.text("id")),))
    built = build(resolved)
    if isinstance(built, Pack):
        return built
    raise PackFaults(built)


def pack_folders(root: Path) -> list[Path]:
    """The folders directly under `root` that hold YAML files."""
    return sorted(folder for folder in root.iterdir() if folder.is_dir() and any(folder.glob("*.yaml")))


def locate(pack: str | Path) -> Path:
    """The folder or file meant by a shipped id or a path; an id wins over a path of the same name."""
    shipped = SHIPPED / str(pack)
    if isinstance(pack, str) and "/" not in pack and shipped.is_dir() and any(shipped.glob("*.yaml")):
        return shipped
    return Path(pack)


def build(resolved: Resolved) -> Pack | tuple[Fault, ...]:
    """The frozen Pack, or where it breaks the schema."""
    return build_plain(plain_pack(resolved.node), resolved.node)


def build_plain(plain: dict[str, Any], node: Node) -> Pack | tuple[Fault, ...]:
    """The same from plain values; `node` tells the places."""
    try:
        pack = Pack.model_validate(plain)
    except ValidationError as error:
        return schema_faults(error, node)
    return pack.model_copy(update={"sha256": hash_of(content_of(pack))})


def content_of(pack: Pack) -> dict[str, Any]:
    """The resolved pack as plain JSON without defaults: what its version stands for, and `Pack` can be built from."""
    return pack.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"sha256"})


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (lower-case hex) of the content's RFC 8785 form."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def plain_pack(node: Node) -> dict[str, Any]:
    """The tree as plain values for the schema, each record, question and deadline with the packs it comes from."""
    plain: dict[str, Any] = _with_origin(node, "")
    plain.pop("fragment", None)
    if isinstance(plain.get("extends"), str):
        plain["extends"] = [plain["extends"]]
    return plain


def _with_origin(node: Node, key: str) -> Any:
    if isinstance(node.value, list):
        entries = [_with_origin(entry, key) for entry in node.value]
        if key in WITH_ORIGIN:
            for plain, entry in zip(entries, node.value, strict=True):
                if isinstance(plain, dict):
                    plain["origin"] = list(entry.packs)
        return entries
    if isinstance(node.value, dict):
        return {name: _with_origin(entry, name) for name, entry in node.value.items()}
    return node.value


def resolve(path: Path, *, above: tuple[str, ...] = (), known: dict[Path, Resolved] | None = None) -> Resolved:
    """The pack at `path` laid over its bases. PackFaults only when nothing can be read at all.

    known: packs without fault resolved before, to be used and added to: packs share their bases.
    """
    known = {} if known is None else known
    if path in known:
        return known[path]
    own = _own(path)
    name = own.text("id") or path.stem
    faults: list[Fault] = []
    base: Node | None = None
    bases: list[Node] = []
    for entry in _extends(own):
        found = _resolve_base(entry, path, (*above, name), faults, known)
        if found is None:
            continue
        bases += [*found.bases, found.node]
        base = found.node if base is None else merge_packs(base, found.node, faults)
    own = stated_by(own, name)
    node = merge(None, own, "", faults) if base is None else merge_packs(base, own, faults)
    resolved = Resolved(node, tuple(bases), tuple(faults))
    if not faults:
        known[path] = resolved
    return resolved


def _extends(own: Node) -> list[Node]:
    extends = own.get("extends")
    if extends is None:
        return []
    return extends.items() or [extends]


def _resolve_base(
    entry: Node, path: Path, chain: tuple[str, ...], faults: list[Fault], known: dict[Path, Resolved]
) -> Resolved | None:
    base = str(entry.value)
    if base in chain:
        faults.append(entry.fault("pack.base_cycle", "extends", chain=" → ".join((*chain, base))))
        return None
    candidates = (SHIPPED / base, path.parent / base, path.parent / f"{base}.yaml")
    place = next((one for one in candidates if "/" not in base and one.exists()), None)
    if place is None:
        shipped = "、".join(folder.name for folder in pack_folders(SHIPPED))
        faults.append(entry.fault("pack.base_unknown", "extends", base=base, known=shipped))
        return None
    found = resolve(place, above=chain, known=known)
    faults += found.faults
    return found


def _own(path: Path) -> Node:
    """What the pack itself states, its files laid together."""
    if not path.is_dir():
        return read_file(path)
    files = sorted(path.glob("*.yaml"))
    if not files or len(files) > MAX_FILES:
        raise PackFaults((Fault(str(path), 0, "", "file.none", {"name": str(path)}),))
    whole: dict[str, Node] = {}
    for file in files:
        for key, entry in _entries(read_file(file)):
            if key not in whole:
                whole[key] = entry
            elif isinstance(entry.value, list) and isinstance(whole[key].value, list):
                whole[key] = replace(whole[key], value=[*whole[key].items(), *entry.value])
            else:
                raise PackFaults((entry.fault("pack.key_twice", key, key=key, other=Path(whole[key].file).name),))
    return Node(whole, str(files[0]), 1)


def _entries(node: Node) -> list[tuple[str, Node]]:
    return list(node.value.items()) if isinstance(node.value, dict) else []
