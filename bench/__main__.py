"""Every benchmark beside its peer, as a table and as JSON.

`python -m bench [--json PATH | --json -] [MODULE…]`; without modules all of them run. Exit code 1 when one failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

MODULES = ("engine", "compliance", "photos", "answers", "alerts", "transcription")
_COLUMNS = ("name", "ours", "peer", "unit", "ratio", "note")

Row = dict[str, Any]


def measure(module: str) -> tuple[list[Row], bool]:
    """The rows of one module, and whether it ran to its end."""
    print(f"{module} …", file=sys.stderr, flush=True)
    try:
        return [dict(row) for row in import_module(f"bench.{module}").rows()], True
    except Exception as fault:  # one benchmark that cannot run must not hide the figures of the others
        note = f"failed: {type(fault).__name__}: {fault}"
        return [{**dict.fromkeys(_COLUMNS), "name": module, "unit": "", "note": note}], False


def table(rows: Sequence[Row]) -> str:
    """Rows in columns; the note stands on a line of its own, once for rows that share it."""
    heads = _COLUMNS[:-1]
    cells = [[_shown(row.get(name)) for name in heads] for row in rows]
    widths = [max(_width(line[i]) for line in [list(heads), *cells]) for i in range(len(heads))]
    lines = [_line(heads, widths), _line(["-" * width for width in widths], widths)]
    for number, (row, line) in enumerate(zip(rows, cells, strict=True)):
        lines.append(_line(line, widths))
        last_of_note = number + 1 == len(rows) or rows[number + 1].get("note") != row.get("note")
        if row.get("note") and last_of_note:
            lines.append(f"    {row['note']}")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0] + " " * (widths[0] - _width(cells[0]))
    rest = [" " * (width - _width(cell)) + cell for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *rest]).rstrip()


def _shown(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--json", metavar="PATH", help="write the rows as JSON; - for standard output, without table")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(MODULES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    whole = True
    for module in options.modules or MODULES:
        measured, ran = measure(module)
        rows += measured
        whole = whole and ran
    written = json.dumps(rows, ensure_ascii=False, indent=2)
    if options.json == "-":
        print(written)
    else:
        print(table(rows))
        if options.json:
            Path(options.json).write_text(written + "\n", encoding="utf-8")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
