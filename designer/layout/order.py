"""The order of the items in each column so that few lines cross. Called by `tidy`.

The law: only `columns.columns` changes, and for one graph always in the same way: no clock, no chance without a seed.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

from designer.layout.columns import Columns

End = tuple[int, float, float, int]
"""The item at the other end of a line, this end's height within its item, the other's, and how many links at most 3."""
_TALL = 1e6  # no item is that high, so a place and a height within it make one number


class _Sorting:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        count = len(columns.items)
        self.right: list[list[End]] = [[] for _ in range(count)]
        self.left: list[list[End]] = [[] for _ in range(count)]
        self.order: list[list[int]] = columns.columns
        self.beside: list[list[tuple[int, float, int]]] = [[] for _ in range(count)]
        self.between: list[list[tuple[int, float, int, float, int]]] = [[] for _ in columns.columns]
        items = columns.items
        self.span = [max(item.height, 1.0) for item in items]
        for line in columns.lines:
            if line.turn:
                if line.turn > 0:
                    self.beside[line.head].append((line.tail, line.tail_y, 1))
                else:
                    self.beside[line.tail].append((line.head, line.head_y, -1))
                continue
            weight = min(len(line.links), 3)
            self.right[line.tail].append((line.head, line.tail_y, line.head_y, weight))
            self.left[line.head].append((line.tail, line.head_y, line.tail_y, weight))
            piece = (line.tail, line.tail_y, line.head, line.head_y, weight)
            self.between[items[line.tail].column].append(piece)
        self.place = [0] * count

    def settle(self, order: list[list[int]]) -> None:
        self.order = order
        for column in order:
            for place, item in enumerate(column):
                self.place[item] = place

    def crossings(self) -> int:
        place, total = self.place, 0
        for lines in self.between:
            ends = sorted(
                [(place[tail] * _TALL + y, place[head] * _TALL + v, weight) for tail, y, head, v, weight in lines]
            )
            start, count = 0, len(ends)
            heads: list[float] = []
            while start < count:
                stop, spot = start, ends[start][0]
                while stop < count and ends[stop][0] == spot:  # from one port: they don't cross one another
                    total += (len(heads) - bisect_right(heads, ends[stop][1])) * ends[stop][2]
                    stop += 1
                for number in range(start, stop):
                    for _ in range(ends[number][2]):
                        insort(heads, ends[number][1])
                start = stop
        for bend, turns in enumerate(self.beside):
            for box, height, side in turns:
                low, high = place[box], place[bend]
                if high < low:
                    low, high = high, low
                column = self.order[self.columns.items[bend].column]
                near = self.right if side > 0 else self.left
                for item in column[low + 1 : high]:
                    total += len(near[item])
                total += sum(
                    1 for end in near[box] if (end[1] > height) == (place[bend] > place[box]) and end[1] != height
                )
        return total

    def sweep(self, order: list[list[int]], rightwards: bool, bias: float) -> None:
        place, span = self.place, self.span
        near = self.left if rightwards else self.right
        columns = range(1, len(order)) if rightwards else range(len(order) - 2, -1, -1)
        for number in columns:
            keys: dict[int, float] = {}
            for item in order[number]:
                ends = near[item]
                if ends:
                    total = weight = 0.0
                    for other, _, y, _ in ends:
                        total += place[other] + y / (span[other] + 1.0)
                        weight += 1
                    keys[item] = total / weight
            self._arrange(order[number], keys, bias)

    def _arrange(self, column: list[int], keys: dict[int, float], bias: float) -> None:
        """Sort those with a key among the places that they hold; the others stay where they are."""
        items = self.columns.items
        place = self.place
        free = [item for item in column if not items[item].pinned]
        pinned = [item for item in column if items[item].pinned]
        for item in free:
            if item not in keys and self.beside[item]:
                box = self.beside[item][0][0]
                keys[item] = keys.get(box, float(place[box])) + 0.01
        movable = [item for item in free if item in keys]
        movable.sort(key=lambda item: (keys[item], place[item] * bias))
        following = iter(movable)
        column[:] = [next(following) if item in keys else item for item in free] + pinned
        for number, item in enumerate(column):
            place[item] = number

    def transpose(self, order: list[list[int]]) -> bool:
        """Swap neighbours where that takes crossings away, until it takes none."""
        place, items = self.place, self.columns.items
        improved_ever = False
        for _ in range(6):
            improved = False
            for column in order:
                for number in range(len(column) - 1):
                    upper, lower = column[number], column[number + 1]
                    if items[lower].pinned:
                        break
                    gain = 0
                    for side in (self.left, self.right):
                        first, second = side[upper], side[lower]
                        if first and second:
                            gain += _gain(first, second, place)
                    if gain > 0:
                        column[number], column[number + 1] = lower, upper
                        place[upper], place[lower] = number + 1, number
                        improved = True
            improved_ever |= improved
            if not improved:
                break
        return improved_ever


def _gain(upper: list[End], lower: list[End], place: list[int]) -> int:
    """How many crossings go when the two change places."""
    total = 0
    for other, _, y, weight in upper:
        spot = (place[other], y)
        for another, _, y2, weight2 in lower:
            second = (place[another], y2)
            if spot > second:
                total += weight * weight2
            elif spot < second:
                total -= weight * weight2
    return total


def order(columns: Columns, hints: dict[int, float] | None = None, seed: int = 0) -> int:
    """Order every column; `hints` are earlier heights of items, from which the first attempt starts."""
    sorting = _Sorting(columns)
    first = _first_order(columns, sorting, hints)
    best = [list(column) for column in first]
    sorting.settle(best)
    fewest = sorting.crossings()
    attempts = max(1, min(4, 1500 // (len(columns.lines) + 1)))
    chance = 12345 + seed
    for attempt in range(attempts):
        current = [list(column) for column in first]
        if attempt or seed:
            for column in current:
                free = [item for item in column if not columns.items[item].pinned]
                rest = column[len(free) :]
                for number in range(len(free) - 1, 0, -1):
                    chance = (chance * 1103515245 + 12345) & 0x7FFFFFFF
                    other = (chance >> 8) % (number + 1)
                    free[number], free[other] = free[other], free[number]
                column[:] = free + rest
        sorting.settle(current)
        quiet = 0
        for turn in range(12):
            sorting.sweep(current, (turn + attempt) % 2 == 0, 1.0 if turn % 4 < 2 else -1.0)
            if turn % 2:
                sorting.transpose(current)
            crossings = sorting.crossings()
            if crossings < fewest:
                fewest, best, quiet = crossings, [list(column) for column in current], 0
            else:
                quiet += 1
                if quiet > 4:
                    break
        if fewest == 0:
            break
    sorting.settle(best)
    sorting.transpose(best)
    columns.columns = best
    return fewest


def _first_order(columns: Columns, sorting: _Sorting, hints: dict[int, float] | None) -> list[list[int]]:
    """By earlier heights where there are any, else by walking from the first column along the ports from top down."""
    visited: dict[int, int] = {}
    for column in columns.columns:
        for root in column:
            stack = [root]
            while stack:
                item = stack.pop()
                if item in visited:
                    continue
                visited[item] = len(visited)
                ends: Sequence[End] = sorted(sorting.right[item], key=lambda end: -end[1])
                stack.extend(end[0] for end in ends)
    result = []
    for column in columns.columns:
        keys = {item: (columns.items[item].pinned, float(visited[item])) for item in column}
        if hints:
            for item in column:
                if item in hints:
                    keys[item] = (columns.items[item].pinned, hints[item])
        result.append(sorted(column, key=lambda item: keys[item]))
    return result
