"""A way around boxes where no simple route is free: the shortest one with few corners. Called by `freehand`.

The law: it finds a way if there is one along the edges of the boxes nearby, and looks at no more than `MOST` corners.
"""

from __future__ import annotations

from heapq import heappop, heappush

from designer.layout.graph import Point, Route
from designer.layout.obstacles import Obstacles

MOST = 3000
_CORNER = 60.0
_REACH = 200.0


def around(start: Point, end: Point, ends: tuple[str, str], obstacles: Obstacles, down: bool) -> Route | None:
    """From `start`, left to the right (or `down`), to `end`, entered from the left."""
    for reach in (_REACH, 5 * _REACH, float("inf")):
        try:
            found = _search(start, end, ends, obstacles, down, reach)
        except _TooMany:  # looking further away, there are even more
            return None
        if found is not None:
            return found
    return None


class _TooMany(Exception):
    """There are more than `MOST` corners to look at."""


def _search(
    start: Point, end: Point, ends: tuple[str, str], obstacles: Obstacles, down: bool, reach: float
) -> Route | None:
    left, right = min(start[0], end[0]) - reach, max(start[0], end[0]) + reach
    top, bottom = min(start[1], end[1]) - reach, max(start[1], end[1]) + reach
    xs, ys = {start[0], end[0]}, {start[1], end[1]}
    away = 2 * obstacles.clear - 1.0
    for x1, y1, x2, y2, _ in obstacles.frames.values():
        if x1 < right and x2 > left and y1 < bottom and y2 > top:
            xs |= {x1 - away, x2 + away}
            ys |= {y1 - away, y2 + away}
    columns, lines = sorted(xs), sorted(ys)
    first = (columns.index(start[0]), lines.index(start[1]), 1 if down else 0)  # 0 and 2 level, 1 and 3 upright
    goal = (columns.index(end[0]), lines.index(end[1]))
    best = {first: 0.0}
    before: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    heap = [(0.0, first)]
    steps = ((1, 0), (0, 1), (-1, 0), (0, -1))
    seen = 0
    while heap:
        if seen == MOST:
            raise _TooMany
        _, state = heappop(heap)
        column, line, way = state
        seen += 1
        if (column, line) == goal and way == 0:
            return _trace(state, before, columns, lines)
        cost = best[state]
        x, y = columns[column], lines[line]
        for turn, (dx, dy) in enumerate(steps):
            if (turn + 2) % 4 == way:
                continue
            other = (column + dx, line + dy, turn)
            if not (0 <= other[0] < len(columns) and 0 <= other[1] < len(lines)):
                continue
            u, v = columns[other[0]], lines[other[1]]
            spent = cost + abs(u - x) + abs(v - y) + (0.0 if turn == way else _CORNER)
            if spent >= best.get(other, float("inf")) or obstacles.hit(x, y, u, v, ends):
                continue
            best[other] = spent
            before[other] = state
            heappush(heap, (spent + abs(end[0] - u) + abs(end[1] - v), other))
    return None


def _trace(
    state: tuple[int, int, int],
    before: dict[tuple[int, int, int], tuple[int, int, int]],
    columns: list[float],
    lines: list[float],
) -> Route:
    route = [(columns[state[0]], lines[state[1]])]
    while state in before:
        state = before[state]
        route.append((columns[state[0]], lines[state[1]]))
    return route[::-1]
