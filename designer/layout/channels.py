"""The space between two columns: which vertical runs stand there, in which order, and how wide it gets. By `tidy`.

The law: runs of different nets are `TRACK_GAP` apart where they stand beside each other, and none stands on a name. A
net is what may touch: links into one input, or from one port.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from designer.layout.measures import NAME_HEIGHT, TRACK_GAP

NEAR = 10.0
"""Two lines nearer than this would be taken for one."""
_FORBIDDEN = 1000


@dataclass(slots=True, eq=False)
class Net:
    """A vertical run and the heights where lines come to it from the left and the right."""

    left: set[float] = field(default_factory=set)
    right: set[float] = field(default_factory=set)
    base: float = 0.0  # the run stands here or further right
    x: float = 0.0

    @property
    def top(self) -> float:
        return min(self.left | self.right)

    @property
    def bottom(self) -> float:
        return max(self.left | self.right)

    @property
    def straight(self) -> bool:
        return self.bottom - self.top < 0.5


def place(nets: Iterable[Net], edge: float, names: list[tuple[float, float]]) -> float:
    """Give each net its x, right of `edge` and of the `names` (height, end) it would stand on; the rightmost of all."""
    runs = [net for net in nets if not net.straight]
    if not runs:
        return edge
    spans = [(net.top, net.bottom) for net in runs]
    half = NAME_HEIGHT / 2
    for net, (top, bottom) in zip(runs, spans, strict=True):
        net.base = max([net.base, edge, *(end for y, end in names if top - half < y < bottom + half)])
    done: list[int] = []
    for number in _sequence(runs, spans):
        top, bottom = spans[number]
        x = runs[number].base
        near = sorted(
            runs[other].x
            for other in done
            if spans[other][0] - TRACK_GAP < bottom and top < spans[other][1] + TRACK_GAP
        )
        x = max([x, *(other + TRACK_GAP for other in near)])
        runs[number].x = x
        done.append(number)
    return max(net.x for net in runs)


def _sequence(runs: list[Net], spans: list[tuple[float, float]]) -> list[int]:
    """From left to right so that few lines cross: first what wants nobody left of it, else what loses least."""
    count = len(runs)
    wants: list[dict[int, int]] = [{} for _ in range(count)]  # how many crossings more if `other` were left of it
    for first in range(count):
        for second in range(first + 1, count):
            if spans[first][0] - TRACK_GAP < spans[second][1] and spans[second][0] - TRACK_GAP < spans[first][1]:
                better = _cost(runs, spans, second, first) - _cost(runs, spans, first, second)
                wants[first][second], wants[second][first] = better, -better
    left = sorted(range(count), key=lambda number: (runs[number].base, spans[number]))
    result = []
    while left:
        best = min(
            left,
            key=lambda number: (
                sum(1 for better in wants[number].values() if better < 0) > 0,
                -sum(wants[number].values()),
            ),
        )
        left.remove(best)
        for other in wants[best]:
            del wants[other][best]
        result.append(best)
    return result


def _cost(runs: list[Net], spans: list[tuple[float, float]], first: int, second: int) -> int:
    """What it costs that `first` stands left of `second`."""
    top, bottom = spans[second]
    cost = sum(1 for y in runs[first].right if top < y < bottom)
    top, bottom = spans[first]
    cost += sum(1 for y in runs[second].left if top < y < bottom)
    for y in runs[first].right:
        for other in runs[second].left:
            if abs(y - other) < NEAR:
                cost += _FORBIDDEN
    return cost
