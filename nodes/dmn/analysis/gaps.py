"""Gaps: what no rule of a table takes.

Who calls it: `table`. Law: every region told of is free of rules, and together they are all that is free, unless the
budget ended the search. Regions are as large as they can be, so they may overlap one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from nodes.dmn.analysis.grid import Box, Budget, Grid, OutOfBudget, bits, subtract

Branches: TypeAlias = tuple[tuple[int, "Branches"], ...]
"""What is free from a column on: pieces of it, and what is free behind them; `_REST`: everything."""
_REST: Final[Branches] = ((-1, ()),)


def free_boxes(grid: Grid, budget: Budget, most: int) -> tuple[list[Box], bool]:
    """Regions that no rule takes, at most so many, and whether they are all. Raises ``OutOfBudget``.

    A rule whose cell is not understood counts as taking all that it may take: what is told of is free for sure.
    """
    found: list[Box] = []
    branches = _Sweep(grid, budget).free(0, grid.all_rules)
    for path in _paths(branches, grid, 0, ()):
        left = [path]
        for known in found:
            left = [rest for box in left for rest in subtract(box, known)]
            if len(left) > 1_000:
                return found, False
        while left:
            if len(found) == most:
                return found, False
            try:
                widest = _widened(grid, left[0], budget)
            except OutOfBudget:
                return found, False
            found.append(widest)
            left = [rest for box in left for rest in subtract(box, widest)]
    return found, True


class _Sweep:
    """Column by column, keeping which rules are still possible; the same rules are looked at once."""

    def __init__(self, grid: Grid, budget: Budget) -> None:
        self._grid = grid
        self._budget = budget
        self._known: dict[tuple[int, int], Branches] = {}
        self._made: dict[tuple[tuple[int, int], ...], Branches] = {}

    def free(self, at: int, alive: int) -> Branches:
        side = self._grid.may
        if not alive:
            return _REST
        if alive & side.free[at] or at == len(self._grid.columns):
            return ()
        known = self._known.get((at, alive))
        if known is not None:
            return known
        parts = side.parts(at, alive, self._grid.domain[at])
        self._budget.spend(1 + len(parts))
        behind: dict[int, tuple[int, Branches]] = {}
        for rules, pieces in parts:
            rest = self.free(at + 1, rules)
            if rest:
                together, _ = behind.get(id(rest), (0, rest))
                behind[id(rest)] = (together | pieces, rest)
        made = tuple((pieces, rest) for pieces, rest in sorted(behind.values(), key=lambda item: item[0] & -item[0]))
        # The same branches are one object, so that what is free behind different pieces can be told to be the same.
        same = self._made.setdefault(tuple((pieces, id(rest)) for pieces, rest in made), made)
        self._known[at, alive] = same
        return same


def _paths(branches: Branches, grid: Grid, at: int, begun: Box) -> Iterator[Box]:
    if branches is _REST:
        yield (*begun, *grid.domain[at:])
        return
    for pieces, rest in branches:
        if at + 1 == len(grid.columns):
            yield (*begun, pieces)
        else:
            yield from _paths(rest, grid, at + 1, (*begun, pieces))


def _widened(grid: Grid, box: Box, budget: Budget) -> Box:
    """The box made as wide as it goes without touching a rule; whole columns first, for fewer words."""
    widest = list(box)
    order = sorted(range(len(widest)), key=lambda at: -grid.columns[at].places[0])
    for whole in (True, False):
        for at in order:
            missing = grid.domain[at] & ~widest[at]
            if not missing:
                continue
            around = [*widest]
            around[at] = grid.domain[at]
            budget.spend(4)
            rules = grid.touched(tuple(around), grid.all_rules, may=True)
            if whole:
                if not rules:
                    widest[at] = grid.domain[at]
                continue
            taken = 0
            for rule in bits(rules):
                taken |= grid.may.sets[at][rule]
            widest[at] |= missing & ~taken
    return tuple(widest)
