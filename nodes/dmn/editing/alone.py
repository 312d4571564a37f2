"""A table decided on what its columns look at, without the decisions and inputs around it.

Who calls it: the case that is tried above a table, and saved tests. Law: the result is the standard's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from nodes.dmn.editing.fresh import fresh_model
from nodes.dmn.editing.sheet import Column, Sheet
from nodes.dmn.files import parse_model
from nodes.dmn.result import DecisionResult

RESULT: Final = "result"
_PATH: Final = re.compile(r"[^\W\d][\w ]*(?:\.[^\W\d][\w ]*)*")


class TableAlone:
    """One table, compiled once. Raises DmnError where it is none.

    Columns that look at plain names or paths keep them, so that results may speak of them, too.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._names = _names(sheet)
        columns: list[Column] = [
            replace(column, expression=".".join(self._names[number]), type_ref="", allowed="")
            if column.kind == "input"
            else column
            for number, column in enumerate(sheet.columns)
        ]
        rows = [row.cells for row in sheet.rows]
        made = fresh_model(RESULT, columns, rows, hit_policy=sheet.hit_policy, aggregation=sheet.aggregation)
        self._model = parse_model(made)

    def decide(self, values: Mapping[int, Any]) -> DecisionResult:
        """What the table says where its input columns look at these values (column -> value). Raises DmnError."""
        inputs: dict[str, Any] = {}
        for column, value in values.items():
            *way, last = self._names[column]
            inner = inputs
            for name in way:
                inner = inner.setdefault(name, {})
            inner[last] = value
        return self._model.evaluate(RESULT, inputs)


@lru_cache(maxsize=4)
def table_alone(sheet: Sheet) -> TableAlone:
    """The same, kept for the next question about the same table."""
    return TableAlone(sheet)


def _names(sheet: Sheet) -> tuple[tuple[str, ...], ...]:
    """What each input column looks at, name by name; numbers where an expression is no path or two meet."""
    texts = [sheet.columns[column].expression.strip() for column in sheet.of_kind("input")]
    paths = tuple(tuple(part.strip() for part in text.split(".")) for text in texts)
    meeting = any(one[: len(other)] == other for n, one in enumerate(paths) for m, other in enumerate(paths) if n != m)
    if meeting or RESULT in (path[0] for path in paths) or not all(map(_PATH.fullmatch, texts)):
        return tuple((f"column {number}",) for number in range(len(texts)))
    return paths
