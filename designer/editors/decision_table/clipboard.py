"""Cells to and from a spreadsheet: tab-separated text as Excel and LibreOffice give and take it.

A cell that a spreadsheet would work out (``=cmd|...``, ``+1``, ``@SUM``) goes there with its own mark for text, an
apostrophe, and comes back without it: whose table it is may be a stranger (FAULTS R05). Negative numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from nodes.dmn.editing import Column

LARGEST = 200_000
"""cells that are taken from a clipboard; more is an accident"""

_WORKED_OUT = re.compile(r"'*(?:[=+@\t\r\n\uff1d\uff0b\uff20\uff0d]|-(?!(?:\d+(?:\.\d*)?|\.\d+)?(?:[eE][+-]?\d+)?\Z))")

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""such as the line break within a paragraph of a word processor, which no file of decisions can hold"""


def to_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as a spreadsheet takes them."""
    out = io.StringIO()
    safe = ([_as_text(cell.replace("\r\n", "\n").replace("\r", "\n")) for cell in row] for row in rows)
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(safe)
    return out.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if _WORKED_OUT.match(cell) else cell


def from_text(text: str) -> list[list[str]]:
    """Rows of cells; empty if there is nothing, or far too much."""
    rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), dialect="excel-tab"))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if sum(len(row) for row in rows) > LARGEST:
        return []
    return [[cell[1:] if cell.startswith("'") and _WORKED_OUT.match(cell) else cell for cell in row] for row in rows]


_QUOTED = re.compile("['‘‚‛“”„‟«‹]([^\"'‘’‚‛“”„‟«»‹›]+)['’‘“”»›]")
"""one text in other quotes than FEEL's: those of a word processor, of SQL"""
_ASKED = re.compile(
    r"(?:is\s+)?(?:not\s+)?(?:(?:like|in|between|starts with|begins with|ends with|contains)\s*[('\"‘“„]|null\Z)"
    r"|!=|(?:is\s+)?not\s*['‘“„]|['‘“„][^'’”“]+['’”“]\s*(?:[,;|]|\bor\b)",
    re.IGNORECASE,
)
"""a condition as other languages write it: as a text it would never be equal to anything"""


def as_cell(text: str, column: Column) -> str:
    """What a spreadsheet's cell means in this column: empty is any, a bare text of a text column gets its quotes."""
    plain = _CONTROL.sub(" ", text).strip()
    if not plain:
        return "-" if column.kind == "input" else ""
    if column.kind == "annotation" or column.type_ref != "string":
        return plain
    if (quoted := _QUOTED.fullmatch(plain)) is not None:
        plain = quoted[1]
    elif column.kind == "input" and _ASKED.match(plain) is not None:
        return plain
    starts = ('"', "<", ">", "=", "not(", "null", "-", "[", "(", "]", "?")
    return plain if plain.startswith(starts) or '"' in plain else '"' + plain.replace("\\", "\\\\") + '"'
