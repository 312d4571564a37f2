"""Routes between boxes that people placed themselves. Called through `designer.layout.route` while and after moving.

The law: a route never passes through a box as long as there is a way around; simple shapes are tried first, for speed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from designer.layout.around import around
from designer.layout.corners import corners
from designer.layout.graph import Box, Graph, Key, Link, Point, Route
from designer.layout.measures import DROP, DROP_STEP, NAME_BELOW, NAME_GAP, STUB, TAIL, TRACK_GAP, easy_lead, lead
from designer.layout.names import Names
from designer.layout.obstacles import CLEAR, Obstacles

_APART = 16.0
_SHIFTS = 5
_BLOCKERS = 4
_CORRIDORS = 6


class Router:
    """Keeps what stands where between questions: while a box is dragged, only that box is told anew."""

    def __init__(self, graph: Graph, positions: Mapping[str, Point]) -> None:
        self._boxes = {box.id: box for box in graph.boxes if box.id in positions}
        self._links = [li for li in graph.sound_links() if li.source in self._boxes and li.target in self._boxes]
        self._at = {name: positions[name] for name in self._boxes}
        self._obstacles = Obstacles((box, self._at[box.id]) for box in self._boxes.values())
        self._names = Names()
        self._named: dict[str, list[Link]] = {}
        for link in self._links:
            if link.label_width > 0:
                self._named.setdefault(link.source, []).append(link)
        for name in self._named:
            self._put_names(name)
        self._longest = {name: self._longest_of(name) for name in self._named}

    def move(self, positions: Mapping[str, Point]) -> None:
        for name, at in positions.items():
            if name in self._boxes:
                self._at[name] = at
                self._obstacles.stand(self._boxes[name], at)
                self._names.forget(name)
                self._put_names(name)

    def _put_names(self, source: str) -> None:
        box, (x, y) = self._boxes[source], self._at[source]
        for link in self._named.get(source, ()):
            side = box.side(link.port)
            if side.edge == "bottom":
                left, at = x + side.offset + NAME_GAP, y + box.height + NAME_BELOW
                self._names.put(source, link.port, left, at, link.label_width, below=True)
            else:
                self._names.put(source, link.port, x + box.width + NAME_GAP, y + side.offset, link.label_width)

    def _longest_of(self, source: str) -> float:
        """Of the names at its right edge."""
        box = self._boxes[source]
        return max((li.label_width for li in self._named[source] if box.side(li.port).edge == "right"), default=0.0)

    def route(
        self,
        only: Collection[Key] | None = None,
        beside: Mapping[Key, Route] | None = None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> dict[Key, Route]:
        """Routes for the links in `only`, or for all; they keep away from the lines `beside`, which stay so.

        `go_on` is asked before each link; where it says no, the answer holds what was found up to there.
        """
        obstacles = self._obstacles
        obstacles.forget_lines()
        wanted = self._links if only is None else [link for link in self._links if link.key in only]
        renewed = {link.key for link in wanted}
        for key, points in (beside or {}).items():
            if key not in renewed:
                obstacles.run(points, key)
        lowest = max((frame[3] for frame in obstacles.frames.values()), default=0.0)
        routes: dict[Key, Route] = {}
        for link in wanted:
            if not go_on():
                break
            ends = _Ends(link, self._boxes, self._at, self._longest.get(link.source, 0.0))
            routes[link.key] = found = _best(ends, obstacles, self._names, lowest)
            obstacles.run(found, link.key)
        return routes


def route(
    graph: Graph,
    positions: Mapping[str, Point],
    only: Collection[Key] | None = None,
    beside: Mapping[Key, Route] | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> dict[Key, Route]:
    """What `Router` answers, for one question."""
    return Router(graph, positions).route(only, beside, go_on)


class _Ends:
    """Where one link starts and ends."""

    def __init__(self, link: Link, boxes: Mapping[str, Box], positions: Mapping[str, Point], longest: float) -> None:
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
        self.easy_lead = easy_lead(link.label_width)
        self.past = easy_lead(longest)
        """What it runs straight to be past all names that stand beside its own."""


def _best(ends: _Ends, obstacles: Obstacles, names: Names, lowest: float) -> Route:
    spare: Route | None = None
    readable: Route | None = None
    for points in _shapes(ends, obstacles, lowest):
        if obstacles.free(points, ends.names):
            inner = points[1:-1] if len(points) > 3 else points
            if not names.hit(points, ends.link.key):
                if not obstacles.crowded(inner, ends.link.key):
                    return corners(points)
                readable = readable or points
            spare = spare or points
    found = readable or spare  # two lines beside one another are better than one through a name
    if found is not None:
        return corners(found)
    for points in _detours(ends, obstacles):
        if obstacles.free(points, ends.names):
            if not names.hit(points, ends.link.key):
                return corners(points)
            spare = spare or points
    if spare is not None:
        return corners(spare)
    (x, y), (u, v) = ends.port, ends.input
    straight = ends.drop if ends.down else ends.lead
    for stub, tail, clear in ((straight, TAIL, CLEAR), (10.0, 10.0, CLEAR), (3.0, 3.0, 2.0)):
        out = (x, y + stub) if ends.down else (x + stub, y)
        into = (u - tail, v)
        obstacles.clear = clear
        if obstacles.free([ends.port, out], ends.names) and obstacles.free([into, ends.input], ends.names):
            found = around(out, into, ends.names, obstacles, ends.down)
            if found is not None:
                obstacles.clear = CLEAR
                return corners([ends.port, *found, ends.input])
    obstacles.clear = CLEAR
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
        last, easy = u - TAIL, x + ends.easy_lead
        if last >= first:
            for shift in range(_SHIFTS):
                run = easy + shift * TRACK_GAP
                if run <= last:
                    yield [(x, y), (run, y), (run, v), (u, v)]
            for shift in range(_SHIFTS):
                run = last - shift * TRACK_GAP
                if run >= first:
                    yield [(x, y), (run, y), (run, v), (u, v)]
            for shift in range(_SHIFTS):
                run = x + ends.past + shift * TRACK_GAP
                if ends.past > ends.easy_lead and run <= last:
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
                for out in dict.fromkeys((x + ends.easy_lead, first, x + ends.past)):
                    aside = out + shift * TRACK_GAP
                    yield [(x, y), (aside, y), (aside, height), (run, height), (run, v), (u, v)]


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


def _detours(ends: _Ends, obstacles: Obstacles) -> Iterator[Route]:
    """Out, along a height that is free from end to end, and in: for long ways past many boxes."""
    (x, y), (u, v) = ends.port, ends.input
    source = obstacles.frames[ends.names[0]]
    out = source[2] + STUB if ends.down else x + ends.lead
    head = [(x, y), (x, y + ends.drop)] if ends.down else [(x, y)]
    into = u - TAIL
    for level in _corridors(min(out, into), max(out, into), y, v, obstacles):
        for shift in range(0, 2 * _SHIFTS, 2):
            first, last = out + shift * TRACK_GAP, into - shift * TRACK_GAP
            yield [*head, (first, head[-1][1]), (first, level), (into, level), (into, v), (u, v)]
            if shift:
                yield [*head, (out, head[-1][1]), (out, level), (last, level), (last, v), (u, v)]


def _corridors(left: float, right: float, y: float, v: float, obstacles: Obstacles) -> list[float]:
    """Heights that no box between `left` and `right` reaches, those first that lie nearest to both ends."""
    near = CLEAR + 1.0
    spans = sorted(
        (frame[1] - near, frame[3] + near)
        for frame in obstacles.frames.values()
        if frame[0] - near < right and left < frame[2] + near
    )
    if not spans:
        return [y, v]
    found = {spans[0][0]}
    reached = spans[0][1]
    for top, bottom in spans[1:]:
        if top > reached:
            found |= {min(max(height, reached), top) for height in (y, v)}
        reached = max(reached, bottom)
    found.add(reached)
    return sorted(found, key=lambda height: abs(height - y) + abs(height - v))[:_CORRIDORS]
