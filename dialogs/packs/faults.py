"""A fault of a pack: place and code; the words are in `dialogs.packs.catalogue`."""

from __future__ import annotations

import dataclasses

from dialogs.packs.catalogue import CATALOGUE
from models.errors import InvalidInput


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault: `line` counts from 1 (0: the whole file), `field` a path such as `records.interview.place`.

    base: the pack it stands in when that is not the pack looked at, whose author mends it in their own files.
    """

    file: str
    line: int
    field: str
    code: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)
    base: str = ""

    def text(self, lang: str = "zh") -> str:
        """Fault and remedy as one line in `zh` or `en`; ValueError for any other language."""
        message = CATALOGUE[self.code]
        if lang == "zh":
            return f"{message.zh.format(**self.params)} {message.zh_remedy.format(**self.params)}{self._of_base('zh')}"
        if lang == "en":
            return f"{message.en.format(**self.params)} {message.en_remedy.format(**self.params)}{self._of_base('en')}"
        raise ValueError(f"no such language: {lang}")

    def _of_base(self, lang: str) -> str:
        if not self.base:
            return ""
        message = CATALOGUE["fault.of_base"]
        if lang == "zh":
            return f" {message.zh.format(base=self.base)}{message.zh_remedy}"
        return f" {message.en.format(base=self.base)} {message.en_remedy}"

    def line_text(self, lang: str = "zh") -> str:
        """`file:line: field: text`, as `zhilu packs lint` prints it."""
        return f"{self.file}:{self.line}: {self.field or '-'}: {self.text(lang)}"


class PackFaults(InvalidInput):
    """A pack that cannot be used, with every fault found; `code` is `pack.invalid`."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("pack.invalid", faults=[fault.line_text() for fault in faults])
