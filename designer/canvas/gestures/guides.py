"""Snapping while something is dragged: to lines of other cards and to even gaps between them, else to the grid. Gives
the guide lines to be drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from operator import itemgetter

from PySide6.QtCore import QLineF, QRectF

from designer.canvas.painting.grid import GRID

NEAR = 6.0
"""px on screen"""
FAR = 600.0
"""how far away cards may be that gaps are compared with"""
TICK = 5.0
"""px on screen that the ends of a gap's line stand out"""
BESIDE = 12.0
"""from the border of a card to the lines of its gaps: edges run through its middle"""
Gap = tuple[float, float]
"""where it begins and ends, along the row or column"""


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
        self._still = [rect for rect, _ in still]
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
        near_by = [other for other in self._still if _away(rect, other) < FAR]
        even_x = _even(rect, near_by, near, across=True)
        if even_x is not None and (dx is None or abs(even_x) < abs(dx)):
            dx, at_x = even_x, None
        even_y = _even(rect, near_by, near, across=False) if dy is None else None
        if even_y is not None:
            dy = even_y
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
        stands = rect.translated(dx, dy)
        lines += _gap_lines(stands, near_by, zoom, across=True) + _gap_lines(stands, near_by, zoom, across=False)
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


def _away(rect: QRectF, other: QRectF) -> float:
    return max(
        other.left() - rect.right(),
        rect.left() - other.right(),
        other.top() - rect.bottom(),
        rect.top() - other.bottom(),
    )


def _spans(rect: QRectF, others: Collection[QRectF], *, across: bool) -> list[Gap]:
    """From where to where those cards reach that stand in one row (or column) with a rectangle."""
    if across:
        return [(o.left(), o.right()) for o in others if o.top() < rect.bottom() and rect.top() < o.bottom()]
    return [(o.top(), o.bottom()) for o in others if o.left() < rect.right() and rect.left() < o.right()]


def _sets(rect: QRectF, others: Collection[QRectF], *, across: bool, near: float) -> list[tuple[Gap, Gap, float]]:
    """Pairs of gaps that are to be even: one of them, the other, and by how much the rectangle is off."""
    start, end = (rect.left(), rect.right()) if across else (rect.top(), rect.bottom())
    spans = _spans(rect, others, across=across)
    before = sorted((span for span in spans if span[1] <= start + near), key=itemgetter(1), reverse=True)
    behind = sorted(span for span in spans if span[0] >= end - near)
    found: list[tuple[Gap, Gap, float]] = []
    if before and behind:
        first, last = (before[0][1], start), (end, behind[0][0])
        found.append((first, last, (_length(last) - _length(first)) / 2))
    further = next((span for span in before[1:] if span[1] < before[0][0]), None) if before else None
    if further is not None:
        gap, own = (further[1], before[0][0]), (before[0][1], start)
        found.append((gap, own, _length(gap) - _length(own)))
    further = next((span for span in behind[1:] if span[0] > behind[0][1]), None) if behind else None
    if further is not None:
        own, gap = (end, behind[0][0]), (behind[0][1], further[0])
        found.append((own, gap, _length(own) - _length(gap)))
    return found


def _even(rect: QRectF, others: Collection[QRectF], near: float, *, across: bool) -> float | None:
    """How far to move so that gaps are even; None where that is not near."""
    ways = [off for _, _, off in _sets(rect, others, across=across, near=near) if abs(off) < near]
    return min(ways, key=abs, default=None)


def _gap_lines(rect: QRectF, others: Collection[QRectF], zoom: float, *, across: bool) -> list[QLineF]:
    """A line with ends in each of two gaps that are even."""
    lines: list[QLineF] = []
    middle, tick = (rect.bottom() if across else rect.right()) - BESIDE, TICK / zoom
    for first, second, off in _sets(rect, others, across=across, near=0.0):
        if abs(off) > 0.5 or _length(first) < 1:
            continue
        for start, end in (first, second):
            lines.append(_line(start, middle, end, middle, across))
            lines += [_line(at, middle - tick, at, middle + tick, across) for at in (start, end)]
    return lines


def _line(x1: float, y1: float, x2: float, y2: float, across: bool) -> QLineF:
    return QLineF(x1, y1, x2, y2) if across else QLineF(y1, x1, y2, x2)


def _length(gap: Gap) -> float:
    return gap[1] - gap[0]
