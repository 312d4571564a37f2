"""Who moves aside where a box is put between two that are linked: the second, and all that follow it. By the canvas.

The law: all that move do so by the same way, so what stood in line still does; what lies before the second box, or has
nothing to do with it and is not landed on, stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from designer.layout.graph import Rect
from designer.layout.measures import LINE_BOX_GAP

Way = Literal["right", "down"]


def aside(boxes: Mapping[str, Rect], links: Collection[tuple[str, str]], first: str, by: float, way: Way) -> set[str]:
    """The boxes that move by so much if `first` does; `links` are pairs of source and target."""
    axis = 0 if way == "right" else 1
    line = boxes[first][axis]
    onwards: dict[str, list[str]] = {}
    for source, target in links:
        if target in boxes and boxes[target][axis] >= line:
            onwards.setdefault(source, []).append(target)
    ahead = {name for name, box in boxes.items() if box[axis] >= line}
    moved: set[str] = set()
    coming = {first}
    while coming:
        moved |= (new := _followers(coming, onwards) - moved)
        landed = {name: _shifted(boxes[name], by, axis) for name in new}
        coming = {
            other
            for other in ahead - moved
            if any(_near(at, boxes[other]) and not _near(boxes[name], boxes[other]) for name, at in landed.items())
        }
    return moved


def _followers(some: Collection[str], onwards: Mapping[str, Collection[str]]) -> set[str]:
    found, coming = set(some), list(some)
    while coming:
        for target in onwards.get(coming.pop(), ()):
            if target not in found:
                found.add(target)
                coming.append(target)
    return found


def _shifted(box: Rect, by: float, axis: int) -> Rect:
    x, y, width, height = box
    return (x + by, y, width, height) if axis == 0 else (x, y + by, width, height)


def _near(one: Rect, other: Rect) -> bool:
    return (
        one[0] < other[0] + other[2] + LINE_BOX_GAP
        and other[0] < one[0] + one[2] + LINE_BOX_GAP
        and one[1] < other[1] + other[3] + LINE_BOX_GAP
        and other[1] < one[1] + one[3] + LINE_BOX_GAP
    )
