"""Notes go along with the step that they are beside, when others than the person who draws move it: tidying up, and a
step that is put into an edge. Where a note would come to lie on a card it moves off, up or down, whichever is nearer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from designer.canvas.projection.drawing import note_rect
from designer.canvas.stage import Stage
from designer.layout.graph import Rect

Place = tuple[float, float]
BESIDE = 160.0
"""how far from a card a note still belongs to it"""
APART = 12.0


def notes_along(stage: Stage, places: Mapping[str, Place]) -> dict[str, Rect]:
    """Where notes lie once these steps stand elsewhere: those that move."""
    if not stage.layout.notes:
        return {}
    before: dict[str, Rect] = {}
    after: dict[str, Rect] = {}
    for node, item in stage.projector.items.items():
        card, (x, y) = stage.projector.end_of(node)
        left, top = places.get(node, (item.x(), item.y()))
        before[node] = (x, y, card.width, card.height)
        after[node] = (x + left - item.x(), y + top - item.y(), card.width, card.height)
    result: dict[str, Rect] = {}
    for note in stage.layout.notes:
        area = note_rect(note)
        rect = (area.x(), area.y(), area.width(), area.height())
        nearest = min(before, key=lambda node: _gap(rect, before[node]), default=None)
        moved = rect
        if nearest is not None and _gap(rect, before[nearest]) <= BESIDE:
            dx, dy = after[nearest][0] - before[nearest][0], after[nearest][1] - before[nearest][1]
            moved = (rect[0] + dx, rect[1] + dy, rect[2], rect[3])
        if not any(_gap(rect, one) == 0 for one in before.values()):
            moved = _off(moved, after.values())
        if moved != rect:
            result[note.id] = moved
    return result


def _off(rect: Rect, cards: Collection[Rect]) -> Rect:
    ways: list[Rect] = []
    for up in (True, False):
        at = rect
        while hit := [card for card in cards if _gap(at, card) == 0]:
            x, _, width, height = at
            edge = min(card[1] for card in hit) - height - APART if up else max(c[1] + c[3] for c in hit) + APART
            at = (x, edge, width, height)
        ways.append(at)
    return min(ways, key=lambda way: abs(way[1] - rect[1]))


def _gap(one: Rect, other: Rect) -> float:
    """How far two lie from one another; 0 if they meet."""
    across = max(other[0] - one[0] - one[2], one[0] - other[0] - other[2], 0.0)
    down = max(other[1] - one[1] - one[3], one[1] - other[1] - other[3], 0.0)
    return across + down
