"""The card of ordered conditions: which one was true, and the smallest change that would have led another way.

Who calls it: `decision/condition` for the trace. Law: conditions below the one that was true were never asked, so what
they would have said may be unknown; then the card says only which way would not have been taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nodes.dmn.analysis.cells import Cell
from nodes.dmn.analysis.columns import Column
from nodes.dmn.analysis.grid import Grid, bits
from nodes.dmn.analysis.scales import SCALES, Scale, scale_of
from nodes.dmn.card.conditions import Rules, Test, rules_of
from nodes.dmn.card.findings import Because, DecisionCard, FiredRule, Flip
from nodes.dmn.card.flips import UNSURE, Now, Opaque, changes, flip_of


class Way(NamedTuple):
    """A way out: what people call it, and its condition."""

    label: str
    condition: str


def conditions_card(
    ways: Sequence[Way], otherwise: str, chosen: int | None, values: Mapping[str, Any], title: str = ""
) -> DecisionCard:
    """The card of a step that took the way `chosen` (from 0; None: none was true).

    `values` are those that the conditions read, by path as text ("input.claim.amount").
    """
    asked = _Conditions(ways, otherwise, chosen, values)
    outcome = otherwise if chosen is None else ways[chosen].label
    rules: tuple[FiredRule, ...] = ()
    if chosen is not None:
        because = tuple(
            Because(".".join(path), "", values[".".join(path)])
            for path in sorted(asked.read[chosen].reads)
            if ".".join(path) in values
        )
        rules = (FiredRule(title, chosen + 1, None, ways[chosen].condition, "", because, outcome),)
    return DecisionCard(title, outcome, rules, asked.flip(), "gone to")


class _Conditions:
    def __init__(self, ways: Sequence[Way], otherwise: str, chosen: int | None, values: Mapping[str, Any]) -> None:
        self._ways = ways
        self._otherwise = otherwise
        self._chosen = chosen
        self._values = values
        self.read: list[Rules] = [rules_of(way.condition, values) for way in ways]
        self._rules: list[list[Test]] = []
        self._of: list[int] = []
        """For each rule its condition."""
        self._unread: list[int] = []
        for at, found in enumerate(self.read):
            if found.ways is None:
                self._unread.append(len(self._rules))
            for way in [[]] if found.ways is None else found.ways:
                self._rules.append(way)
                self._of.append(at)
        paths = dict.fromkeys(test.path for rule in self._rules for test in rule)
        last = Counter(path[-1] for path in paths)
        self.grid = Grid(
            [self._column(at, path, last[path[-1]] == 1) for at, path in enumerate(paths)], len(self._rules)
        )

    def _column(self, at: int, path: tuple[str, ...], alone: bool) -> Column:
        anything = Cell("-", None)
        rows = [[test.cell for test in rule if test.path == path] or [anything] for rule in self._rules]
        text = ".".join(path)
        met = {scale_of(constant.value) for row in rows for cell in row for constant in cell.constants}
        met.add(scale_of(self._values.get(text)))
        scales: list[Scale] = [scale for scale in SCALES.values() if scale in met]
        with_null = any(cell.tests_null() for row in rows for cell in row)
        title = f"the {path[-1].replace('_', ' ')}" if alone else text
        return Column(title, text, path, [at], rows, scales, [], with_null)

    def flip(self) -> Flip | None:
        """The smallest change that leads another way."""
        now = [self._now(at, column) for at, column in enumerate(self.grid.columns)]
        opaque = [
            Opaque(rule, self._held(self._of[rule]), frozenset(self._looked_at(self.read[self._of[rule]])))
            for rule in self._unread
        ]
        held = {path for found in self.read for path in found.fixed}
        fixed = frozenset(at for at, column in enumerate(self.grid.columns) if column.path in held)
        for found in changes(self.grid, now, self._answer, opaque, fixed):
            return flip_of(self.grid, now, self._answer, found, self._label, opaque)
        return None

    def _now(self, at: int, column: Column) -> Now:
        known = column.expression in self._values
        if not known:
            free = sum(1 << rule for rule, way in enumerate(self._rules) if all(t.path != column.path for t in way))
            return Now(None, False, free, self.grid.all_rules)
        value = self._values[column.expression]
        passed = 0
        for rule, way in enumerate(self._rules):
            if all(test.cell.passes(value) for test in way if test.path == column.path):
                passed |= 1 << rule
        return Now(value, True, passed, passed)

    def _held(self, condition: int) -> bool | None:
        """Whether a condition was true; None: it was not asked."""
        if self._chosen is None or condition < self._chosen:
            return False
        return True if condition == self._chosen else None

    def _looked_at(self, found: Rules) -> list[int]:
        """The columns that a condition that is not understood may look at; all, if it could not be read."""
        return [
            at
            for at, column in enumerate(self.grid.columns)
            if not found.reads
            or any(
                column.path is not None
                and (path[: len(column.path)] == column.path or column.path[: len(path)] == path)
                for path in found.reads
            )
        ]

    def _answer(self, sure: int, may: int) -> Any:
        """The condition that is true first; None for another one than now; UNSURE where it may be the same."""
        first = sure & -sure
        before = may if not first else may & (2 * first - 1)
        found: set[int | None] = {self._of[rule] for rule in bits(before)}
        if not first:
            found.add(None)
        if len(found) == 1:
            return ("way", *found)
        return UNSURE if self._chosen in found else None

    def _label(self, answer: Any) -> str | None:
        if answer is None:
            return None
        return self._otherwise if answer[1] is None else self._ways[answer[1]].label
