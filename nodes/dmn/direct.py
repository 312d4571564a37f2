"""The short way to the answer of a decision that is one table over inputs: which rules match, and what was said then.

Who calls it: `model`, for evaluations without a budget of their own.
Law: there is one truth, the plan of `evaluation`. The short way only remembers what that said, without a problem, for
a set of matching rules; a table whose results are literals says the same for the same set. For anything unexpected (an
input that is missing, strange or of another class, a cell that must be asked, a set that was not met yet) it steps
aside, and the plan is run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from nodes.dmn.evaluation import Ready
from nodes.dmn.logic.column import Column
from nodes.dmn.result import DecisionResult, Evaluated, Fired
from nodes.dmn.types import ANY, Constrained, ModelType, Named, Simple
from nodes.dmn.way import Way, made_way
from nodes.feel.limits import DEFAULT_BUDGET
from nodes.feel.values import KINDS

if TYPE_CHECKING:
    from nodes.dmn.logic.column import Line
    from nodes.dmn.logic.table import CompiledTable

_TAKEN: Final = (str, Decimal, bool, dt.date)
_FLAT: Final = frozenset({str, Decimal, bool, type(None)})
_MOST: Final = 4_096
"""Sets of rules that are remembered."""
_MOST_WAYS: Final = 64
"""Combinations of classes of inputs that get a way of their own."""
_WIDEST: Final = 200
"""Inputs and columns of a table that has one: each is a part of one Python expression."""


class Direct:
    """The short way to one decision."""

    __slots__ = (
        "_columns",
        "_digest",
        "_first",
        "_get",
        "_inputs",
        "_reads",
        "_said",
        "_step",
        "_table",
        "_ways",
        "answer",
    )

    def __init__(
        self,
        step: Ready,
        table: CompiledTable,
        inputs: list[tuple[str, frozenset[type]]],
        columns: list[tuple[int, Column, bool]],
        reads: list[tuple[str, int]],
        digest: str,
    ) -> None:
        """`inputs` are names and the classes taken; `columns` and `reads` say the place of an input among them. A
        column that only says what is allowed is marked."""
        self._step = step
        self._digest = digest
        self._table = table
        self._inputs = inputs
        self._get = itemgetter(*(name for name, _ in inputs), inputs[0][0])  # one more: so that it gives a tuple
        self._columns = columns
        self._reads = reads
        self._first = table.source.hit_policy == "FIRST"
        self._ways: dict[tuple[type, ...], Way | None] = {}
        self._said: dict[int, tuple[Any, Callable[[Any], Any] | None, Any]] = {}
        """For a set of rules the value, what copies it, and the rules that fired with what they said."""
        self.answer: Way = self._any_way
        """What was said for the rules that match; the rules, if they were not met yet; None where it takes the plan."""

    def _any_way(self, inputs: Mapping[str, Any], now: dt.datetime | None, zone: str) -> DecisionResult | int | None:
        if inputs.__class__ is not dict or len(inputs) != len(self._inputs):
            return None
        try:
            values = self._get(inputs)
        except KeyError:
            return None
        classes = tuple(map(type, values[:-1]))
        way = self._ways.get(classes) or self._way(classes)
        if way is None:
            return None
        self.answer = way  # what comes next is likely to be alike
        return way(inputs, now, zone)

    def _way(self, classes: tuple[type, ...]) -> Way | None:
        """How values of these classes are asked, None where not all columns can say it."""
        if classes in self._ways or len(self._ways) > _MOST_WAYS:
            return None
        self._ways[classes] = None
        kinds = [Decimal if of is int else of for of in classes]  # an int is read as a number
        if any(of not in taken for of, (_, taken) in zip(kinds, self._inputs, strict=True)):
            return None
        lines: dict[bool, list[tuple[int, Line]]] = {False: [], True: []}
        for at, column, only_allows in self._columns:
            line = column.line(kinds[at])
            if line is None or line.unsure:
                return None
            lines[only_allows].append((at, line))
        way = self._ways[classes] = made_way(
            [name for name, _ in self._inputs],
            classes,
            lines[True],
            lines[False],
            (1 << len(self._table.cells[0])) - 1 if self._table.cells else 0,
            self._first,
            self._said,
            self._tell,
            (self._step.element.name, self._digest),
            self._any_way,
        )
        return way

    def remember(self, rules: int, result: DecisionResult) -> None:
        """Keep what the plan said, if it is sure to say it again."""
        if not result.problems and len(self._said) < _MOST and _is_flat(result.value, 1):
            fired = tuple((rule.rule_index, rule.outputs) for rule in result.fired)
            copy = _COPIES.get(result.value.__class__)
            value = result.value if copy is None else copy(result.value)  # whoever asked first may change theirs
            self._said[rules] = (value, copy, (value, fired))

    def _tell(
        self,
        said: tuple[Any, tuple[tuple[int, Any], ...]],
        values: tuple[Any, ...],
        now: dt.datetime | None,
        zone: str,
    ) -> tuple[tuple[Fired, ...], tuple[Evaluated, ...]]:
        value, rules = said
        reads = {name: values[at] for name, at in self._reads}
        scope = {**self._step.scope, **reads}
        looked_at = [values[at] for at, _, only_allows in self._columns if not only_allows]
        fired = tuple(Fired(self._table, rule, out, looked_at, scope, now, zone) for rule, out in rules)
        element = self._step.element
        return fired, (Evaluated(element.name, self._step.key[1], reads, value, fired),)


def _fresh_list(value: list[Any]) -> list[Any]:
    return [dict(item) if item.__class__ is dict else item for item in value]


_COPIES: Final[dict[type, Callable[[Any], Any]]] = {list: _fresh_list, dict: dict}


def _is_flat(value: Any, depth: int) -> bool:
    if value.__class__ is list:
        return depth > 0 and all(_is_flat(item, 0 if item.__class__ is list else depth) for item in value)
    if value.__class__ is dict:
        return all(item.__class__ in _FLAT for item in value.values())
    return value.__class__ in _FLAT


def direct_way(steps: list[Ready], table: CompiledTable | None, digest: str = "") -> Direct | None:
    """The short way through a plan, None where there is none."""
    *inputs, decision = steps
    if table is None or not inputs or decision.nested or any(step.code is not None or step.key[0] for step in inputs):
        return None
    if not table.is_fixed or table.cost + 100 * len(table.cells) > DEFAULT_BUDGET.steps // 2:
        return None
    names = tuple(step.element.variable.name for step in inputs)
    keys = [step.key for step in inputs]
    if len(set(names)) != len(names):
        return None
    places = {name: keys.index(key) for name, key in decision.reads if key in keys}
    classes: list[frozenset[type]] = []
    columns: list[tuple[int, Column, bool]] = []
    for at, step in enumerate(inputs):
        taken = _taken(step.type)
        if taken is None:
            return None
        classes.append(taken[0])
        columns.extend((at, column, True) for column in taken[1])
    for column, (name, of, allowed) in zip(table.columns, table.asks, strict=True):
        place = places.get(name)
        taken = None if place is None else _taken(of)
        if place is None or taken is None or not classes[place] <= taken[0] or allowed is False:
            return None
        columns.extend((place, one, True) for one in (*taken[1], *([] if allowed is None else [allowed])))
        columns.append((place, column, False))
    if len(names) + len(columns) > _WIDEST:
        return None
    return Direct(decision, table, [*zip(names, classes, strict=True)], columns, [*places.items()], digest)


def _taken(of: ModelType) -> tuple[frozenset[type], list[Column]] | None:
    """The classes that fit a type as they are, and the columns of one cell that say which values of them."""
    columns: list[Column] = []
    while isinstance(of, (Named, Constrained)):
        if isinstance(of, Constrained):
            columns.append(Column([of.tests.ast]))
        of = of.target if isinstance(of, Named) else of.inner
    if of is ANY:
        return frozenset(_TAKEN), columns
    if isinstance(of, Simple):
        return frozenset(known for known in _TAKEN if KINDS[known] == of.of), columns
    return None
