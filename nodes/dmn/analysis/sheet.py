"""A table as analysis sees it: every cell read, every column with the values that may come in it.

Who calls it: `table`, `cell_errors`, decision cards. Law: a type that is declared is believed; where none is, the
constants of the cells say which values are meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nodes.dmn.analysis.cells import Cell, constant_of_text
from nodes.dmn.analysis.columns import Column
from nodes.dmn.analysis.grid import Grid
from nodes.dmn.analysis.scales import SCALES, Scale, scale_of, scales_of_kind
from nodes.dmn.analysis.wording import name_path
from nodes.dmn.boxed import DecisionTable, InputClause, OutputClause
from nodes.dmn.types import ANY, ContextOf, ModelType, Simple, TypeTable, allowed_tests, unwrapped
from nodes.feel import FeelError, compile_expression
from nodes.feel.values import BOOLEAN

if TYPE_CHECKING:
    from nodes.dmn.model import DecisionModel

_NO_TYPES = TypeTable((), {}, lambda problem: None)


class Sheet:
    """A table with its cells read. Rules that do not fit the columns are in it without effect, under their number."""

    def __init__(
        self, table: DecisionTable, model: DecisionModel | None = None, scope: Mapping[str, str | None] | None = None
    ) -> None:
        """`scope`: local names with their types, such as the parameters of the function that the table stands in."""
        self.table = table
        self.model = model
        self._scope = dict(scope or {})
        self.types = _NO_TYPES if model is None else model.types
        self.names: Collection[str] | None = None
        if model is not None or self._scope:
            self.names = frozenset(self._scope) | (frozenset() if model is None else model.all_names)
        self.properties: Collection[str] = () if model is None else model.property_names
        self._cells: dict[str, Cell] = {}
        self._constants: dict[str, Any] = {}
        self.fits = [
            len(rule.inputs) == len(table.inputs) and len(rule.outputs) == len(table.outputs) for rule in table.rules
        ]
        self.declared: list[ModelType] = [self._declared(clause) for clause in table.inputs]
        """For each input column the type that its value has, ANY where nobody says."""
        self.paths = [name_path(clause.expression, self.names) for clause in table.inputs]
        self._reads = [_read_by(clause.expression, self.names) for clause in table.inputs]
        self.grid = Grid(self._columns(), len(table.rules))
        self.grid.forget([at for at, fits in enumerate(self.fits) if not fits])

    def cell(self, text: str) -> Cell:
        """A cell, read once for all that have its text."""
        known = self._cells.get(text)
        if known is None:
            known = self._cells[text] = Cell(text, self.names, self.properties)
        return known

    def constant(self, text: str) -> Any:
        """What an output says, OPEN where that depends on inputs."""
        if text not in self._constants:
            self._constants[text] = constant_of_text(text, self.names)
        return self._constants[text]

    def column_at(self, place: int) -> Column:
        """The column that an input column of the table is part of."""
        return self.grid.place(place)

    def output_tests(self, clause: OutputClause) -> Cell | None:
        """The values that an output may have, in the order of priority."""
        if clause.allowed is not None:
            return self.cell(clause.allowed)
        of = self.types.find(clause.type_ref) if clause.type_ref else None
        tests = None if of is None else allowed_tests(of)
        return None if tests is None else self.cell(tests.text)

    def share(self, one: int, other: int) -> bool:
        """Whether two input columns of different expressions look at the same input."""
        first, second = self._reads[one], self._reads[other]
        return any(a[: len(b)] == b or b[: len(a)] == a for a in first for b in second)

    # -- columns --

    def _columns(self) -> list[Column]:
        groups: dict[str, list[int]] = {}
        for at, clause in enumerate(self.table.inputs):
            groups.setdefault(" ".join(clause.expression.split()) or f"\0{at}", []).append(at)
        return [self._column(places) for places in groups.values()]

    def _column(self, places: Sequence[int]) -> Column:
        clause = self.table.inputs[places[0]]
        empty = self.cell("-")
        rows = [
            [self.cell(rule.inputs[at]) for at in places] if self.fits[number] else [empty for _ in places]
            for number, rule in enumerate(self.table.rules)
        ]
        allowed = [tests for at in places for tests in self._allowed(at)]
        cells = list({id(cell): cell for row in rows for cell in row}.values())
        scales = self._scales([self.declared[at] for at in places], [*cells, *allowed])
        with_null = any(cell.tests_null() for cell in (*cells, *allowed))
        return Column(clause.title, clause.expression, self.paths[places[0]], places, rows, scales, allowed, with_null)

    def _allowed(self, at: int) -> list[Cell]:
        found: list[Cell] = []
        text = self.table.inputs[at].allowed
        if text:
            found.append(self.cell(text))
        of = self.declared[at]
        tests = allowed_tests(of)
        if tests is not None:
            found.append(self.cell(tests.text))
        return [cell for cell in found if cell.tree is not None]

    @staticmethod
    def _scales(declared: Sequence[ModelType], cells: Sequence[Cell]) -> list[Scale]:
        met = {scale_of(constant.value) for cell in cells for constant in cell.constants}
        written = [scale for scale in SCALES.values() if scale in met]
        for of in declared:
            bare = unwrapped(of)
            if isinstance(bare, Simple):
                fitting = scales_of_kind(bare.of)
                return [scale for scale in fitting if scale in written] or fitting[:1]
        if any(unwrapped(of) is not ANY for of in declared):
            return []
        if not written and any("true" in cell.text or "false" in cell.text for cell in cells):
            return scales_of_kind(BOOLEAN)
        return written

    def _declared(self, clause: InputClause) -> ModelType:
        if clause.type_ref:
            found = self.types.find(clause.type_ref)
            if found is not None and found is not ANY:
                return found
        path = name_path(clause.expression, self.names)
        if path is None:
            return ANY
        of = self._type_of_name(path[0])
        for part in path[1:]:
            bare = unwrapped(of)
            if not isinstance(bare, ContextOf) or part not in bare.components:
                return ANY
            of = bare.components[part]
        return of

    def _type_of_name(self, name: str) -> ModelType:
        if name in self._scope:
            return self.types.of(self._scope[name])
        if self.model is None:
            return ANY
        definitions = self.model.definitions
        for element in (*definitions.inputs.values(), *definitions.decisions.values()):
            if element.variable.name == name and element.variable.type_ref:
                return self.types.find(element.variable.type_ref) or ANY
        return ANY


def _read_by(expression: str, names: Collection[str] | None) -> frozenset[tuple[str, ...]]:
    """The paths that an expression reads."""
    try:
        return compile_expression(expression, names).free_paths
    except FeelError:
        return frozenset()
