"""A case tried on a table: which cells hold, which rules match, what comes of it. Pure; asked for on every key.

Cells are judged one by one by FEEL; the result is the standard's own, from the table alone with its columns as inputs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from nodes.dmn import DmnError
from nodes.dmn.editing import Sheet, table_alone
from nodes.feel import FeelError, compile_expression, unary_tests


@dataclass(frozen=True, slots=True)
class Trial:
    """``held[row][column]``: True, False, or None where nobody knows. ``matched``: rows of which all cells hold."""

    held: tuple[tuple[bool | None, ...], ...] = ()
    matched: tuple[int, ...] = ()
    decided: tuple[int, ...] = ()
    """the rows that made the result"""
    value: Any = None
    has_value: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One typed value: ``text`` as typed, its value, or why it is none."""

    text: str
    value: Any = None
    problem: str = ""
    empty: bool = field(default=False)


def read_value(text: str) -> Given:
    """``86.40``, ``"open"``, ``date("2026-05-01")``; a bare word that is no value is a text, as people type it."""
    plain = text.strip()
    if not plain:
        return Given(text, empty=True)
    try:
        expression = compile_expression(plain)
        if not expression.free_names:
            return Given(text, expression.evaluate({}))
    except FeelError as error:
        if not plain.replace("-", "").replace(" ", "").replace("_", "").isalnum():
            return Given(text, problem=str(error))
    return Given(text, plain)


_LITERAL = re.compile(r'"[^"]*"|(?<![\w.])-?\d+(?:\.\d+)?(?!\w|\.\d)|\b(?:true|false)\b')


def example_of(sheet: Sheet, column: int) -> str:
    """A value that the rules of this column speak of, as it would be typed; empty where they name none."""
    for text in (*(row.cells[column] for row in sheet.rows), sheet.columns[column].allowed):
        found = _LITERAL.search(text)
        if found:
            return found[0]
    return {"number": "86.40", "string": '"open"', "boolean": "true"}.get(sheet.columns[column].type_ref, "")


@lru_cache(maxsize=20_000)
def _tests(text: str) -> Any:
    try:
        return unary_tests(text)
    except FeelError:
        return None


def try_case(sheet: Sheet, given: Mapping[int, Given]) -> Trial:
    """``given``: value by input column. Columns without one are not judged; then nothing is decided."""
    inputs = sheet.of_kind("input")
    known = [column for column in inputs if column in given and not given[column].empty and not given[column].problem]
    if not known:
        return Trial()
    held = tuple(
        tuple(_holds(row.cells[column], given[column].value) if column in known else None for column in inputs)
        for row in sheet.rows
    )
    matched = tuple(number for number, cells in enumerate(held) if all(cell is True for cell in cells))
    if len(known) < len(inputs):
        maybe = tuple(n for n, cells in enumerate(held) if any(c is True for c in cells) and False not in cells)
        return Trial(held, maybe)
    return _decided(sheet, {column: given[column].value for column in inputs}, held, matched)


def _holds(text: str, value: Any) -> bool | None:
    if text in ("-", ""):
        return True
    tests = _tests(text)
    if tests is None:
        return None
    try:
        answer = tests.evaluate(value)
    except FeelError:
        return None
    return answer if isinstance(answer, bool) else None


def _decided(
    sheet: Sheet, values: Mapping[int, Any], held: tuple[tuple[bool | None, ...], ...], matched: tuple[int, ...]
) -> Trial:
    try:
        result = table_alone(sheet).decide(values)
    except DmnError as error:
        return Trial(held, matched, problem=str(error))
    said = (str(problem.message) for problem in result.problems if problem.code != "no_rule")
    serious = next(said, "") if result.value is None else ""
    decided = tuple(fired.rule_index for fired in result.fired)
    return Trial(held, matched, decided, result.value, has_value=True, problem=serious)
