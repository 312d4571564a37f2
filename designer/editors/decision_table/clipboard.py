"""Cells to and from a spreadsheet: tab-separated text as Excel and LibreOffice give and take it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from nodes.dmn.editing import Column

LARGEST = 200_000
"""cells that are taken from a clipboard; more is an accident"""


def to_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as a spreadsheet takes them."""
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(rows)
    return out.getvalue()


def from_text(text: str) -> list[list[str]]:
    """Rows of cells; empty if there is nothing, or far too much."""
    rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), dialect="excel-tab"))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows if sum(len(row) for row in rows) <= LARGEST else []


def as_cell(text: str, column: Column) -> str:
    """What a spreadsheet's cell means in this column: empty is any, a bare text of a text column gets its quotes."""
    plain = text.strip()
    if not plain:
        return "-" if column.kind == "input" else ""
    if column.kind == "annotation" or column.type_ref != "string":
        return plain
    starts = ('"', "<", ">", "=", "not(", "null", "-", "[", "(", "]", "?")
    return plain if plain.startswith(starts) or '"' in plain else '"' + plain.replace("\\", "\\\\") + '"'
