"""Tables, and lists of conditions, as boxes in a grid: for each rule the values of each column that it takes.

Who calls it: `gaps`, `overlaps`, `reach` of this folder, and decision cards. Law: columns of one grid look at different
things; columns of a table with the same expression are one column here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from nodes.dmn.analysis.columns import Column
from nodes.pacing import checkpoint

Box: TypeAlias = tuple[int, ...]
"""A set of pieces for each column of a grid."""


_PIECE = 500
"""steps between two checkpoints"""


class OutOfBudget(Exception):
    """The work is more than was allowed for it."""


class Budget:
    """Steps of work, counted down."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Raises ``OutOfBudget``."""
        self.left -= steps
        if self.left % _PIECE < steps:
            checkpoint()
        if self.left < 0:
            raise OutOfBudget


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits of a mask."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Side:
    """Which rules take each piece of each column: for sure, or maybe."""

    def __init__(self, columns: Sequence[Column], sets: Sequence[Sequence[int]], count: int) -> None:
        self.sets = sets
        self.masks = [_masks(column, sets[at]) for at, column in enumerate(columns)]
        self.edges = [[edges(pieces) for pieces in sets[at]] for at in range(len(columns))]
        full = [
            sum(1 << rule for rule in range(count) if sets[at][rule] & column.domain == column.domain)
            for at, column in enumerate(columns)
        ]
        self.free = [(1 << count) - 1] * (len(columns) + 1)
        """From each column on, the rules that take everything."""
        for at in range(len(columns) - 1, -1, -1):
            self.free[at] = self.free[at + 1] & full[at]

    def parts(self, at: int, alive: int, pieces: int) -> list[tuple[int, int]]:
        """`pieces` of a column parted by which of the `alive` rules take them: (rules, pieces)."""
        masks = self.masks[at]
        found: dict[int, int] = {}
        if alive.bit_count() * 4 > len(masks):
            for piece in bits(pieces):
                rules = masks[piece] & alive
                found[rules] = found.get(rules, 0) | 1 << piece
            return list(found.items())
        edges = self.edges[at]
        ends = {0, len(masks)}
        for rule in bits(alive):
            ends.update(edges[rule])
        order = sorted(ends)
        for low, high in pairwise(order):
            run = ((1 << high) - (1 << low)) & pieces
            if run:
                rules = masks[low] & alive
                found[rules] = found.get(rules, 0) | run
        return list(found.items())

    def touching(self, at: int, pieces: int) -> int:
        """The rules that take any of some pieces of a column."""
        found = 0
        masks = self.masks[at]
        for piece in bits(pieces):
            found |= masks[piece]
        return found


class Grid:
    """Columns and rules. Nothing in it changes once it is made."""

    def __init__(self, columns: Sequence[Column], count: int) -> None:
        self.columns = tuple(sorted(columns, key=_spread))
        """Those that tell rules apart best come first: less is left to look at behind them."""
        self.count = count
        self.all_rules = (1 << count) - 1
        self.sure = Side(self.columns, [column.sure for column in self.columns], count)
        self.may = Side(self.columns, [column.may for column in self.columns], count)
        self.domain: Box = tuple(column.domain for column in self.columns)
        self._touching: dict[tuple[int, int], int] = {}

    def forget(self, rules: Sequence[int]) -> None:
        """Take rules out that can't be used; the others keep their numbers. Called before anything is asked."""
        for rule in rules:
            for at, column in enumerate(self.columns):
                column.sure[rule] = column.may[rule] = 0
                for side in (self.sure, self.may):
                    side.masks[at] = [mask & ~(1 << rule) for mask in side.masks[at]]
                    side.edges[at][rule] = ()
            for side in (self.sure, self.may):
                side.free = [free & ~(1 << rule) for free in side.free]
            self.all_rules &= ~(1 << rule)

    def box(self, rule: int, *, may: bool = False) -> Box:
        """What a rule takes."""
        side = self.may if may else self.sure
        return tuple(sets[rule] for sets in side.sets)

    def empty(self, rule: int) -> bool:
        """Whether nothing can make a rule match."""
        return not all(self.box(rule, may=True))

    def touched(self, box: Box, rules: int, *, may: bool = False) -> int:
        """Which of some rules take anything of a box."""
        side = self.may if may else self.sure
        for at, pieces in enumerate(box):
            if not rules:
                break
            if pieces == self.domain[at] or rules.bit_count() < 16:
                sets = side.sets[at]
                rules = sum(1 << rule for rule in bits(rules) if sets[rule] & pieces)
                continue
            key = (at * 2 + may, pieces)
            found = self._touching.get(key)
            if found is None:
                found = self._touching[key] = side.touching(at, pieces)
            rules &= found
        return rules

    def covered(self, box: Box, rules: int, budget: Budget, *, may: bool = False) -> bool:
        """Whether some rules together take all of a box."""
        side = self.may if may else self.sure
        known: set[tuple[int, int]] = set()
        return self._covered(side, 0, box, rules, budget, known)

    def _covered(self, side: Side, at: int, box: Box, alive: int, budget: Budget, known: set[tuple[int, int]]) -> bool:
        if alive & side.free[at]:
            return True
        if at == len(box) or not alive:
            return bool(alive)
        if (at, alive) in known:
            return True
        parts = side.parts(at, alive, box[at])
        budget.spend(1 + len(parts))
        for rules, _ in sorted(parts):
            if not self._covered(side, at + 1, box, rules, budget, known):
                return False
        known.add((at, alive))
        return True

    def place(self, column: int) -> Column:
        """A column by the number that it has in the table."""
        return next(found for found in self.columns if column in found.places)


def _spread(column: Column) -> float:
    """How many rules a piece has on the average."""
    taken = sum(pieces.bit_count() for pieces in column.may)
    return taken / max(column.domain.bit_count(), 1)


def edges(pieces: int) -> tuple[int, ...]:
    """Where runs of pieces begin and end, in turn."""
    changes = pieces ^ (pieces << 1)
    return tuple(bits(changes))


def _masks(column: Column, sets: Sequence[int]) -> list[int]:
    """For each piece the rules that take it."""
    toggles: list[list[int]] = [[] for _ in range(len(column.pieces) + 1)]
    for rule, pieces in enumerate(sets):
        for edge in edges(pieces):
            toggles[edge].append(rule)
    masks: list[int] = []
    mask = 0
    for rules in toggles[:-1]:
        for rule in rules:
            mask ^= 1 << rule
        masks.append(mask)
    return masks


def subtract(box: Box, other: Box) -> list[Box]:
    """What of a box another leaves over, as boxes apart from each other."""
    if not all(a & b for a, b in zip(box, other, strict=True)):
        return [box]
    left: list[Box] = []
    inside = list(box)
    for at, pieces in enumerate(other):
        outside = inside[at] & ~pieces
        if outside:
            left.append((*inside[:at], outside, *inside[at + 1 :]))
        inside[at] &= pieces
    return left


def sample_of(column: Column, pieces: int) -> Any:
    """A value of some pieces, one that people would name: a single value where one is among them."""
    chosen = [column.pieces[at] for at in bits(pieces)]
    named = next((piece for piece in chosen if piece.scale is not None and piece.point), None)
    return (named or chosen[0]).sample
