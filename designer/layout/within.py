"""Tidy up of a selection while everything else stays where it is. Called by `tidy.arrange` with `only`.

The law: no box outside the selection moves, and the selection lands on none of them and in no group of theirs: it moves
right or down, whichever is nearer, until it is clear. Groups that are selected wholly are kept; lanes stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from designer.layout.freehand import route
from designer.layout.graph import Arrangement, Box, Frame, Graph, Key, Point, Route
from designer.layout.measures import LINE_BOX_GAP
from designer.layout.obstacles import Obstacles

_Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def arrange_within(
    graph: Graph,
    previous: Mapping[str, Point],
    only: Collection[str],
    whole: Callable[[Graph, Mapping[str, Point]], Arrangement],
) -> Arrangement:
    """New places for the boxes in `only`, and new routes for the links that touch them."""
    chosen = [box for box in graph.boxes if box.id in only]
    if not chosen:
        return Arrangement({}, {})
    groups = [frame for frame in graph.frames if not frame.loose]
    hidden = {name for frame in groups if frame.folded is not None for name in frame.boxes}
    fixed = [box for box in graph.boxes if box.id not in only and box.id in previous and box.id not in hidden]
    links = [li for li in graph.sound_links() if li.source in only and li.target in only]
    inner = whole(Graph.of(chosen, links, [frame for frame in groups if frame.boxes <= set(only)]), previous)
    corner = _corner(chosen, previous)
    at = _corner(chosen, inner.positions)
    frames = [_frame(box, previous[box.id]) for box in fixed]
    frames += [rect for frame in groups if (rect := _stands(frame, graph.boxes, only, previous)) is not None]
    moved = [_frame(box, inner.positions[box.id]) for box in chosen]
    moved += [(x, y, x + width, y + height) for x, y, width, height in inner.frames.values()]
    dx, dy = _clear(moved, frames, (corner[0] - at[0], corner[1] - at[1]))
    positions = {name: (x + dx, y + dy) for name, (x, y) in inner.positions.items()}
    obstacles = Obstacles((box, previous[box.id]) for box in fixed)
    routes: dict[Key, Route] = {}
    for key, points in inner.routes.items():
        shifted = [(x + dx, y + dy) for x, y in points]
        if obstacles.free(shifted, ("", "")):
            routes[key] = shifted
    touching = {
        li.key for li in graph.sound_links() if (li.source in only or li.target in only) and li.key not in routes
    }
    everywhere = {box.id: previous[box.id] for box in fixed} | positions
    routes |= route(graph, everywhere, touching, beside=routes)
    return Arrangement(positions, routes, {name: (x + dx, y + dy, w, h) for name, (x, y, w, h) in inner.frames.items()})


def _corner(boxes: list[Box], positions: Mapping[str, Point]) -> Point:
    known = [positions[box.id] for box in boxes if box.id in positions] or [(0.0, 0.0)]
    return min(x for x, _ in known), min(y for _, y in known)


def _stands(frame: Frame, boxes: Sequence[Box], only: Collection[str], previous: Mapping[str, Point]) -> _Rect | None:
    """Where the frame of a group lies that has nothing to do with the selection."""
    inside = [_frame(box, previous[box.id]) for box in boxes if box.id in frame.boxes and box.id in previous]
    if not inside or not frame.boxes.isdisjoint(only):
        return None
    left, top = min(rect[0] for rect in inside), min(rect[1] for rect in inside)
    if frame.folded is not None:
        return (left, top, left + frame.folded[0], top + frame.folded[1])
    right, bottom = max(rect[2] for rect in inside), max(rect[3] for rect in inside)
    return (left - frame.around, top - frame.head, right + frame.around, bottom + frame.around)


def _frame(box: Box, at: Point) -> _Rect:
    return (at[0], at[1], at[0] + box.width, at[1] + box.height)


def _clear(moved: list[_Rect], fixed: list[_Rect], shift: Point) -> Point:
    """The given shift and, from there, the least way right or down until no frame lies on a fixed one."""
    ways = []
    for right in (False, True):
        dx, dy = shift
        while True:
            needs = [
                (f[2] + LINE_BOX_GAP - m[0] - dx) if right else (f[3] + LINE_BOX_GAP - m[1] - dy)
                for m in moved
                for f in fixed
                if m[0] + dx < f[2] + LINE_BOX_GAP
                and f[0] < m[2] + dx + LINE_BOX_GAP
                and m[1] + dy < f[3] + LINE_BOX_GAP
                and f[1] < m[3] + dy + LINE_BOX_GAP
            ]
            if not needs:
                break
            step = max(*needs, 1.0)  # at least a pixel, whatever rounding leaves
            dx, dy = (dx + step, dy) if right else (dx, dy + step)
        ways.append((dx, dy))
    down, right_way = ways
    return down if down[1] - shift[1] <= right_way[0] - shift[0] else right_way
