"""What an evaluation answers: the value, and why.

Who makes it: `evaluation`. Who reads it: journals, cards, editors, tests.
Law: what is cheap is kept while evaluating (which rules fired, what went in and came out); what is dear (whether each
cell held) is worked out when it is asked for, from the same compiled cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from nodes.dmn.errors import Problem

if TYPE_CHECKING:
    from nodes.dmn.logic.table import CompiledTable


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


Story: TypeAlias = tuple[tuple[Fired, ...], tuple[Evaluated, ...]]
"""The rules that fired, and the decisions that were evaluated."""


class DecisionResult:
    """`value` is plain Python (table in `nodes.feel.values`); `trace` is in the order of evaluation.

    `problems` are what went wrong or was odd, in the order in which it was met.
    """

    __slots__ = ("_story", "digest", "name", "problems", "value")

    def __init__(
        self,
        name: str,
        value: Any,
        problems: tuple[Problem, ...],
        story: Story | tuple[Callable[..., Story], *tuple[Any, ...]],
        digest: str = "",
    ) -> None:
        """`digest`: SHA-256 of the file that the asked model was read from.

        `story` may come as a function with its arguments, which is asked once, if somebody wants to know.
        """
        self.name = name
        self.value = value
        self.problems = problems
        self._story = story
        self.digest = digest

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The rules that matched and took part in the result."""
        return self._told()[0]

    @property
    def trace(self) -> tuple[Evaluated, ...]:
        """The decisions that were evaluated."""
        return self._told()[1]

    def _told(self) -> Story:
        tell, *arguments = self._story
        if callable(tell):
            self._story = tell(*arguments)
        return self._story  # type: ignore[return-value]

    def __repr__(self) -> str:
        return f"<DecisionResult {self.name}: {self.value!r}>"
