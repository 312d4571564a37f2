"""Cells that can't mean what was meant: no FEEL, a value of another type, one that may not come or is no condition.

Who calls it: `table`. Law: each distinct text of a column is looked at once; types are held against declared ones only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, NamedTuple

from nodes.dmn.analysis.cells import OPEN, Cell, Constant
from nodes.dmn.analysis.columns import Column
from nodes.dmn.analysis.findings import CellError, Repair
from nodes.dmn.analysis.scales import SCALAR_KINDS
from nodes.dmn.analysis.sheet import Sheet
from nodes.dmn.analysis.wording import in_quotes, value_words
from nodes.dmn.types import ModelType, Simple, unwrapped
from nodes.feel import BUILTIN_NAMES, FeelError, FeelSyntaxError, compile_expression, print_expression
from nodes.feel.cell_slips import commas, counted, mended_cell
from nodes.feel.suggest import closest
from nodes.feel.temporal_text import parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.texts import quote
from nodes.feel.tree import (
    AtLiteral,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    ListLiteral,
    Literal,
    Name,
    Node,
    RangeLiteral,
)
from nodes.feel.values import BOOLEAN, DATE, DATE_TIME, DAYS, MONTHS, NULL, NUMBER, STRING, TIME, TYPE_NAMES, kind

_TEMPORAL: Final = {
    DATE: parse_date,
    TIME: parse_time,
    DATE_TIME: parse_date_time,
    DAYS: parse_duration,
    MONTHS: parse_duration,
}


_MOST_MENDED: Final = 50
"""Broken cells of a table for which it is worked out what they may have meant."""


class _Wrong(NamedTuple):
    code: str
    message: str
    text_column: int
    repaired: str | None
    or_else: str | None = None
    """what it may have meant as well"""


class _Search:
    """What broken cells may have meant, for so many of a table."""

    def __init__(self) -> None:
        self._left = _MOST_MENDED

    def syntax(self, error: FeelError, what: str) -> _Wrong:
        """The finding of a cell that is no FEEL."""
        if not isinstance(error, FeelSyntaxError):
            return _Wrong("syntax", f"{what} can't be read. {error}", 0, None)
        self._left -= 1
        suggestion, meant = (error.suggestion, error.meant) if self._left >= 0 else (error.stated_suggestion, None)
        more = f" {suggestion}" if suggestion else ""
        return _Wrong("syntax", f"{what} can't be read. {error.message}{more}", error.column, meant)

    def condition(self, cell: Cell, node: Node, why: str, title: str) -> _Wrong:
        """The finding of a cell that is FEEL, but can't be meant so."""
        self._left -= 1
        found = mended_cell(cell.text) if self._left >= 0 else None
        meant = f" Did you mean `{found[0]}`?" if found is not None else ""
        message = f"`{print_expression(node)}` in the cell `{cell.text}` of {title} {why}.{meant}"
        return _Wrong("condition", message, node.span.start + 1, None if found is None else found[0])


def cell_errors(sheet: Sheet) -> tuple[CellError, ...]:
    """All of them, in the order of the rules."""
    table = sheet.table
    inputs: list[dict[str, _Wrong | None]] = [{} for _ in table.inputs]
    outputs: list[dict[str, _Wrong | None]] = [{} for _ in table.outputs]
    found: list[CellError] = []
    search = _Search()
    for number, rule in enumerate(table.rules):
        if not sheet.fits[number]:
            continue
        for at, text in enumerate(rule.inputs):
            if text not in inputs[at]:
                inputs[at][text] = _input_wrong(sheet, at, sheet.cell(text), search)
            found.extend(_told(inputs[at][text], number, at, output=False))
        for at, text in enumerate(rule.outputs):
            if text not in outputs[at]:
                outputs[at][text] = _output_wrong(sheet, at, text, search)
            found.extend(_told(outputs[at][text], number, at, output=True))
    return tuple(found)


def _told(wrong: _Wrong | None, rule: int, column: int, *, output: bool) -> list[CellError]:
    if wrong is None:
        return []
    repairs = tuple(
        Repair("set_cell", f"Make it {in_quotes(text)}", rule=rule, column=column, text=text, output=output)
        for text in (wrong.repaired, wrong.or_else)
        if text is not None
    )
    return [CellError(rule, column, output, wrong.code, wrong.message, repairs, wrong.text_column)]


def _input_wrong(sheet: Sheet, at: int, cell: Cell, search: _Search) -> _Wrong | None:
    title = sheet.table.inputs[at].title
    if cell.error is not None:
        return search.syntax(cell.error, f"the cell `{cell.text}` of {title}")
    assert cell.tree is not None, "it was read"
    meant = counted(cell.text)
    if meant is not None:
        return _Wrong("counted", _counted_words(cell.text, title, meant), 1, meant)
    due = _kind_of(sheet.declared[at])
    if due == NUMBER and (numbers := commas(cell.text)):
        return _comma(cell.text, title, *numbers)
    for test in cell.tree.tests:
        if isinstance(test, Call) and isinstance(test.function, Name) and _is_unknown(test.function, sheet):
            return search.condition(cell, test, "is a function that nobody knows", title)
        if isinstance(test, Name) and _is_unknown(test, sheet):
            spoken = mended_cell(cell.text) if test.name.lower().endswith("null") else None
            message = f"nothing is called `{test.name}`, which {title} is compared with; "
            message += "a text stands in quotes." if spoken is None else f"did you mean `{spoken[0]}`?"
            text = _replaced(cell.text, test, quote(test.name)) if spoken is None else spoken[0]
            return _Wrong("name", message, test.span.start + 1, text)
        no_condition = _no_condition(test)
        if no_condition is not None:
            return search.condition(cell, *no_condition, title)
    column = sheet.column_at(at)
    for constant in cell.constants:
        wrong = _constant_wrong(cell, constant, due, title)
        if wrong is None and constant.value is not None and any(constant.node is test for test in cell.tree.tests):
            wrong = _not_allowed(cell, constant, column, title)
        if wrong is not None:
            return wrong
    return None


def _comma(text: str, title: str, meant: str, or_else: str | None = None) -> _Wrong:
    choice = f"`{meant}`" if or_else is None else f"`{meant}`, or the two values `{or_else}`"
    message = f"the comma in the cell `{text}` of {title} parts two values: numbers have a decimal point. Did you mean "
    return _Wrong("comma", f"{message}{choice}?", 1, meant, or_else)


def _counted_words(text: str, title: str, meant: str) -> str:
    return f"the cell `{text}` of {title} is a difference of numbers, which is counted. Did you mean `{meant}`?"


def _no_condition(test: Node) -> tuple[Node, str] | None:
    """What stands in a cell where only a condition can be true, and why it can't be; None where all is well."""
    if isinstance(test, (Conjunction, Disjunction)):
        word = "and" if isinstance(test, Conjunction) else "or"
        for part in test.parts:
            if isinstance(part, (Literal, AtLiteral, ListLiteral, RangeLiteral)) and not _is_truth(part):
                return part, f"stands beside `{word}`, but is no condition"
            found = _no_condition(part)
            if found is not None:
                return found
    if isinstance(test, Comparison) and isinstance(test.left, Comparison) and test.operator not in {"=", "!="}:
        return test.left, "is true or false and can't be compared further"
    return None


def _is_truth(node: Node) -> bool:
    return isinstance(node, Literal) and (node.value is None or isinstance(node.value, bool))


def _is_unknown(name: Name, sheet: Sheet) -> bool:
    return sheet.names is not None and name.name not in sheet.names and name.name not in BUILTIN_NAMES


def _kind_of(of: ModelType) -> int | None:
    bare = unwrapped(of)
    return bare.of if isinstance(bare, Simple) and bare.of in SCALAR_KINDS else None


def _constant_wrong(cell: Cell, constant: Constant, due: int | None, title: str) -> _Wrong | None:
    of = kind(constant.value)
    if due is None or of in {due, NULL}:
        return None
    text = _as(constant.value, due)
    repaired = (
        None if text is None or not isinstance(constant.node, Literal) else _replaced(cell.text, constant.node, text)
    )
    message = (
        f"{title} is of the type {TYPE_NAMES[due]}, and {value_words(constant.value)} is of the type {TYPE_NAMES[of]}: "
        "it is never equal."
    )
    return _Wrong("type", message, constant.node.span.start + 1, repaired)


def _as(value: Any, due: int) -> str | None:
    """A constant as one would write it if it were of the type that is due."""
    if due == STRING and isinstance(value, (Decimal, bool)):
        return quote(value_words(value))
    if not isinstance(value, str):
        return None
    if due == NUMBER:
        try:
            number = compile_expression(value).evaluate({})
        except FeelError:
            return None
        return value.strip() if isinstance(number, Decimal) else None
    if due == BOOLEAN:
        return value if value in {"true", "false"} else None
    read = _TEMPORAL[due](value)
    return None if read is None or kind(read) != due else f"@{quote(value)}"


def _not_allowed(cell: Cell, constant: Constant, column: Column, title: str) -> _Wrong | None:
    if column.domain == column.everything:
        return None
    piece = column.piece_of(constant.value)
    if piece is None or column.domain >> piece & 1:
        return None
    listed = [column.pieces[at].sample for at in range(len(column.pieces)) if column.domain >> at & 1]
    near = (
        closest(constant.value, [item for item in listed if isinstance(item, str)])
        if isinstance(constant.value, str)
        else None
    )
    message = f"{title} is never {value_words(constant.value)}: it is none of the values that may come."
    if near is not None:
        message += f' Did you mean "{near}"?'
    repaired = None if near is None else _replaced(cell.text, constant.node, quote(near))
    return _Wrong("not_allowed", message, constant.node.span.start + 1, repaired)


def _output_wrong(sheet: Sheet, at: int, text: str, search: _Search) -> _Wrong | None:
    clause = sheet.table.outputs[at]
    title = clause.label or clause.name or "the result"
    if text.strip():
        try:
            tree = compile_expression(text, sheet.names, properties=sheet.properties).ast
        except FeelError as error:
            return search.syntax(error, f"the cell `{text}` of {title}")
        meant = counted(text)
        if meant is not None and meant.startswith("@"):
            return _Wrong("counted", _counted_words(text, title, meant), 1, meant)
        if isinstance(tree, Name) and _is_unknown(tree, sheet):
            message = f"nothing is called `{tree.name}`, which {title} would be; a text stands in quotes."
            return _Wrong("name", message, tree.span.start + 1, quote(tree.name))
    value = sheet.constant(text)
    if value is OPEN or value is None:
        return None
    of = sheet.types.find(clause.type_ref) if clause.type_ref else None
    due = None if of is None else _kind_of(of)
    if due is not None and kind(value) != due:
        message = f"{title} is of the type {TYPE_NAMES[due]}, and {text} is of the type {TYPE_NAMES[kind(value)]}."
        return _Wrong("type", message, 1, _as(value, due))
    tests = sheet.output_tests(clause)
    if tests is None or tests.tree is None or not tests.known or tests.passes(value):
        return None
    listed = [constant.value for constant in tests.constants if isinstance(constant.value, str)]
    near = closest(value, listed) if isinstance(value, str) else None
    message = f"{title} can't be {value_words(value)}: it is none of the values that are allowed."
    if near is not None:
        message += f' Did you mean "{near}"?'
    return _Wrong("not_allowed", message, 1, None if near is None else quote(near))


def _replaced(text: str, node: Node, by: str) -> str:
    return text[: node.span.start] + by + text[node.span.end :]
