"""What an evaluation answers: the value, and why.

Who makes it: `evaluation`. Who reads it: journals, cards, editors, tests.
Law: what is cheap is kept while evaluating (which rules fired, what went in and came out); what is dear (whether each
cell held) is worked out when it is asked for, from the same compiled cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from nodes.dmn.errors import Problem

if TYPE_CHECKING:
    from nodes.dmn.logic.table import CompiledTable
    from nodes.dmn.model import DecisionModel


class Cell(NamedTuple):
    """One condition of a rule: its column, its text, the value that came, and whether it held (None: undecided)."""

    column: str
    text: str
    value: Any
    held: bool | None


class Fired:
    """A rule that matched. `table` is where the table stands, `rule_index` counts from 0, `outputs` by column."""

    __slots__ = ("_looked_at", "_now", "_scope", "_table", "_zone", "outputs", "rule_index")

    def __init__(
        self,
        table: CompiledTable,
        rule_index: int,
        outputs: Sequence[Any],
        looked_at: Sequence[Any],
        scope: Mapping[str, Any],
        now: dt.datetime | None,
        zone: str,
    ) -> None:
        self.rule_index = rule_index
        self.outputs = outputs
        self._table = table
        self._looked_at = looked_at
        self._scope = scope
        self._now = now
        self._zone = zone

    @property
    def table(self) -> str:
        """Where the table stands: the name of its decision or function, and of the entry in it."""
        return self._table.place

    @property
    def rule_id(self) -> str | None:
        """The id of the rule, if it has one."""
        return self._table.source.rules[self.rule_index].id

    @property
    def rule_number(self) -> int:
        """As people count, from 1."""
        return self.rule_index + 1

    @property
    def annotations(self) -> tuple[str, ...]:
        """What stands beside the rule."""
        return self._table.source.rules[self.rule_index].annotations

    @property
    def inputs(self) -> dict[str, Any]:
        """The values that the columns looked at."""
        titles = [clause.title for clause in self._table.source.inputs]
        return dict(zip(titles, self._looked_at, strict=True))

    @property
    def asked(self) -> CompiledTable:
        """The table that it fired in."""
        return self._table

    @property
    def looked_at(self) -> Sequence[Any]:
        """The value of each column."""
        return self._looked_at

    @property
    def moment(self) -> tuple[dt.datetime | None, str]:
        """What `now()` was, and in which zone."""
        return self._now, self._zone

    def cells(self) -> list[Cell]:
        """Each condition of this rule, with its truth."""
        return self.cells_of(self.rule_index)

    def cells_of(self, rule_index: int) -> list[Cell]:
        """Each condition of any rule of the same table on the same values: why it fired or why not."""
        return self._table.explain(rule_index, self._looked_at, self._scope, self._now, self._zone)

    def __repr__(self) -> str:
        return f"<Fired {self.table} rule {self.rule_number}>"


class Evaluated(NamedTuple):
    """A decision that was evaluated: what it required, what it decided, and the rules that fired in it."""

    decision: str
    id: str
    inputs: Mapping[str, Any]
    output: Any
    fired: tuple[Fired, ...]


@dataclass(slots=True)
class DecisionResult:
    """`value` is plain Python (table in `nodes.feel.values`); `trace` is in the order of evaluation."""

    name: str
    value: Any
    fired: tuple[Fired, ...]
    trace: tuple[Evaluated, ...]
    problems: tuple[Problem, ...]
    model: DecisionModel | None = field(default=None, compare=False, repr=False)
    """The model that was asked."""

    @property
    def digest(self) -> str:
        """SHA-256 of the file that the asked model was read from."""
        return "" if self.model is None else self.model.digest
