"""What a route must not touch: boxes, and lines of others that already run there. Asked by `freehand` and `around`.

The law: a box is kept clear by `CLEAR`; only the two boxes that a link joins may be touched at their edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from designer.layout.graph import Box, Key, Point
from designer.layout.measures import TRACK_GAP

CLEAR = 8.0
_WIDE, _HIGH, _BAND = 240.0, 120.0, 16.0

Frame = tuple[float, float, float, float, str]
"""Left, top, right, bottom, and whose it is."""


class Obstacles:
    """Boxes by the cells of a coarse grid, lines by narrow bands: both are asked thousands of times."""

    def __init__(self, boxes: Iterable[tuple[Box, Point]]) -> None:
        self.clear = CLEAR  # less where boxes stand so close that nothing fits between them otherwise
        self.frames: dict[str, Frame] = {}
        self._cells: dict[tuple[int, int], list[Frame]] = {}
        self._upright: dict[int, list[tuple[float, float, float, Key]]] = {}
        self._level: dict[int, list[tuple[float, float, float, Key]]] = {}
        for box, at in boxes:
            self.stand(box, at)

    def stand(self, box: Box, at: Point) -> None:
        """The box stands here from now on."""
        old = self.frames.get(box.id)
        if old is not None:
            for cell in _cells_of(old):
                self._cells[cell].remove(old)
        frame = (at[0], at[1], at[0] + box.width, at[1] + box.height, box.id)
        self.frames[box.id] = frame
        for cell in _cells_of(frame):
            self._cells.setdefault(cell, []).append(frame)

    def forget_lines(self) -> None:
        self._upright.clear()
        self._level.clear()

    def hit(self, x1: float, y1: float, x2: float, y2: float, ends: tuple[str, str]) -> Frame | None:
        """A box that the segment comes too near to, if any."""
        if x1 > x2:
            x1, x2 = x2, x1
        if y1 > y2:
            y1, y2 = y2, y1
        row_first, row_last = int(y1 // _HIGH), int(y2 // _HIGH)
        cells, apart = self._cells, self.clear
        for column in range(int(x1 // _WIDE), int(x2 // _WIDE) + 1):
            for row in range(row_first, row_last + 1):
                for frame in cells.get((column, row), ()):
                    left, top, right, bottom, whose = frame
                    clear = 0.0 if whose in ends else apart
                    if x1 < right + clear and x2 > left - clear and y1 < bottom + clear and y2 > top - clear:
                        return frame
        return None

    def free(self, points: Sequence[Point], ends: tuple[str, str]) -> bool:
        for (a, b), (c, d) in pairwise(points):  # noqa: SIM110  it is asked tens of thousands of times
            if self.hit(a, b, c, d, ends) is not None:
                return False
        return True

    def run(self, points: Sequence[Point], key: Key) -> None:
        """The line of this link runs here from now on."""
        for (a, b), (c, d) in pairwise(points):
            if a == c:
                self._upright.setdefault(int(a // _BAND), []).append((a, min(b, d), max(b, d), key))
            else:
                self._level.setdefault(int(b // _BAND), []).append((b, min(a, c), max(a, c), key))

    def crowded(self, points: Sequence[Point], key: Key) -> bool:
        """Whether a piece lies on or right beside a line that shares neither port nor input."""
        for (a, b), (c, d) in pairwise(points):
            if a == c:
                lines, at, low, high = self._upright, a, min(b, d), max(b, d)
            else:
                lines, at, low, high = self._level, b, min(a, c), max(a, c)
            band = int(at // _BAND)
            for number in (band - 1, band, band + 1):
                for place, start, end, whose in lines.get(number, ()):
                    if (
                        abs(place - at) < TRACK_GAP
                        and start < high
                        and low < end
                        and whose[2] != key[2]
                        and whose[:2] != key[:2]
                    ):
                        return True
        return False


def _cells_of(frame: Frame) -> Iterator[tuple[int, int]]:
    rows = range(int((frame[1] - CLEAR) // _HIGH), int((frame[3] + CLEAR) // _HIGH) + 1)
    for column in range(int((frame[0] - CLEAR) // _WIDE), int((frame[2] + CLEAR) // _WIDE) + 1):
        for row in rows:
            yield column, row
