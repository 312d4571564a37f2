"""Tidy up of a flow with frames: what stands in a frame is laid out first, then the frame as one box among the others.

The law: no frame overlaps another that it neither holds nor is held by, and none holds a box that is not its own. Links
that pass the border of a frame are routed when all stands; the others run as they were laid out, those of folded frames
from card to card. Called by `tidy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from designer.layout.freehand import route
from designer.layout.graph import Arrangement, Box, Frame, Graph, Key, Link, Point, Rect, Route, Side, borders
from designer.layout.loops import leading_back
from designer.layout.measures import NAME_GAP

Whole = Callable[[Graph, Mapping[str, Point]], Arrangement]
"""Lays out a graph without frames."""


@dataclass(eq=False)
class _Nest:
    """A frame with the frames and boxes that stand directly in it, and where all its boxes stand from its corner."""

    frame: Frame
    boxes: set[str]
    """All of them, those of inner frames too."""
    inner: list[_Nest] = field(default_factory=list)
    drawn: Arrangement = field(default_factory=lambda: Arrangement({}, {}))
    width: float = 0.0
    height: float = 0.0

    @property
    def name(self) -> str:
        return f"frame\0{self.frame.id}"  # no box of a flow is called that


def arrange_framed(graph: Graph, previous: Mapping[str, Point], whole: Whole) -> Arrangement:
    """Places for all boxes and frames that have boxes, and routes for all links."""
    tops = _nested(graph)
    work = _Work(graph, previous, whole)
    for nest in tops:
        work.fill(nest)
    found = work.lay_out({box.id for box in graph.boxes}, tops)
    return Arrangement(found.positions, work.across(found, tops), found.frames)


def _nested(graph: Graph) -> list[_Nest]:
    """The outermost frames with those in them; what would be cut by another stands wholly in it or out of it."""
    known = {box.id for box in graph.boxes}
    tops: list[_Nest] = []
    tight = [frame.boxes & known for frame in graph.frames if not frame.loose]

    def size(frame: Frame) -> tuple[bool, int, bool]:
        inside = frame.boxes & known
        # Of two around the same boxes the folded one stands in the other, which would else be hidden by its card.
        return frame.loose and not any(inside < boxes for boxes in tight), len(inside), frame.folded is None

    for frame in sorted(graph.frames, key=size):
        nest = _Nest(frame, set(frame.boxes & known))
        for other in [top for top in tops if top.boxes & nest.boxes]:
            if 2 * len(other.boxes & nest.boxes) > len(other.boxes):
                nest.boxes |= other.boxes
                nest.inner.append(other)
                tops.remove(other)
            else:
                nest.boxes -= other.boxes
        if nest.boxes:
            tops.append(nest)
    return tops


class _Work:
    """One graph that is laid out frame by frame."""

    def __init__(self, graph: Graph, previous: Mapping[str, Point], whole: Whole) -> None:
        self._previous, self._whole = previous, whole
        self._boxes = {box.id: box for box in graph.boxes}
        self._links = graph.sound_links()
        index = {box.id: number for number, box in enumerate(graph.boxes)}
        back = leading_back(len(index), [(index[li.source], index[li.target]) for li in self._links])
        self._onwards: dict[str, list[Link]] = {}
        for number, link in enumerate(self._links):
            if number not in back:
                self._onwards.setdefault(link.source, []).append(link)

    def fill(self, nest: _Nest) -> None:
        """Lays out what stands in it, from the innermost outwards; its upper left corner is (0, 0)."""
        for inner in nest.inner:
            self.fill(inner)
        frame = nest.frame
        found = self.lay_out(nest.boxes, nest.inner, self._led_outside(nest))
        unseen = {name for inner in _folded(nest.inner) for name in inner.boxes}
        rects = [
            (*at, self._boxes[name].width, self._boxes[name].height)
            for name, at in found.positions.items()
            if name not in unseen
        ]
        left, top, width, height = _around([*rects, *found.frames.values()])
        if frame.folded is not None:
            nest.width, nest.height = frame.folded
            nest.drawn = Arrangement(found.positions, {}, found.frames).shifted(-left, -top)
        else:
            nest.width, nest.height = width + 2 * frame.around, height + frame.head + frame.around
            nest.drawn = found.shifted(frame.around - left, frame.head - top)

    def lay_out(self, names: set[str], nests: Sequence[_Nest], more: Iterable[Link] = ()) -> Arrangement:
        """These boxes, the frames among them as boxes of their own; only routes that pass no frame's border.

        `more` are links that are not drawn: they say what stands left of what.
        """
        nest_of = {name: nest for nest in nests for name in nest.boxes}
        inside = [link for link in self._links if link.source in names and link.target in names]
        drawn = set(inside)
        links: dict[Key, Link] = {}
        at_border: dict[Key, Link] = {}
        """By the links whose route is the one that is found here: both ends are boxes of this graph."""
        ports: dict[str, dict[str, Side]] = {nest.name: {} for nest in nests}
        entries: dict[str, list[float]] = {nest.name: [] for nest in nests}
        for link in (*inside, *more):
            first, last = nest_of.get(link.source), nest_of.get(link.target)
            if first is last and first is not None:
                continue
            moved = self._at_border(link, first, last, ports, entries)
            links.setdefault(moved.key, moved)
            if link in drawn and all(nest is None or nest.frame.folded is not None for nest in (first, last)):
                at_border[link.key] = moved
        units = [box for name, box in self._boxes.items() if name in names and name not in nest_of]
        units += [
            Box(nest.name, nest.width, nest.height, _middle(entries[nest.name], nest.height / 2), ports[nest.name])
            for nest in nests
        ]
        before = dict(self._previous)
        for nest in nests:
            known = [self._previous[name] for name in nest.boxes if name in self._previous]
            if known:
                before[nest.name] = min(x for x, _ in known), min(y for _, y in known)
        found = self._whole(Graph.of(units, links.values()), before)
        positions = {name: at for name, at in found.positions.items() if name in names}
        routes = {key: found.routes[moved.key] for key, moved in at_border.items() if moved.key in found.routes}
        frames: dict[str, Rect] = {}
        for nest in nests:
            x, y = found.positions[nest.name]
            inner = nest.drawn.shifted(x, y)
            positions |= inner.positions
            routes |= inner.routes
            frames |= {nest.frame.id: (x, y, nest.width, nest.height)} | inner.frames
        return Arrangement(positions, routes, frames)

    def _at_border(
        self,
        link: Link,
        first: _Nest | None,
        last: _Nest | None,
        ports: dict[str, dict[str, Side]],
        entries: dict[str, list[float]],
    ) -> Link:
        """The link with its ends at the frames that it leaves and enters, as high as its port and input are there."""
        source, port, width, exception = link.source, link.port, link.label_width, link.exception
        if first is not None:
            box, (x, y) = self._boxes[link.source], first.drawn.positions[link.source]
            side = box.side(link.port)
            height = y + (side.offset if side.edge == "right" else box.height)
            name_ends = x + box.width + NAME_GAP + width if width and side.edge == "right" else 0.0
            if first.frame.folded is not None:
                height, name_ends = first.height / 2, 0.0
            source, port = first.name, f"{link.source}\0{link.port}"
            width, exception = max(0.0, name_ends - first.width), False
            ports[source][port] = Side("right", min(max(height, 0.0), first.height))
        target = link.target
        if last is not None:
            target = last.name
            height = last.drawn.positions[link.target][1] + self._boxes[link.target].enter_y
            entries[target].append(last.height / 2 if last.frame.folded is not None else min(height, last.height))
        return Link(source, port, target, width, exception)

    def _led_outside(self, nest: _Nest) -> list[Link]:
        """Links from box to box of a frame for the ways that lead through boxes outside, where none leads inside.

        Without them the two would stand one above the other, and the way would lead back to where it came from.
        """
        leader = {name: name for name in nest.boxes}

        def find(name: str) -> str:
            while leader[name] != name:
                name = leader[name]
            return name

        for link in self._links:
            if link.source in leader and link.target in leader:
                leader[find(link.source)] = find(link.target)
        result = []
        for link in self._links:
            if link.source not in leader or link.target in leader or link not in self._onwards.get(link.source, ()):
                continue
            seen, ahead = {link.target}, [link.target]
            while ahead:
                for further in self._onwards.get(ahead.pop(), ()):
                    if further.target in leader:
                        if find(link.source) != find(further.target):
                            leader[find(link.source)] = find(further.target)
                            result.append(Link(link.source, link.port, further.target))
                    elif further.target not in seen:
                        seen.add(further.target)
                        ahead.append(further.target)
        return result

    def across(self, found: Arrangement, tops: Sequence[_Nest]) -> dict[Key, Route]:
        """All routes: those found, and ways for the links that pass a frame's border."""
        folded = list(_folded(tops))
        card_of = {name: nest for nest in folded for name in nest.boxes}
        links: dict[Key, Link] = {}
        left: dict[Key, Key] = {}
        for link in self._links:
            first, last = card_of.get(link.source), card_of.get(link.target)
            if link.key in found.routes or (first is not None and first is last):
                continue
            moved = Link(
                first.name if first is not None else link.source,
                "" if first is not None else link.port,
                last.name if last is not None else link.target,
                0.0 if first is not None else link.label_width,
                link.exception and first is None,
            )
            links.setdefault(moved.key, moved)
            left[link.key] = moved.key
        if not left:
            return found.routes
        shown = [box for name, box in self._boxes.items() if name not in card_of]
        for nest in folded:
            middle = nest.height / 2
            shown.append(Box(nest.name, nest.width, nest.height, middle, {"": Side("right", middle)}))
        places = {**found.positions, **{nest.name: found.frames[nest.frame.id][:2] for nest in folded}}
        around = borders({nest.frame.id: found.frames[nest.frame.id] for nest in _open(tops)})
        # The others run already; their names have to be known, which are not to be struck through.
        others = [link for link in self._links if link.key in found.routes and link.source not in card_of]
        graph = Graph.of(shown, [*links.values(), *(link for link in others if link.target not in card_of)])
        ways = route(graph, places, only=set(links), beside={**found.routes, **around})
        return {**found.routes, **{key: ways[moved] for key, moved in left.items()}}


def _folded(nests: Iterable[_Nest]) -> Iterator[_Nest]:
    """The folded frames that are seen."""
    for nest in nests:
        if nest.frame.folded is not None:
            yield nest
        else:
            yield from _folded(nest.inner)


def _open(nests: Iterable[_Nest]) -> Iterator[_Nest]:
    """The frames that are seen as frames."""
    for nest in nests:
        if nest.frame.folded is None:
            yield nest
            yield from _open(nest.inner)


def _middle(heights: list[float], otherwise: float) -> float:
    return sorted(heights)[(len(heights) - 1) // 2] if heights else otherwise


def _around(rects: Sequence[Rect]) -> Rect:
    left, top = min(x for x, *_ in rects), min(y for _, y, *_ in rects)
    return left, top, max(x + w for x, _, w, _ in rects) - left, max(y + h for _, y, _, h in rects) - top
