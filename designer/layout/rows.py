"""How high each item stands: the shortest lines that the order of columns allows, the main path one line. By `tidy`.

The law: items keep their order in the column and their distance. Bends that follow one another stand at one height.
"""

from __future__ import annotations

from itertools import pairwise

from designer.layout.columns import Columns, Line
from designer.layout.measures import BOX_GAP, LINE_BOX_GAP, LINE_GAP
from designer.layout.simplex import shortest

SWEEPS = 12
UNITS = 2
"""Heights are reckoned in halves of a pixel, as whole numbers."""
MAIN = 5
"""How much more a line of the main path wants to be straight than another."""

Distances = list[list[tuple[int, int]]]
"""For each block, others with the least distance of their tops."""


class _Blocks:
    """Items that move together, numbered; `offset` of an item is measured from the top of its block."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        count = len(columns.items)
        self.of = list(range(count))
        self.offset = [0] * count
        for line in _straight(columns):
            self.of[line.head] = self.of[line.tail]  # bends have no height: nothing to shift
        names = sorted(set(self.of))
        number = {name: place for place, name in enumerate(names)}
        self.of = [number[name] for name in self.of]
        self.count = len(names)
        self.below: Distances = [[] for _ in names]
        self.above: Distances = [[] for _ in names]
        for (upper, lower), distance in self._least().items():
            self.below[upper].append((lower, distance))
            self.above[lower].append((upper, distance))
        self.sequence = self._sequence()

    def _least(self) -> dict[tuple[int, int], int]:
        items, least = self.columns.items, dict[tuple[int, int], int]()
        for column in self.columns.columns:
            for upper, lower in pairwise(column):
                distance = round(UNITS * (items[upper].height + gap(self.columns, upper, lower)))
                pair = (self.of[upper], self.of[lower])
                if distance > least.get(pair, -1):
                    least[pair] = distance
        return least

    def _sequence(self) -> list[int]:
        """Blocks from top to bottom."""
        waiting = [len(each) for each in self.above]
        ready = [block for block in range(self.count) if not waiting[block]]
        result = []
        while ready:
            block = ready.pop()
            result.append(block)
            for other, _ in self.below[block]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        return result

    def pulls(self) -> dict[tuple[int, int, int], int]:
        """Which blocks are drawn to which distance of their tops (second less first), and how strongly."""
        items, result = self.columns.items, dict[tuple[int, int, int], int]()
        for line in self.columns.lines:
            first, second = self.of[line.tail], self.of[line.head]
            if first != second:
                bends = (not items[line.tail].boxes) + (not items[line.head].boxes)
                strength = 1 if line.turn else (2, 4, 8)[bends] * min(len(line.links), 3) * (MAIN if line.main else 1)
                shift = round(UNITS * line.tail_y) - round(UNITS * line.head_y)
                result[first, second, shift] = result.get((first, second, shift), 0) + strength
        return result


def rows(columns: Columns) -> list[float]:
    """The y of the top of each item."""
    blocks = _Blocks(columns)
    pulls = blocks.pulls()
    near = _settle(blocks, pulls)
    arcs, spans, weights = [], [], []
    for upper in range(blocks.count):
        for lower, distance in blocks.below[upper]:
            arcs.append((upper, lower))
            spans.append(distance)
            weights.append(0)
    # Each pull becomes a node above both blocks, as close as it can: what the longer arc has too much is the error.
    for (first, second, shift), strength in pulls.items():
        node = len(near)
        for block, span in ((first, max(0, -shift)), (second, max(0, shift))):
            arcs.append((node, block))
            spans.append(span)
            weights.append(strength)
        near.append(min(near[first] - max(0, -shift), near[second] - max(0, shift)))
    y = shortest(len(near), arcs, weights, spans, near)
    return [y[block] / UNITS for block in blocks.of]


def gap(columns: Columns, upper: int, lower: int) -> float:
    first, second = columns.items[upper], columns.items[lower]
    if first.boxes and second.boxes:
        return BOX_GAP
    return LINE_BOX_GAP if first.boxes or second.boxes else LINE_GAP


def _straight(columns: Columns) -> list[Line]:
    """Lines between two bends, without those that would cross another of them."""
    items = columns.items
    place = {item: number for column in columns.columns for number, item in enumerate(column)}
    channels: list[list[Line]] = [[] for _ in columns.columns]
    for line in columns.lines:
        if not (line.turn or items[line.tail].boxes or items[line.head].boxes):
            channels[items[line.tail].column].append(line)
    result = []
    for lines in channels:
        last = (-1, -1)
        for line in sorted(lines, key=lambda line: (place[line.tail], place[line.head])):
            spot = (place[line.tail], place[line.head])
            if spot[0] > last[0] and spot[1] > last[1]:
                result.append(line)
                last = spot
    return sorted(result, key=lambda line: items[line.tail].column)


def _settle(blocks: _Blocks, pulls: dict[tuple[int, int, int], int]) -> list[int]:
    """A good start: between everything pushed up and everything pushed down, then each to the median of its wishes."""
    up = [0] * blocks.count
    for block in blocks.sequence:
        up[block] = max((up[other] + distance for other, distance in blocks.above[block]), default=0)
    bottom = max(up, default=0)
    down = [bottom] * blocks.count
    for block in reversed(blocks.sequence):
        down[block] = min((down[other] - distance for other, distance in blocks.below[block]), default=bottom)
    y = [0] * blocks.count
    for block in blocks.sequence:  # rounding the mean could cost half a unit of a distance
        least = [y[other] + distance for other, distance in blocks.above[block]]
        y[block] = max([(up[block] + down[block]) // 2, *least])
    wishes: list[list[tuple[int, int]]] = [[] for _ in y]
    for first, second, shift in pulls:
        wishes[second].append((first, shift))
        wishes[first].append((second, -shift))
    for sweep in range(SWEEPS):
        moved = False
        for block in blocks.sequence if sweep % 2 else reversed(blocks.sequence):
            if wishes[block]:
                heights = sorted(y[other] + shift for other, shift in wishes[block])
                wish = min(max(y[block], heights[(len(heights) - 1) // 2]), heights[len(heights) // 2])
                wish = max([wish, *(y[other] + distance for other, distance in blocks.above[block])])
                wish = min([wish, *(y[other] - distance for other, distance in blocks.below[block])])
                moved |= wish != y[block]
                y[block] = wish
        if not moved:
            break
    return y
