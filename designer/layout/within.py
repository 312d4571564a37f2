"""Tidy up of a selection while everything else stays where it is. Called by `tidy.arrange` with `only`.

The law: no box outside the selection moves, and the selection lands on none of them and in no group of theirs: it moves
right or down, whichever is nearer, until it is clear. Groups that are selected wholly are kept; lanes stay. No group's
frame comes to lie on a box that is not in it: where a part of a group is selected, that part is laid out for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from designer.layout.freehand import route
from designer.layout.graph import Arrangement, Box, Frame, Graph, Key, Point, Route
from designer.layout.measures import LINE_BOX_GAP
from designer.layout.obstacles import Obstacles

Whole = Callable[[Graph, Mapping[str, Point]], Arrangement]
"""Lays out a graph with its groups."""
_Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def arrange_within(
    graph: Graph,
    previous: Mapping[str, Point],
    only: Collection[str],
    whole: Whole,
) -> Arrangement:
    """New places for the boxes in `only`, and new routes for the links that touch them."""
    work = _Work(graph, previous, only, whole)
    if not work.chosen:
        return Arrangement({}, {})
    together = work.parties({box.id for box in work.chosen}, {})
    found = next((one for one in together if not work.covers_more(one.positions)), None) or work.apart()
    return Arrangement(found.positions, work.routes(found), found.frames)


class _Work:
    """One selection that is tidied up."""

    def __init__(self, graph: Graph, previous: Mapping[str, Point], only: Collection[str], whole: Whole) -> None:
        self._graph, self._previous, self._only, self._whole = graph, previous, set(only), whole
        self.chosen = [box for box in graph.boxes if box.id in only]
        self._groups = [frame for frame in graph.frames if not frame.loose]
        self._hidden = {name for frame in self._groups if frame.folded is not None for name in frame.boxes}
        away = self._hidden | self._only
        self._fixed = [box for box in graph.boxes if box.id in previous and box.id not in away]
        self._covered = self._covers(previous)

    def parties(
        self, names: set[str], placed: Mapping[str, Point], around: Collection[Frame] = ()
    ) -> list[Arrangement]:
        """These boxes laid out, and put where they are clear of all that stands: what is fixed, what is `placed`
        already, groups that have nothing to do with them, and the groups `around`; the nearest such place first.
        """
        chosen = [box for box in self.chosen if box.id in names]
        links = [li for li in self._graph.sound_links() if li.source in names and li.target in names]
        frames = [frame for frame in self._groups if frame.boxes <= names]
        inner = self._whole(Graph.of(chosen, links, frames), self._previous)
        corner, at = _corner(chosen, self._previous), _corner(chosen, inner.positions)
        places = {**self._previous, **placed}
        standing = [_frame(box, self._previous[box.id]) for box in self._fixed]
        standing += [_frame(box, placed[box.id]) for box in self.chosen if box.id in placed]
        apart = [frame for frame in self._groups if frame.boxes.isdisjoint(self._only)]
        stands = _stands(self._groups, self._graph.boxes, places)
        standing += [stands[frame.id] for frame in (*apart, *around) if frame.id in stands]
        moved = [_frame(box, inner.positions[box.id]) for box in chosen]
        moved += [(x, y, x + width, y + height) for x, y, width, height in inner.frames.values()]
        ways = _clear(moved, standing, (corner[0] - at[0], corner[1] - at[1]))
        return [inner.shifted(dx, dy) for dx, dy in ways]

    def apart(self) -> Arrangement:
        """Groups of which a part is selected, each for itself within what it holds; the rest clear of them.

        A part for which there is no such place stays where it is.
        """
        cut = [frame for frame in self._groups if frame.boxes & self._only and not frame.boxes <= self._only]
        parts: list[set[str]] = []
        for frame in sorted(cut, key=lambda frame: -len(frame.boxes)):
            part = {box.id for box in self.chosen if box.id in frame.boxes}.difference(*parts)
            if part:
                parts.append(part)
        rest = {box.id for box in self.chosen}.difference(*parts)
        stay = {name: self._previous[name] for part in parts for name in part if name in self._previous}
        found = self.parties(rest, stay, cut)[0] if rest else Arrangement({}, {})
        for part in parts:
            others = {name: at for name, at in stay.items() if name not in part} | found.positions
            places = self.parties(part, others)
            good = (one for one in places if not self.covers_more({**others, **one.positions}))
            as_it_is = Arrangement({name: stay[name] for name in part}, {}) if part <= stay.keys() else places[0]
            tried = next(good, as_it_is)
            routes = self._free(found.routes, tried.positions) | self._free(tried.routes, found.positions)
            found = Arrangement(found.positions | tried.positions, routes, found.frames | tried.frames)
        return found

    def _free(self, routes: Mapping[Key, Route], places: Mapping[str, Point]) -> dict[Key, Route]:
        """Those that pass none of the boxes at these places."""
        obstacles = Obstacles((box, places[box.id]) for box in self.chosen if box.id in places)
        return {key: points for key, points in routes.items() if obstacles.free(points, ("", ""))}

    def covers_more(self, positions: Mapping[str, Point]) -> bool:
        """Whether the frame of a group lies on a box that is not in it, and did not before."""
        return not self._covers({**self._previous, **positions}) <= self._covered

    def _covers(self, positions: Mapping[str, Point]) -> set[tuple[str, str]]:
        """(group, box that is not in it, or folded group) that lie on one another."""
        rects = _stands(self._groups, self._graph.boxes, positions)
        seen = [box for box in self._graph.boxes if box.id in positions and box.id not in self._hidden]
        strangers = [(box.id, frozenset((box.id,)), _frame(box, positions[box.id])) for box in seen]
        strangers += [(f.id, f.boxes, rects[f.id]) for f in self._groups if f.folded is not None and f.id in rects]
        return {
            (frame.id, name)
            for frame in self._groups
            for name, boxes, rect in strangers
            if frame.id in rects and not boxes & frame.boxes and _meet(rects[frame.id], rect)
        }

    def routes(self, found: Arrangement) -> dict[Key, Route]:
        """Ways for the links that touch the selection: those within it as they were laid out, where nothing stands."""
        others = [(box, self._previous[box.id]) for box in self._fixed]
        obstacles = Obstacles(others)
        kept = {key: points for key, points in found.routes.items() if obstacles.free(points, ("", ""))}
        links = self._graph.sound_links()
        touching = {li.key for li in links if {li.source, li.target} & self._only and li.key not in kept}
        everywhere = {box.id: at for box, at in others} | found.positions
        return kept | route(self._graph, everywhere, touching, beside=kept)


def _corner(boxes: list[Box], positions: Mapping[str, Point]) -> Point:
    known = [positions[box.id] for box in boxes if box.id in positions] or [(0.0, 0.0)]
    return min(x for x, _ in known), min(y for _, y in known)


def _stands(frames: Sequence[Frame], boxes: Sequence[Box], places: Mapping[str, Point]) -> dict[str, _Rect]:
    """Where the frames of groups lie that have a box with a place, each around the frames in it."""
    found: dict[str, _Rect] = {}
    inwards = sorted(frames, key=lambda frame: len(frame.boxes))
    for number, frame in enumerate(inwards):
        inner = [other for other in inwards[:number] if other.boxes <= frame.boxes and other.id in found]
        held = {name for other in inner for name in other.boxes}
        inside = [found[other.id] for other in inner]
        inside += [
            _frame(box, places[box.id])
            for box in boxes
            if box.id in frame.boxes and box.id in places and box.id not in held
        ]
        if not inside:
            continue
        left, top = min(rect[0] for rect in inside), min(rect[1] for rect in inside)
        if frame.folded is not None:
            found[frame.id] = (left, top, left + frame.folded[0], top + frame.folded[1])
            continue
        right, bottom = max(rect[2] for rect in inside), max(rect[3] for rect in inside)
        found[frame.id] = (left - frame.around, top - frame.head, right + frame.around, bottom + frame.around)
    return found


def _meet(one: _Rect, other: _Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _frame(box: Box, at: Point) -> _Rect:
    return (at[0], at[1], at[0] + box.width, at[1] + box.height)


def _clear(moved: list[_Rect], fixed: list[_Rect], shift: Point) -> list[Point]:
    """From the given shift the least ways down and right until nothing lies on a fixed one, nearer first."""
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
    return sorted(ways, key=lambda way: way[0] - shift[0] + way[1] - shift[1])
