"""What may be known of a decision without asking it: its tables, and the results that it can give.

Who calls it: `baton check`, the designer. Law: a list of results is complete, or None is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from nodes.dmn.analysis.cells import OPEN, Cell
from nodes.dmn.analysis.sheet import Sheet
from nodes.dmn.boxed import Context, DecisionTable, FunctionDefinition, Variable
from nodes.dmn.elements import Decision, Knowledge
from nodes.dmn.logic.hits import LISTS
from nodes.dmn.types import allowed_tests
from nodes.feel.tree import Literal

if TYPE_CHECKING:
    from nodes.dmn.model import DecisionModel


class PlacedTable(NamedTuple):
    """A table of a model and where it stands."""

    place: str
    """For people: "Route", or "Route, entry Fee"."""
    decision: str
    """Name of the decision or function."""
    table: DecisionTable
    scope: Mapping[str, str | None]
    """Local names with their types: parameters of the function around it, entries of the context."""


def tables_of(model: DecisionModel) -> list[PlacedTable]:
    """All tables of a model (those of its imports are told of with their own file)."""
    found: list[PlacedTable] = []
    elements: list[Decision | Knowledge] = [
        *model.definitions.decisions.values(),
        *model.definitions.knowledge.values(),
    ]
    for element in elements:
        for place, table, scope in _inside(element.logic, element.name, {}):
            found.append(PlacedTable(place, element.name, table, scope))
    return found


def _inside(
    logic: Any, place: str, scope: Mapping[str, str | None]
) -> Iterator[tuple[str, DecisionTable, Mapping[str, str | None]]]:
    """The tables in a boxed expression. Boxes are no deeper than a file may be, so recursion ends."""
    if isinstance(logic, DecisionTable):
        yield place, logic, scope
    elif isinstance(logic, FunctionDefinition):
        inner = {**scope, **{variable.name: variable.type_ref for variable in logic.parameters}}
        yield from _inside(logic.body, place, inner)
    elif isinstance(logic, Context):
        known = dict(scope)
        for variable, box in logic.entries:
            yield from _inside(box, place if variable is None else f"{place}, entry {variable.name}", dict(known))
            if variable is not None:
                known[variable.name] = variable.type_ref
    elif logic is not None:
        parts: list[Any] = [
            getattr(logic, name, None)
            for name in ("condition", "then", "otherwise", "source", "match", "body", "called")
        ]
        parts.extend(getattr(logic, "items", ()))
        parts.extend(box for _, box in _bindings(logic))
        for part in parts:
            if part is not None and not isinstance(part, str):
                yield from _inside(part, place, scope)


def _bindings(logic: Any) -> tuple[tuple[Variable, Any], ...]:
    found: tuple[tuple[Variable, Any], ...] = getattr(logic, "bindings", ())
    return found


def outputs_of(model: DecisionModel, decision: str) -> list[str] | None:
    """The names of the outputs of a decision that is a table with several of them; None for any other."""
    _, found = model.find_decision(decision)
    table = found.logic
    if not isinstance(table, DecisionTable) or len(table.outputs) < 2:
        return None
    return [clause.name or f"output {at}" for at, clause in enumerate(table.outputs, 1)]


def results_of(model: DecisionModel, decision: str, output: str | None = None) -> list[Any] | None:
    """Every value that a decision (or one output of it) can have, each once; None where they can't be listed.

    They are what the rules and the default of a table say, or the allowed values of the type. Null is left out.
    """
    path, found = model.find_decision(decision)
    owner = model
    for name in path:
        owner = owner.imported[name]
    table = found.logic
    if isinstance(table, DecisionTable):
        return _results_of_table(Sheet(table, owner), output)
    if output is not None:
        return None
    tests = allowed_tests(owner.types.of(found.variable.type_ref))
    if tests is None:
        return None
    return _listed(Cell(tests.text, None))


def _results_of_table(sheet: Sheet, output: str | None) -> list[Any] | None:
    table = sheet.table
    if table.hit_policy in LISTS or table.aggregation is not None:
        return None
    names = [clause.name or f"output {at}" for at, clause in enumerate(table.outputs, 1)]
    if output is None and len(names) > 1:
        return None
    if output is not None and (output not in names or len(names) == 1):
        return None
    at = 0 if output is None else names.index(output)
    texts = [rule.outputs[at] for fits, rule in zip(sheet.fits, table.rules, strict=True) if fits]
    default = table.outputs[at].default
    found: list[Any] = []
    for text in dict.fromkeys([*texts, *([default] if default is not None else [])]):
        value = sheet.constant(text)
        if value is OPEN:
            tests = sheet.output_tests(table.outputs[at])
            return None if tests is None else _listed(tests)
        if value is not None and value not in found:
            found.append(value)
    return found


def _listed(tests: Cell) -> list[Any] | None:
    """The values of tests that name single values only."""
    if tests.tree is None or tests.tree.negated:
        return None
    listed = [test.value for test in tests.tree.tests if isinstance(test, Literal)]
    return [value for value in listed if value is not None] if len(listed) == len(tests.tree.tests) else None
