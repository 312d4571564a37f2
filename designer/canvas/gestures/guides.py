"""Snapping while something is dragged: to lines of other cards, else to the grid. Gives the guide lines to be drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from operator import itemgetter

from PySide6.QtCore import QLineF, QRectF

from designer.canvas.painting.grid import GRID

NEAR = 6.0
"""px on screen"""


class Guides:
    """Lines of all that stands still, sorted once when a drag begins."""

    def __init__(self, still: Collection[tuple[QRectF, float]]) -> None:
        """(rectangle, where its line of flow is, from its top): middles of rows are aligned by that line."""
        self._across = sorted(
            ((x, rect) for rect, _ in still for x in (rect.left(), rect.center().x(), rect.right())),
            key=itemgetter(0),
        )
        self._down = sorted(
            ((y, rect) for rect, line in still for y in (rect.top(), rect.top() + line, rect.bottom())),
            key=itemgetter(0),
        )
        self._xs = [x for x, _ in self._across]
        self._ys = [y for y, _ in self._down]

    def snap(self, rect: QRectF, line: float, zoom: float) -> tuple[float, float, list[QLineF]]:
        """How far to move a rectangle so that it snaps, and the lines that show why."""
        near = NEAR / zoom
        dx, at_x = _nearest(self._xs, (rect.left(), rect.center().x(), rect.right()), near)
        # A straight row is wanted most: the line of flow before tops and bottoms.
        dy, at_y = _nearest(self._ys, (rect.top() + line,), near)
        if dy is None:
            dy, at_y = _nearest(self._ys, (rect.top(), rect.bottom()), near)
        lines: list[QLineF] = []
        moved = rect.translated(dx or 0.0, dy or 0.0)
        if at_x is not None:
            spans = [r for x, r in self._span(self._across, self._xs, at_x)]
            top = min([moved.top(), *(r.top() for r in spans)])
            lines.append(QLineF(at_x, top - 12, at_x, max([moved.bottom(), *(r.bottom() for r in spans)]) + 12))
        if at_y is not None:
            spans = [r for y, r in self._span(self._down, self._ys, at_y)]
            left = min([moved.left(), *(r.left() for r in spans)])
            lines.append(QLineF(left - 12, at_y, max([moved.right(), *(r.right() for r in spans)]) + 12, at_y))
        if dx is None:
            dx = round(rect.left() / GRID) * GRID - rect.left()
        if dy is None:
            dy = round(rect.top() / GRID) * GRID - rect.top()
        return dx, dy, lines

    @staticmethod
    def _span(lines: Sequence[tuple[float, QRectF]], keys: list[float], at: float) -> Sequence[tuple[float, QRectF]]:
        start = bisect_left(keys, at - 0.5)
        end = start
        while end < len(keys) and keys[end] <= at + 0.5:
            end += 1
        return lines[start:end][:40]


def _nearest(lines: list[float], wanted: tuple[float, ...], near: float) -> tuple[float | None, float | None]:
    best, at = near, None
    way: float | None = None
    for value in wanted:
        place = bisect_left(lines, value)
        for line in lines[max(place - 1, 0) : place + 1]:
            if abs(line - value) < best:
                best, at, way = abs(line - value), line, line - value
    return way, at
