"""A step is put into an edge: where it stands, and what moves aside for it. Read by ``Deeds``, which makes one command.

Law: nothing moves where there is room for it. Where there is none, what follows moves, and nothing else but what that
would land on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from designer.canvas.arranging import LANE_AROUND
from designer.canvas.card import INPUT_Y, Card, PortSpot
from designer.canvas.companions import notes_along
from designer.canvas.projection.drawing import lane_rect
from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.layout.aside import Way, aside
from designer.layout.graph import Rect
from designer.layout.measures import COLUMN_GAP, STACK_GAP, TURN, easy_lead

Place = tuple[float, float]
GRID = 20.0
NAMES_ITS_WAYS = frozenset({"decision", "approval"})
"""kinds whose ways out get names sooner or later, so that what comes behind them leaves room for these at once"""
ROOM_FOR_NAMES = 140.0
NEAR = 40.0
"""how far from a straight edge a step still comes to stand on it"""


@dataclass(frozen=True)
class Inserted:
    """Where the new step stands, and where others, lanes and notes do from now on."""

    at: Place
    moved: dict[str, Place] = field(default_factory=dict)
    drawn: dict[str, Rect] = field(default_factory=dict)


def inserted(stage: Stage, card: Card, leave_by: str | None, key: Key, near: Place) -> Inserted | None:
    """For a step that is to stand about here in this edge; None where the edge leads back or stands close to others,
    so that any free place is as good.
    """
    projector = stage.projector
    if key not in projector.pipes:
        return None
    source, start = projector.end_of(key[0])
    target, end = projector.end_of(key[2])
    spot = source.ports[0] if source.id != key[0] else source.port(key[1])
    if spot is None or source.id == target.id:
        return None
    out = card.port(leave_by) if leave_by is not None else None
    down = spot.side == "bottom" and end[1] >= start[1] + source.height and end[0] < start[0] + source.width
    way: Way = "down" if down else "right"
    if way == "right" and end[0] < start[0] + source.width:
        return None
    axis = 1 if down else 0
    gap, behind = (STACK_GAP, STACK_GAP) if down else (gap_behind(spot), gap_behind(out, card.kind))
    size, length = (card.width, card.height)[axis], (source.width, source.height)[axis]
    first, last = start[axis] + length + gap, end[axis] - behind - size
    along = min(max(round(near[axis] / GRID) * GRID, first), last) if last >= first else first
    line = start[0] if down else _line(start, spot, target, end, card, near)
    at = (line, along) if down else (along, line)
    boxes = _boxes(stage)
    rect = QRectF(*at, card.width, card.height)
    if any(rect.intersects(QRectF(*box)) for name, box in boxes.items() if name not in {card.id, source.id, target.id}):
        return None
    short = along - last
    if last >= first:
        return Inserted(at)
    ends = [(projector.end_of(one)[0].id, projector.end_of(other)[0].id) for one, _, other in projector.pipes]
    boxes.pop(card.id, None)
    goes = aside(boxes, ends, target.id, short, way)
    return Inserted(at, *_moved(stage, goes, short, axis))


def gap_behind(spot: PortSpot | None, kind: str = "") -> float:
    """What is left free behind a way out of a step of a kind: its name, and the corner of what follows."""
    room = ROOM_FOR_NAMES if spot is not None and kind in NAMES_ITS_WAYS else COLUMN_GAP
    return room if spot is None or not spot.named else max(room, easy_lead(spot.label_width) + TURN)


def _line(start: Place, spot: PortSpot, target: Card, end: Place, card: Card, near: Place) -> float:
    """The height at which the new step stands: in line with the one before or the one behind it, if it is near."""
    into = INPUT_Y if card.enter_y is None else card.enter_y
    enter = target.height / 2 if target.enter_y is None else target.enter_y
    heights = (start[1] + spot.y - into, end[1] + enter - into)
    best = min(heights, key=lambda height: abs(height - near[1]))
    return best if spot.side == "right" and abs(best - near[1]) <= NEAR else round(near[1] / GRID) * GRID


def _boxes(stage: Stage) -> dict[str, Rect]:
    """All cards that are seen, those of folded groups too."""
    found: dict[str, Rect] = {}
    for node in stage.projector.items:
        card, (x, y) = stage.projector.end_of(node)
        found[card.id] = (x, y, card.width, card.height)
    return found


def _moved(stage: Stage, goes: set[str], by: float, axis: int) -> tuple[dict[str, Place], dict[str, Rect]]:
    places: dict[str, Place] = {}
    middles: dict[str, tuple[Place, bool]] = {}
    rights: dict[str, float] = {}
    for node, item in stage.projector.items.items():
        card, (x, y) = stage.projector.end_of(node)
        middles[node] = ((x + card.width / 2, y + card.height / 2), card.id in goes)
        rights[node] = ((x + card.width) if axis == 0 else (y + card.height)) + by
        if card.id in goes:
            places[node] = (item.x() + by, item.y()) if axis == 0 else (item.x(), item.y() + by)
    lanes: dict[str, Rect] = {}
    for lane in stage.layout.lanes:
        rect = lane_rect(lane)
        inside = [node for node, (middle, _) in middles.items() if rect.contains(*middle)]
        going = [node for node in inside if middles[node][1]]
        if not going:
            continue
        if len(going) == len(inside):
            rect.translate(*((by, 0) if axis == 0 else (0, by)))
        elif axis == 0:
            rect.setRight(max(rect.right(), *(rights[node] + LANE_AROUND for node in going)))
        else:
            rect.setBottom(max(rect.bottom(), *(rights[node] + LANE_AROUND for node in going)))
        lanes[lane.id] = (rect.x(), rect.y(), rect.width(), rect.height())
    return places, lanes | notes_along(stage, places)
