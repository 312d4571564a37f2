"""Columns cut into pieces: sets of values for which every rule of the table says the same.

Who calls it: `grid`. Law: between two pieces at least one cell changes its answer, within a piece none does. A set of
values is a set of pieces, one bit each. What a cell takes for sure and what it may take are kept apart; they differ
only where a cell is not understood.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from nodes.dmn.analysis.cells import Cell, Span
from nodes.dmn.analysis.scales import Cut, Scale, scale_of


class Piece(NamedTuple):
    """Values of a scale from one cut to another. No scale: null, or anything else where `sample` is OTHER."""

    scale: Scale | None
    low: Cut | None = None
    high: Cut | None = None
    sample: Any = None

    @property
    def point(self) -> bool:
        """Whether it is one value, as far as people tell values apart."""
        if self.scale is None:
            return self.sample is None
        if self.low is None or self.high is None:
            return self.scale.name == "boolean"
        if self.scale.steps:
            return bool(self.high[0] - self.low[0] <= self.scale.grain)
        return bool(self.low[0] == self.high[0]) and self.low[1] == 0


def _place(starts: list[Cut | None], cut: Cut, *, behind: bool = False) -> int:
    """Where a cut stands among the beginnings of pieces; `behind` those that are equal."""
    first = 1 if starts and starts[0] is None else 0
    known: list[Any] = starts  # None stands first only, and is never looked at
    return (bisect_right if behind else bisect_left)(known, cut, lo=first)


class Unlisted:
    """Stands for all values that have no scale or that no cell tells apart."""

    def __repr__(self) -> str:
        return "any value"


OTHER = Unlisted()


class Column:
    """What one or several columns with the same expression say of its value."""

    def __init__(
        self,
        title: str,
        expression: str,
        path: tuple[str, ...] | None,
        places: Sequence[int],
        cells: Sequence[Sequence[Cell]],
        scales: Sequence[Scale],
        allowed: Sequence[Cell],
        with_null: bool,
    ) -> None:
        """`cells` of each rule, one for each of the `places` in the table; `allowed`: tests that values must pass."""
        self.title = title
        self.expression = expression
        self.path = path
        """The name, or names behind dots, that the expression is; None where it is more."""
        self.places = tuple(places)
        self.scales = tuple(scales)
        self._likes: dict[str, Any] = {}
        self._spelled: dict[tuple[str, Any], Any] = {}
        distinct = {id(cell): cell for row in cells for cell in row}
        self._note_constants([*distinct.values(), *allowed])
        self.pieces = self._cut([*distinct.values(), *allowed], with_null)
        self._starts = self._start_table()
        self.everything = (1 << len(self.pieces)) - 1
        self.domain = self._domain(allowed)
        self.finite = all(piece.point for at, piece in enumerate(self.pieces) if self.domain >> at & 1)
        self.unknown_cells = {key for key, cell in distinct.items() if not self._exact(cell)}
        self._sure = {key: self._set_of(cell, False) for key, cell in distinct.items()}
        self._may = {
            key: self.domain if key in self.unknown_cells else self._sure[key] for key in distinct
        }  # a cell that is not understood may take anything
        self.sure = [self._both(row, self._sure) for row in cells]
        """For each rule the pieces that it takes for sure."""
        self.may = [self._both(row, self._may) for row in cells]
        """For each rule the pieces that it may take."""
        self.unknown = [any(id(cell) in self.unknown_cells for cell in row) for row in cells]

    # -- cutting --

    def _note_constants(self, cells: Sequence[Cell]) -> None:
        """How values are written in the cells: 150.00 stays 150.00, a time keeps its zone."""
        for cell in cells:
            for constant in cell.constants:
                for scale in self.scales:
                    value = constant.value
                    if scale_of(value) is scale:
                        self._likes.setdefault(scale.name, value)
                        self._spelled.setdefault((scale.name, scale.key(value)), value)

    def _cut(self, cells: Sequence[Cell], with_null: bool) -> list[Piece]:
        pieces: list[Piece] = []
        for scale in self.scales:
            cuts: set[Cut] = set()
            for cell in cells:
                if cell.tree is None:
                    continue
                spans = cell.spans(scale) if cell.known else None
                if spans is None:
                    cuts |= cell.cuts(scale)
                else:
                    cuts.update(end for span in spans for end in span if end is not None)
            if scale.name == "boolean":
                cuts = {(1, 0)}
            at: Cut | None = None if scale.low is None else (scale.low, 0)
            ends: list[Cut | None] = [*sorted(cuts), None]
            for end in ends:
                if not scale.empty(at, end):
                    pieces.append(Piece(scale, at, end, self._sample(scale, at, end)))
                at = end
        if not self.scales:
            pieces.append(Piece(None, sample=OTHER))
        if with_null:
            pieces.append(Piece(None))
        return pieces

    def _sample(self, scale: Scale, low: Cut | None, high: Cut | None) -> Any:
        made = scale.between(low, high, self._likes.get(scale.name))
        return self._spelled.get((scale.name, scale.key(made)), made)

    def spelled(self, scale: Scale, key: Any) -> Any:
        """The value at a key as the cells write it."""
        known = self._spelled.get((scale.name, key))
        return scale.value(key, self._likes.get(scale.name)) if known is None else known

    def is_written(self, scale: Scale, key: Any) -> bool:
        """Whether a cell has the value at a key."""
        return (scale.name, key) in self._spelled

    def _start_table(self) -> dict[str, tuple[int, list[Cut | None]]]:
        """Of each scale its first piece, and where its pieces begin."""
        table: dict[str, tuple[int, list[Cut | None]]] = {}
        for at, piece in enumerate(self.pieces):
            if piece.scale is not None:
                table.setdefault(piece.scale.name, (at, []))[1].append(piece.low)
        return table

    # -- sets --

    def _exact(self, cell: Cell) -> bool:
        if cell.tree is None:
            return True  # nothing passes it, and that is told of as a mistake
        if not self.scales:
            return cell.known and all(constant.value is None for constant in cell.constants)
        return cell.known or (self.finite and cell.looks_only_at_input)

    def _set_of(self, cell: Cell, of_domain: bool) -> int:
        """The pieces that pass a cell; none where it is not understood."""
        if cell.tree is None or not (of_domain or self._exact(cell)):
            return 0
        found = 0
        asked: list[int] = []
        for scale in self.scales:
            spans = cell.spans(scale) if cell.known else None
            first, starts = self._starts.get(scale.name, (0, []))
            if spans is None:
                asked.extend(range(first, first + len(starts)))
                continue
            for span in spans:
                found |= self._bits(first, starts, span)
        for at in asked:
            if (of_domain or self.domain >> at & 1) and cell.passes(self.pieces[at].sample):
                found |= 1 << at
        last = len(self.pieces) - 1
        if not self.scales and cell.passes({}):
            found |= 1
        if self.pieces[last].scale is None and self.pieces[last].sample is None and cell.takes_null():
            found |= 1 << last
        return found if of_domain else found & self.domain

    @staticmethod
    def _bits(first: int, starts: list[Cut | None], span: Span) -> int:
        low, high = span
        begin = 0 if low is None else _place(starts, low)
        end = len(starts) if high is None else _place(starts, high)
        return ((1 << end) - (1 << begin)) << first if end > begin else 0

    def _domain(self, allowed: Sequence[Cell]) -> int:
        """The pieces whose values may come: null always may, if it is looked at."""
        found = self.everything
        null = 1 << (len(self.pieces) - 1) if self.pieces[-1].scale is None and self.pieces[-1].sample is None else 0
        for tests in allowed:
            if tests.known and self.scales:
                found &= self._set_of(tests, True) | null
        return found

    @staticmethod
    def _both(row: Sequence[Cell], sets: dict[int, int]) -> int:
        found = sets[id(row[0])]
        for cell in row[1:]:
            found &= sets[id(cell)]
        return found

    def reach(self, scale: Scale) -> tuple[int, int]:
        """The first piece of a scale, and how many it has."""
        first, starts = self._starts.get(scale.name, (0, []))
        return first, len(starts)

    def piece_of(self, value: Any) -> int | None:
        """Which piece a value lies in; None for one that lies in none."""
        last = len(self.pieces) - 1
        if value is None:
            return last if self.pieces[last].scale is None and self.pieces[last].sample is None else None
        scale = scale_of(value)
        if not self.scales:
            return 0
        if scale is None or scale.name not in self._starts:
            return None
        first, starts = self._starts[scale.name]
        # A value lies between the cuts just below and just above its key.
        at = _place(starts, (scale.key(value), 0), behind=True) - 1
        return first + at if at >= 0 else None
