"""Notes go along with the step that they are beside, when others than the person who draws move it: tidying up, and a
step that is put into an edge. Where a note would come to lie on a card it moves off, to the side that is nearest; after
tidying up it lies on no edge and no other note either, and lanes without steps lie beside all steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from designer.canvas.projection.drawing import lane_rect, note_rect
from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.layout.graph import Rect

Place = tuple[float, float]
BESIDE = 160.0
"""how far from a card a note still belongs to it"""
APART, NEAR, BELOW = 12.0, 6.0, 40.0
"""between a note and what it moves off; around an edge; below all that stands"""


def notes_along(
    stage: Stage, places: Mapping[str, Place], routes: Mapping[Key, Sequence[Place]] | None = None
) -> dict[str, Rect]:
    """Where notes lie once these steps stand elsewhere: those that move. ``routes``: how edges run after tidying up,
    which clears what lies on one another.
    """
    if not stage.layout.notes:
        return {}
    before, after = _cards(stage, {}), _cards(stage, places)
    taken = list(after.values()) if routes is None else _taken(stage, after, routes)
    result: dict[str, Rect] = {}
    for note in stage.layout.notes:
        area = note_rect(note)
        rect = (area.x(), area.y(), area.width(), area.height())
        nearest = min(before, key=lambda node: _gap(rect, before[node]), default=None)
        moved = rect
        if nearest is not None and _gap(rect, before[nearest]) <= BESIDE:
            dx, dy = after[nearest][0] - before[nearest][0], after[nearest][1] - before[nearest][1]
            moved = (rect[0] + dx, rect[1] + dy, rect[2], rect[3])
        if routes is not None or not any(_gap(rect, one) == 0 for one in before.values()):
            moved = _off(moved, taken)
        if routes is not None:
            taken.append(moved)
        if moved != rect:
            result[note.id] = moved
    return result


def lanes_aside(stage: Stage, places: Mapping[str, Place], drawn: Mapping[str, Rect]) -> dict[str, Rect]:
    """Where lanes without steps lie once steps and other lanes do elsewhere: those that would get steps by that, or lie
    on another lane. They move below all.
    """
    now, after = _cards(stage, {}).values(), list(_cards(stage, places).values())
    rects = {lane.id: lane_rect(lane).getRect() for lane in stage.layout.lanes}
    empty = [lane for lane, rect in rects.items() if not any(_holds(rect, card) for card in now)]
    others = [drawn.get(lane, rect) for lane, rect in rects.items() if lane not in empty]
    result: dict[str, Rect] = {}
    for lane in empty:
        x, _, width, height = rects[lane]
        if any(_gap(rects[lane], other) == 0 for other in (*after, *others)):
            lowest = max(top + high for _, top, _, high in (*after, *others))
            result[lane] = (x, lowest + BELOW, width, height)
        others.append(result.get(lane, rects[lane]))
    return result


def _cards(stage: Stage, places: Mapping[str, Place]) -> dict[str, Rect]:
    """Where cards are, folded groups as what they are seen as, once steps stand at these places."""
    found: dict[str, Rect] = {}
    for node, item in stage.projector.items.items():
        card, (x, y) = stage.projector.end_of(node)
        left, top = places.get(node, (item.x(), item.y()))
        found[node] = (x + left - item.x(), y + top - item.y(), card.width, card.height)
    return found


def _taken(stage: Stage, cards: Mapping[str, Rect], routes: Mapping[Key, Sequence[Place]]) -> list[Rect]:
    """What notes leave free: cards with the names of their outcomes, and edges."""
    found: list[Rect] = []
    for node, (x, y, width, height) in cards.items():
        card, _ = stage.projector.end_of(node)
        found.append((x, y, width + card.reach, height + card.drop))
    for key, pipe in stage.projector.pipes.items():
        for (a, b), (c, d) in pairwise(routes.get(key, pipe.points)):
            found.append((min(a, c) - NEAR, min(b, d) - NEAR, abs(c - a) + 2 * NEAR, abs(d - b) + 2 * NEAR))
    return found


def _off(rect: Rect, taken: Sequence[Rect]) -> Rect:
    """The nearest place straight above, below, left or right where nothing of this lies."""
    x, y, width, height = rect
    beside = [one for one in taken if one[0] <= x + width and one[0] + one[2] >= x]
    level = [one for one in taken if one[1] <= y + height and one[1] + one[3] >= y]
    ways: list[Rect] = []
    for axis, near in ((1, beside), (0, level)):
        for back in (True, False):
            at = [x, y]
            while hit := [one for one in near if _gap((at[0], at[1], width, height), one) == 0]:
                if back:
                    at[axis] = min(one[axis] for one in hit) - rect[axis + 2] - APART
                else:
                    at[axis] = max(one[axis] + one[axis + 2] for one in hit) + APART
            ways.append((at[0], at[1], width, height))
    return min(ways, key=lambda way: abs(way[0] - x) + abs(way[1] - y))


def _holds(rect: Rect, card: Rect) -> bool:
    """Whether a card's middle lies in a lane."""
    x, y = card[0] + card[2] / 2, card[1] + card[3] / 2
    return rect[0] <= x <= rect[0] + rect[2] and rect[1] <= y <= rect[1] + rect[3]


def _gap(one: Rect, other: Rect) -> float:
    """How far two lie from one another; 0 if they meet."""
    across = max(other[0] - one[0] - one[2], one[0] - other[0] - other[2], 0.0)
    down = max(other[1] - one[1] - one[3], one[1] - other[1] - other[3], 0.0)
    return across + down
