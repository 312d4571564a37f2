"""Where the names of outcomes stand on their lines. Asked by `freehand`, which runs no line of another through them.

The law: a name follows its box; a line may cross the name of a link that leaves by the same port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from designer.layout.graph import Key, Point
from designer.layout.measures import NAME_HEIGHT

_WIDE, _HIGH, _BAND = 200.0, 80.0, 16.0

Name = tuple[float, float, float, float, str, str]
"""Left, top, right, bottom, and the source and port it belongs to."""


class Names:
    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Name]] = {}
        self._of: dict[str, list[Name]] = {}
        self._below: dict[int, list[Name]] = {}
        """names of exceptions by narrow bands: level lines are asked about thousands of times"""

    def put(self, source: str, port: str, x: float, y: float, width: float, *, below: bool = False) -> None:
        """A name that starts at `x` on the height `y`; `below`: beside the line of an exception."""
        name = (x, y - NAME_HEIGHT / 2, x + width, y + NAME_HEIGHT / 2, source, port)
        if name not in self._of.setdefault(source, []):
            self._of[source].append(name)
            for cell in _cells_of(name[0], name[1], name[2], name[3]):
                self._cells.setdefault(cell, []).append(name)
            for band in _bands_of(name) if below else ():
                self._below.setdefault(band, []).append(name)

    def forget(self, source: str) -> None:
        for name in self._of.pop(source, ()):
            for cell in _cells_of(name[0], name[1], name[2], name[3]):
                self._cells[cell].remove(name)
            for band in _bands_of(name):
                if name in self._below.get(band, ()):
                    self._below[band].remove(name)

    def hit(self, points: Sequence[Point], key: Key) -> bool:
        """Whether a vertical run goes through a name, or a level one through that of an exception: through others level
        ones run that are their own lines.
        """
        for (a, b), (c, d) in pairwise(points):
            if a != c:
                for left, y1, right, y2, source, port in self._below.get(int(b // _BAND), ()):
                    if y1 < b < y2 and left < max(a, c) and min(a, c) < right and (source, port) != key[:2]:
                        return True
                continue
            top, bottom = min(b, d), max(b, d)
            for cell in _cells_of(a, top, a, bottom):
                for left, y1, right, y2, source, port in self._cells.get(cell, ()):
                    if left < a < right and y1 < bottom and top < y2 and (source, port) != key[:2]:
                        return True
        return False


def _bands_of(name: Name) -> range:
    return range(int(name[1] // _BAND), int(name[3] // _BAND) + 1)


def _cells_of(left: float, top: float, right: float, bottom: float) -> Iterator[tuple[int, int]]:
    rows = range(int(top // _HIGH), int(bottom // _HIGH) + 1)
    for column in range(int(left // _WIDE), int(right // _WIDE) + 1):
        for row in rows:
            yield column, row
