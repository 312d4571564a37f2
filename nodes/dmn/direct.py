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
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nodes.dmn.evaluation import Ready
from nodes.dmn.logic.column import Column
from nodes.dmn.result import DecisionResult, Evaluated, Fired
from nodes.dmn.types import ANY, Constrained, ModelType, Named, Simple
from nodes.feel.limits import DEFAULT_BUDGET
from nodes.feel.values import KINDS

if TYPE_CHECKING:
    from nodes.dmn.logic.table import CompiledTable

_TAKEN: Final = (str, Decimal, bool, dt.date)
_FLAT: Final = frozenset({str, Decimal, bool, type(None)})
_MOST: Final = 4_096
"""Sets of rules that are remembered."""


class Said(NamedTuple):
    """What the plan said for a set of rules."""

    value: Any
    fired: tuple[tuple[int, Any], ...]


class Way(NamedTuple):
    """How values of certain classes are asked: the places of numbers, and by place what says which rules match."""

    numbers: tuple[int, ...]
    allowed: tuple[tuple[int, Callable[[Any], int]], ...]
    columns: tuple[tuple[int, Callable[[Any], int]], ...]


class Direct:
    """The short way to one decision."""

    __slots__ = (
        "_columns",
        "_digest",
        "_every",
        "_first",
        "_get",
        "_inputs",
        "_name",
        "_reads",
        "_said",
        "_step",
        "_table",
        "_ways",
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
        self._name = step.element.name
        self._table = table
        self._inputs = inputs
        self._get = itemgetter(*(name for name, _ in inputs), inputs[0][0])  # one more: so that it gives a tuple
        self._columns = columns
        self._reads = reads
        self._every = (1 << len(table.cells[0])) - 1 if table.cells else 0
        self._first = table.source.hit_policy == "FIRST"
        self._ways: dict[tuple[type, ...], Way | None] = {}
        self._said: dict[int, Said] = {}

    def answer(self, inputs: Mapping[str, Any], now: dt.datetime | None, zone: str) -> DecisionResult | int | None:
        """What was said for the rules that match; the rules, if they were not met yet; None where it takes the plan."""
        if inputs.__class__ is not dict or len(inputs) != len(self._inputs):
            return None
        try:
            values = self._get(inputs)
        except KeyError:
            return None
        classes = tuple(map(type, values))
        way = self._ways.get(classes)
        if way is None:
            way = self._way(classes)
            if way is None:
                return None
        for at in way.numbers:
            if not values[at].is_finite():
                return None
        for at, ask in way.allowed:
            if not ask(values[at]):
                return None
        rules = self._every
        for at, ask in way.columns:
            rules &= ask(values[at])
        if self._first:
            rules &= -rules
        said = self._said.get(rules)
        if said is None:
            return rules
        value = said.value
        if value.__class__ is list:
            value = [dict(item) if item.__class__ is dict else item for item in value]
        elif value.__class__ is dict:
            value = dict(value)
        return DecisionResult(self._name, value, (), (self._tell, said, values, now, zone), self._digest)

    def _way(self, classes: tuple[type, ...]) -> Way | None:
        """How values of these classes are asked, None where not all columns can say it."""
        if classes in self._ways or len(self._ways) > _MOST:
            return None
        self._ways[classes] = None
        if any(of not in taken for of, (_, taken) in zip(classes, self._inputs, strict=False)):
            return None
        asks: dict[bool, list[tuple[int, Callable[[Any], int]]]] = {False: [], True: []}
        for at, column, only_allows in self._columns:
            line = column.line(classes[at])
            if line is None or line.unsure:
                return None
            asks[only_allows].append((at, line.ask))
        numbers = tuple(at for at, of in enumerate(classes[:-1]) if of is Decimal)
        way = self._ways[classes] = Way(numbers, tuple(asks[True]), tuple(asks[False]))
        return way

    def remember(self, rules: int, result: DecisionResult) -> None:
        """Keep what the plan said, if it is sure to say it again."""
        if not result.problems and len(self._said) < _MOST and _is_flat(result.value, 1):
            fired = tuple((rule.rule_index, rule.outputs) for rule in result.fired)
            value = result.value
            self._said[rules] = Said([*value] if value.__class__ is list else value, fired)

    def _tell(
        self, said: Said, values: tuple[Any, ...], now: dt.datetime | None, zone: str
    ) -> tuple[tuple[Fired, ...], tuple[Evaluated, ...]]:
        reads = {name: values[at] for name, at in self._reads}
        scope = {**self._step.scope, **reads}
        looked_at = [values[at] for at, _, only_allows in self._columns if not only_allows]
        fired = tuple(Fired(self._table, rule, out, looked_at, scope, now, zone) for rule, out in said.fired)
        element = self._step.element
        return fired, (Evaluated(element.name, self._step.key[1], reads, said.value, fired),)


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
