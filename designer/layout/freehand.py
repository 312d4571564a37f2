"""Routes between boxes that people placed themselves. Called through `designer.layout.route` while and after moving.

The law: a route never passes through a box as long as there is a way around; simple shapes are tried first, for speed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from designer.layout.around import around
from designer.layout.corners import corners
from designer.layout.graph import Box, Graph, Key, Link, Point, Route
from designer.layout.measures import DROP, DROP_STEP, STUB, TAIL, TRACK_GAP, lead
from designer.layout.obstacles import Obstacles

_APART = 16.0
_SHIFTS = 5


def route(
    graph: Graph,
    positions: Mapping[str, Point],
    only: Collection[Key] | None = None,
    beside: Mapping[Key, Route] | None = None,
) -> dict[Key, Route]:
    """Routes for the links in `only`, or for all; they keep away from the lines `beside`, which stay as they are."""
    boxes = {box.id: box for box in graph.boxes if box.id in positions}
    links = [link for link in graph.sound_links() if link.source in boxes and link.target in boxes]
    obstacles = Obstacles((box, positions[box.id]) for box in boxes.values())
    wanted = links if only is None else [link for link in links if link.key in only]
    renewed = {link.key for link in wanted}
    for key, points in (beside or {}).items():
        if key not in renewed:
            obstacles.run(points, key[2])
    lowest = max((frame[3] for frame in obstacles.frames.values()), default=0.0)
    routes: dict[Key, Route] = {}
    for link in wanted:
        ends = _Ends(link, boxes, positions)
        routes[link.key] = found = _best(ends, obstacles, lowest)
        obstacles.run(found, link.target)
    return routes


class _Ends:
    """Where one link starts and ends."""

    def __init__(self, link: Link, boxes: Mapping[str, Box], positions: Mapping[str, Point]) -> None:
        source, target = boxes[link.source], boxes[link.target]
        side = source.side(link.port)
        x, y = positions[link.source]
        self.link = link
        self.names = (link.source, link.target)
        self.down = side.edge == "bottom"
        self.port = (x + side.offset, y + source.height) if self.down else (x + source.width, y + side.offset)
        u, v = positions[link.target]
        self.input = (u, v + target.enter_y)
        self.top, self.left, self.width = v, u, target.width
        others = sum(1 for other in source.ports.values() if other.edge == "bottom" and other.offset > side.offset)
        self.drop = DROP + DROP_STEP * others
        self.lead = lead(link.label_width)


def _best(ends: _Ends, obstacles: Obstacles, lowest: float) -> Route:
    spare: Route | None = None
    for points in _shapes(ends, obstacles, lowest):
        if obstacles.free(points, ends.names):
            if not obstacles.crowded(points[1:-1] if len(points) > 3 else points, ends.link.target):
                return corners(points)
            spare = spare or points
    if spare is not None:
        return corners(spare)
    (x, y), (u, v) = ends.port, ends.input
    for stub, tail in ((ends.drop if ends.down else ends.lead, TAIL), (10.0, 10.0)):
        out = (x, y + stub) if ends.down else (x + stub, y)
        into = (u - tail, v)
        if obstacles.free([ends.port, out], ends.names) and obstacles.free([into, ends.input], ends.names):
            found = around(out, into, ends.names, obstacles, ends.down)
            if found is not None:
                return corners([ends.port, *found, ends.input])
    return corners(next(iter(_shapes(ends, obstacles, lowest))))  # boxes lie on one another: there is no way


def _shapes(ends: _Ends, obstacles: Obstacles, lowest: float) -> Iterator[Route]:
    """Simple routes, those that people would draw first."""
    (x, y), (u, v) = ends.port, ends.input
    if ends.down:
        if ends.left + 10 <= x <= ends.left + ends.width - 10 and ends.top >= y + TAIL:
            yield [(x, y), (x, ends.top)]
        elif ends.top >= y + ends.drop + TAIL and u < x + TAIL:
            middle = ends.left + min(28.0, ends.width / 2)
            for shift in range(_SHIFTS):
                turn = y + ends.drop + shift * TRACK_GAP
                yield [(x, y), (x, turn), (middle, turn), (middle, ends.top)]
        if u - TAIL >= x and v >= y + ends.drop:
            yield [(x, y), (x, v), (u, v)]
        start = y + ends.drop
        for shift in range(_SHIFTS):
            if u - TAIL - shift * TRACK_GAP >= x:
                run = u - TAIL - shift * TRACK_GAP
                yield [(x, y), (x, start), (run, start), (run, v), (u, v)]
        first = x
    else:
        first = x + ends.lead
        if abs(y - v) < 0.5 and u >= x:
            yield [(x, y), (u, v)]
        last = u - TAIL
        if last >= first:
            for shift in range(_SHIFTS):
                if first + shift * TRACK_GAP <= last:
                    yield [(x, y), (first + shift * TRACK_GAP, y), (first + shift * TRACK_GAP, v), (u, v)]
            for shift in range(_SHIFTS):
                run = last - shift * TRACK_GAP
                if run >= first:
                    yield [(x, y), (run, y), (run, v), (u, v)]
        elif u - x >= STUB + 10:  # too near for the name: straight on, and the name stands over the corner
            middle = (x + u) / 2
            yield [(x, y), (middle, y), (middle, v), (u, v)]
    leads_back = u < first + TAIL
    for level in _levels(ends, obstacles, lowest, leads_back):
        for shift in range(_SHIFTS):
            run = u - TAIL - shift * TRACK_GAP
            height = level + shift * TRACK_GAP
            if ends.down:
                if height >= y + ends.drop:
                    yield [(x, y), (x, height), (run, height), (run, v), (u, v)]
            else:
                out = first + shift * TRACK_GAP
                yield [(x, y), (out, y), (out, height), (run, height), (run, v), (u, v)]


def _levels(ends: _Ends, obstacles: Obstacles, lowest: float, leads_back: bool) -> list[float]:
    """Heights for a level run past what stands between, nearest first; a link that leads back runs below it all."""
    (x, y), (u, v) = ends.port, ends.input
    left, right = min(x, u) - TAIL, max(x, u) + TAIL
    source, target = obstacles.frames[ends.names[0]], obstacles.frames[ends.names[1]]
    near = {source[1] - _APART, source[3] + _APART, target[1] - _APART, target[3] + _APART}
    hit = obstacles.hit(min(x, u), v, max(x, u), v, ends.names) or obstacles.hit(min(x, u), y, max(x, u), y, ends.names)
    if hit:
        near |= {hit[1] - _APART, hit[3] + _APART}
    levels = sorted(near, key=lambda height: abs(height - y) + abs(height - v))
    if not leads_back:
        return levels
    under = max(
        (frame[3] for frame in obstacles.frames.values() if frame[0] < right and frame[2] > left), default=lowest
    )
    return [under + _APART, *levels]
