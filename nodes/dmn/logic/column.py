"""A column of conditions: which of all rules may a value match, answered at once.

Who calls it: `table`. Law: the answer is a superset of the rules that match. For values that have an order (numbers,
texts, dates) each literal cell is a region of the line of values; the line is cut where a region begins or ends, and
for each piece it is known, as one bit a rule, which cells hold. A look-up is a bisection however many rules there are.
Cells that are no region are left to be asked one by one, and only for rules that nothing else ruled out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Final

from nodes.dmn.logic.regions import EVERYTHING, LINES, Region, region_of
from nodes.feel.tree import AnyTest, UnaryTests

_MASK_BYTES: Final = 4_000_000
"""What the answers of one line may take; beyond it only every so many pieces are kept."""


class _Points(dict[Any, int]):
    """The answers for the values that a column of equalities names, and one for all others."""

    def __init__(self, other: int, named: dict[Any, int]) -> None:
        super().__init__(named)
        self.other = other

    def __missing__(self, value: Any) -> int:
        return self.other


class Line:
    """The answers for all values of one class."""

    __slots__ = ("_bounds", "_every", "_kept", "_toggles", "ask", "pieces", "points", "unsure")

    def __init__(self, cells: Sequence[UnaryTests | None], of: type) -> None:
        regions = _regions(cells, of)
        self.unsure = _mask(index for index, region in enumerate(regions) if region is None)
        """The rules whose cell is no region: they may match whatever the value is."""
        ends = {
            end
            for region in regions
            if region is not None
            for interval in region.intervals
            for end in (interval.low, interval.high)
            if end is not None
        }
        self._bounds = sorted(ends)
        positions = {bound: 2 * index + 1 for index, bound in enumerate(self._bounds)}
        count = 2 * len(self._bounds) + 1
        self._toggles: list[list[int]] = [[] for _ in range(count + 1)]
        for rule, region in enumerate(regions):
            if region is not None:
                for start, end in _spans(region, positions, count):
                    self._toggles[start].append(rule)
                    self._toggles[end].append(rule)
        self._every = 1 + count * (len(cells) // 8 + 32) // _MASK_BYTES
        self._kept = self._answers()
        self.ask: Callable[[Any], int] = self._piece
        """The rules that a value may match, as bits."""
        self.points: _Points | None = None
        """The answers by value, where only equalities are asked."""
        self.pieces = (self._bounds, self._kept) if self._every == 1 else None
        """The bounds, and the answers below, at and above each of them; None where not all are kept."""
        if self._every == 1 and self._only_points():
            self.points = _Points(self._kept[0], {bound: self._kept[at] for bound, at in positions.items()})
            self.ask = self.points.__getitem__

    def _answers(self) -> list[int]:
        """The mask of every so many pieces."""
        kept: list[int] = []
        mask = self.unsure
        for position, rules in enumerate(self._toggles):
            for rule in rules:
                mask ^= 1 << rule
            if position % self._every == 0:
                kept.append(mask)
        return kept

    def _only_points(self) -> bool:
        """Whether all pieces between bounds answer alike: a column of equalities, which one look-up answers."""
        return all(mask == self._kept[0] for mask in self._kept[0:-1:2])

    def _piece(self, value: Any) -> int:
        bounds = self._bounds
        at = bisect_left(bounds, value)
        position = 2 * at + 1 if at < len(bounds) and bounds[at] == value else 2 * at
        if self._every == 1:
            return self._kept[position]
        back = position // self._every
        mask = self._kept[back]
        for piece in range(back * self._every + 1, position + 1):
            for rule in self._toggles[piece]:
                mask ^= 1 << rule
        return mask


def _regions(cells: Sequence[UnaryTests | None], of: type) -> list[Region | None]:
    known: dict[int, Region | None] = {}
    regions: list[Region | None] = []
    for cell in cells:
        if id(cell) not in known:
            known[id(cell)] = None if cell is None else region_of(cell, of)
        regions.append(known[id(cell)])
    return regions


def _mask(rules: Any) -> int:
    mask = 0
    for rule in rules:
        mask |= 1 << rule
    return mask


def _spans(region: Region, positions: dict[Any, int], count: int) -> list[tuple[int, int]]:
    """The pieces of a region, from one to before another, apart from each other and in order."""
    spans: list[tuple[int, int]] = []
    for interval in region.intervals:
        if interval is EVERYTHING:
            spans.append((0, count))
            continue
        start = 0 if interval.low is None else positions[interval.low] + (0 if interval.low_included else 1)
        end = count if interval.high is None else positions[interval.high] + (1 if interval.high_included else 0)
        if start < end:
            spans.append((start, end))
    spans.sort()
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if not region.negated:
        return merged
    edges = [0, *(edge for span in merged for edge in span), count]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


class Column:
    """One column of a table."""

    __slots__ = ("_all", "_cells", "_trivial", "lines")

    def __init__(self, cells: Sequence[UnaryTests | None]) -> None:
        """`cells` are the trees of all rules, in their order; None for one that can't be read."""
        self._cells = cells
        self._all = (1 << len(cells)) - 1
        self.lines: dict[type, Line] = {}
        """The answers by class of value, made when the first value of the class comes."""
        self._trivial = _mask(
            index
            for index, cell in enumerate(cells)
            if cell is not None and not cell.negated and any(isinstance(test, AnyTest) for test in cell.tests)
        )

    def rules(self, value: Any) -> tuple[int, int]:
        """The rules that a value may match, and those among them whose cell must still be asked."""
        line = self.line(value.__class__)
        return (self._all, self._all ^ self._trivial) if line is None else (line.ask(value), line.unsure)

    def line(self, of: type) -> Line | None:
        """The answers for a class of values, None where its values have none."""
        line = self.lines.get(of)
        if line is None and of in LINES:
            line = self.lines[of] = Line(self._cells, of)
        return line
