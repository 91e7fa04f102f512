"""Holds the catalogues against the code: `python -m locales.check`, exit 1 on any fault.

Found: texts of `bot/` without a translation, translations no code uses, placeholders that differ between a text
and its translation, and one text translated in two ways. Texts are marked by calling `t(…)`, `….plural(one, many, …)`
or, where a text is only kept in a table, `_(…)`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent
SOURCE = LOCALES.parent / "bot"
COMPLETE = "zh_Hans_CN"  # English is the language of the texts themselves and needs no catalogue
MARKERS = {"t": 1, "_": 1, "plural": 2}  # name of the function called -> how many forms it is given

Forms = tuple[str, ...]  # one text: itself, or its singular and plural


@dataclass(frozen=True)
class Fault:
    """`place` is `file:line`, relative to the folder that holds the sources and the catalogues."""

    place: str
    fault: str
    text: Forms

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}: {' / '.join(self.text)!r}"


def faults(source: Path = SOURCE, catalogues: Path = LOCALES) -> list[Fault]:
    """Everything wrong, ordered by place. Raises ValueError for a catalogue that is not a PO file."""
    used = _used(source)
    found: list[Fault] = []
    translated: dict[str, tuple[str, Message]] = {}
    for place, message in _catalogue(catalogues / COMPLETE):
        found += _entry_faults(place, message, used, translated)
    for key, (place, text) in used.items():
        if key not in translated:
            found.append(Fault(place, "not translated", text))
        elif len(text) != len(_forms(translated[key][1].id)):
            found.append(Fault(translated[key][0], "plural forms differ from the code", text))
    return sorted(found, key=lambda fault: (fault.place.rpartition(":")[0], int(fault.place.rpartition(":")[2])))


def _entry_faults(
    place: str, message: Message, used: dict[str, tuple[str, Forms]], translated: dict[str, tuple[str, Message]]
) -> Iterator[Fault]:
    """Faults of one catalogue entry; a usable one is put into `translated`."""
    text = _forms(message.id)
    key = text[0]
    if key not in used:
        yield Fault(place, "used nowhere", text)
        return
    strings = _forms(message.string)
    if message.fuzzy or not all(strings):
        return
    earlier = translated.setdefault(key, (place, message))
    if earlier[1].string != message.string:
        yield Fault(place, f"translated differently in {earlier[0]}", text)
    # The last form of the text is the general one: a singular may leave the number out.
    expected = _placeholders(text[-1])
    for string in strings:
        if _placeholders(string) != expected:
            yield Fault(place, "placeholders differ", text)


def _used(source: Path) -> dict[str, tuple[str, Forms]]:
    """First form of a text -> where it is first used, and all its forms.

    Read from the syntax tree: before Python 3.12 Babel's own extraction misses calls inside f-strings.
    """
    used: dict[str, tuple[str, Forms]] = {}
    for file in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            forms = _marked(node)
            # A text may stand both with and without plural; the richer use decides.
            if forms and (forms[0] not in used or len(forms) > len(used[forms[0]][1])):
                used[forms[0]] = (f"{source.name}/{file.relative_to(source)}:{getattr(node, 'lineno', 0)}", forms)
    return used


def _marked(node: ast.AST) -> Forms:
    """The text a call marks for translation; empty for any other node and for a text that is computed."""
    if not isinstance(node, ast.Call):
        return ()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
    forms = tuple(text for text in given[: MARKERS.get(name, 0)] if isinstance(text, str) and text)
    return forms if len(forms) == MARKERS.get(name) else ()


def _catalogue(folder: Path) -> Iterator[tuple[str, Message]]:
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=folder.name, abort_invalid=True)
        for message in catalogue:
            if message.id:
                yield f"{folder.name}/{file.name}:{message.lineno or 0}", message


def _placeholders(text: str) -> frozenset[str]:
    """Names in braces; a text that is not a format string counts as one impossible name."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({f"broken: {text}"})


def _forms(text: str | Iterable[str] | None) -> Forms:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def main() -> int:
    found = faults()
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
