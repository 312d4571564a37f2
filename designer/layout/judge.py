"""What a drawing costs its reader. Called by `tidy` to choose among attempts.

The law: the price is in pixels of line; a crossing costs as much as a detour that a reader would take to avoid it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import pairwise

from designer.layout.graph import Key, Route

CROSSING = 250.0
CORNER = 12.0


def price(routes: Mapping[Key, Route]) -> float:
    """Length of all lines, their corners, and their crossings, each as often as links meet there."""
    total = 0.0
    level: list[tuple[float, float, float]] = []
    upright: list[tuple[float, float, float]] = []
    for route in routes.values():
        total += CORNER * (len(route) - 2)
        for (a, b), (c, d) in pairwise(route):
            total += abs(a - c) + abs(b - d)
            if a == c:
                upright.append((a, min(b, d), max(b, d)))
            else:
                level.append((b, min(a, c), max(a, c)))
    level.sort()
    heights = [line[0] for line in level]
    for x, top, bottom in upright:
        for _, left, right in level[bisect_right(heights, top + 0.01) : bisect_left(heights, bottom - 0.01)]:
            if left + 0.01 < x < right - 0.01:
                total += CROSSING
    return total
