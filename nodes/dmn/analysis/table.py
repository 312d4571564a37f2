"""`analyse(table)`: what is wrong with a decision table, before anybody runs it.

Who calls it: `baton check`, `baton decide --analyse`, the table editor.
Law: what is told of is so; what could not be decided is named. The work is counted, and ends at the budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from nodes.dmn.analysis.cell_errors import cell_errors
from nodes.dmn.analysis.findings import Analysis, Gap, Overlap, Region, Repair, Subsumed, Unknown, Unreachable
from nodes.dmn.analysis.gaps import free_boxes
from nodes.dmn.analysis.grid import Box, Budget, OutOfBudget, bits
from nodes.dmn.analysis.overlaps import overlapping
from nodes.dmn.analysis.reach import changes_nothing, never_decides
from nodes.dmn.analysis.repairs import of_gap, of_overlap
from nodes.dmn.analysis.results import Results
from nodes.dmn.analysis.sheet import Sheet
from nodes.dmn.analysis.wording import box_cells, box_example, box_words, inputs_of_example, set_words
from nodes.dmn.boxed import DecisionTable
from nodes.feel.values import NUMBER

if TYPE_CHECKING:
    from nodes.dmn.model import DecisionModel

STEPS: Final = 400_000
"""What each question (gaps, overlaps, rules that never decide) may cost: about a second."""
MOST: Final = 100
"""Findings of one kind that are told of."""
_MOST_COLUMNS: Final = 200
_MOST_NAMED: Final = 5


def analyse(
    table: DecisionTable,
    model: DecisionModel | None = None,
    *,
    scope: Mapping[str, str | None] | None = None,
    steps: int = STEPS,
    most: int = MOST,
) -> Analysis:
    """Gaps, overlaps, rules that never decide or change nothing, and cells that are wrong.

    `model` knows the types of inputs and the names in scope, `scope` more local names (parameters of a function) with
    their types; without them types are taken from the columns and cells. Null counts as a value that may come in
    columns where a cell tests for it.
    """
    return _Analysing(Sheet(table, model, scope), steps, most).all()


class _Analysing:
    def __init__(self, sheet: Sheet, steps: int, most: int) -> None:
        self._sheet = sheet
        self._table = sheet.table
        self._grid = sheet.grid
        self._width = len(sheet.table.inputs)
        self._steps = steps
        self._most = most
        self._results = Results(sheet)
        self._gave_up: list[str] = []

    def all(self) -> Analysis:
        """Every question, one after the other."""
        errors = cell_errors(self._sheet)
        if len(self._grid.columns) > _MOST_COLUMNS:
            why = f"The table has more than {_MOST_COLUMNS} columns; only its cells were looked at."
            return Analysis(cell_errors=errors, gave_up=(why,))
        gaps, overlaps, unreachable = self._gaps(), self._overlaps(), self._unreachable()
        return Analysis(
            gaps=gaps,
            overlaps=overlaps,
            unreachable=unreachable,
            subsumed=self._subsumed({found.rule for found in unreachable}),
            cell_errors=errors,
            unknown=self._unknown({(error.rule, error.column) for error in errors if not error.output}),
            gave_up=tuple(self._gave_up),
            domains=tuple(self._domain(at) for at in range(self._width)),
        )

    def _domain(self, at: int) -> str:
        column = self._sheet.column_at(at)
        return set_words(column, column.domain).removeprefix("is ")

    # -- the questions --

    def _gaps(self) -> tuple[Gap, ...]:
        if any(clause.default is not None for clause in self._table.outputs) or self._table.hit_policy == "COLLECT":
            return ()  # the default answers, or an empty list
        try:
            boxes, complete = free_boxes(self._grid, Budget(self._steps), self._most)
        except OutOfBudget:
            self._gave_up.append("Gaps: the table is too large to look at all combinations.")
            return ()
        if not complete:
            self._gave_up.append(f"Gaps: there are more; the first {len(boxes)} are told of.")
        budget = Budget(self._steps // 4)
        return tuple(
            Gap(self._region(box), self._between_whole(box), of_gap(self._grid, box, self._width, budget))
            for box in boxes
        )

    def _overlaps(self) -> tuple[Overlap, ...]:
        pairs, complete = overlapping(
            self._table.hit_policy, self._grid, self._results, Budget(self._steps), self._most
        )
        if not complete:
            self._gave_up.append(f"Overlaps: there are more; the first {len(pairs)} are told of.")
        budget = Budget(self._steps // 4)
        return tuple(
            Overlap(
                (one, other),
                self._region(box),
                of_overlap(self._grid, one, other, box, budget),
                self._table.hit_policy != "ANY" or self._results.same(one, other) is False,
            )
            for one, other, box in pairs
        )

    def _unreachable(self) -> tuple[Unreachable, ...]:
        found: list[Unreachable] = []
        budget = Budget(self._steps)
        for rule in bits(self._grid.all_rules):
            if self._grid.empty(rule):
                found.append(Unreachable(rule, (), self._why_empty(rule), (_removed(rule),)))
                continue
            try:
                by = never_decides(self._table.hit_policy, self._grid, self._results, rule, budget)
            except OutOfBudget:
                self._gave_up.append(f"Rules that never decide: looked for up to rule {rule} only.")
                break
            if by is not None:
                found.append(Unreachable(rule, by, self._why_taken(by), self._moved(rule, by)))
            if len(found) == self._most:
                self._gave_up.append(f"Rules that never decide: the first {self._most} are told of.")
                break
        return tuple(found)

    def _subsumed(self, known: set[int]) -> tuple[Subsumed, ...]:
        found: list[Subsumed] = []
        budget = Budget(self._steps)
        table = self._table
        for rule in bits(self._grid.all_rules):
            if rule in known:
                continue
            try:
                by = changes_nothing(table.hit_policy, table.aggregation, self._grid, self._results, rule, budget)
            except OutOfBudget:
                self._gave_up.append(f"Rules that change nothing: looked for up to rule {rule} only.")
                break
            if by is not None and by not in known:
                found.append(Subsumed(rule, by, (_removed(rule),)))
            if len(found) == self._most:
                self._gave_up.append(f"Rules that change nothing: the first {self._most} are told of.")
                break
        return tuple(found)

    def _unknown(self, wrong: set[tuple[int, int]]) -> tuple[Unknown, ...]:
        found: list[Unknown] = []
        for number, rule in enumerate(self._table.rules):
            if not self._sheet.fits[number]:
                continue
            for at, text in enumerate(rule.inputs):
                column = self._sheet.column_at(at)
                if (
                    id(self._sheet.cell(text)) in column.unknown_cells
                    and (number, at) not in wrong
                    and len(found) < self._most
                ):
                    title = self._table.inputs[at].title
                    message = f"what `{text}` takes of {title} is not known beforehand; it is taken as possibly all."
                    found.append(Unknown(number, at, message))
        return (*found, *self._entangled())

    def _entangled(self) -> list[Unknown]:
        """Columns that look at the same thing in different ways: not all combinations of their values can come."""
        found: list[Unknown] = []
        columns = sorted(self._grid.columns, key=lambda column: column.places[0])
        for at, column in enumerate(columns):
            for other in columns[:at]:
                if self._sheet.share(column.places[0], other.places[0]):
                    message = (
                        f"{other.title} and {column.title} look at the same input; combinations of their values that "
                        "are told of may be impossible."
                    )
                    found.append(Unknown(None, column.places[0], message))
        return found

    # -- words --

    def _region(self, box: Box) -> Region:
        example = box_example(self._grid, box, self._width)
        return Region(
            box_cells(self._grid, box, self._width),
            box_words(self._grid, box),
            example,
            inputs_of_example(self._grid, example),
        )

    def _between_whole(self, box: Box) -> bool:
        """Whether a column takes only numbers between one whole number and the next."""
        for column, pieces in zip(self._grid.columns, box, strict=True):
            inside = [column.pieces[at] for at in bits(pieces)]
            if inside and all(
                piece.scale is not None
                and piece.scale.kind == NUMBER
                and piece.low is not None
                and piece.high is not None
                and piece.low[1] == 1
                and piece.high[1] == 0
                and piece.low[0] == piece.low[0].to_integral_value()
                and piece.high[0] == piece.low[0] + 1
                for piece in inside
            ):
                return True
        return False

    def _why_empty(self, rule: int) -> str:
        cells = self._table.rules[rule].inputs
        for column in self._grid.columns:
            if not column.may[rule]:
                texts = " and ".join(f"`{cells[at]}`" for at in column.places)
                return f"no value of {column.title} passes {texts}"
        return "no input passes all of its cells"

    @staticmethod
    def _why_taken(by: tuple[int, ...]) -> str:
        named = [str(rule + 1) for rule in by[:_MOST_NAMED]]
        if len(by) == 1:
            return f"rule {named[0]} takes all that it takes, and comes first"
        more = f" and {len(by) - _MOST_NAMED} more" if len(by) > _MOST_NAMED else ""
        return f"the rules {', '.join(named)}{more} together take all that it takes, and come first"

    def _moved(self, rule: int, by: tuple[int, ...]) -> tuple[Repair, ...]:
        if self._table.hit_policy == "FIRST" and self._results.same(rule, by[0]) is not True:
            words = f"Move rule {rule + 1} before rule {by[0] + 1}"
            return (Repair("move_rule", words, rule=rule, before=by[0]), _removed(rule))
        return (_removed(rule),)


def _removed(rule: int) -> Repair:
    return Repair("remove_rule", f"Remove rule {rule + 1}", rule=rule)
