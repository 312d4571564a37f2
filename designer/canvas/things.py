"""What is selected as things that are lined up: a lane or group is one, with all that it takes along."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF

from designer.canvas.arranging import LANE_HEAD
from designer.canvas.card import INPUT_Y
from designer.canvas.lanes import lane_at
from designer.canvas.projection.drawing import lane_rect
from designer.canvas.stage import Stage
from designer.document.commands.align import Thing
from designer.layout.straight import Line, straight

_ORDER = ("lane", "group", "note")


def taken_along(stage: Stage, drawn_id: str) -> tuple[list[str], list[str]]:
    """The steps that move with a group or lane, and the notes that move with a lane."""
    drawing = stage.drawing
    steps = list(drawing.members.get(drawn_id, ()))
    lane = drawing.items.get(drawn_id)
    if lane is None or lane.sort != "lane":
        return steps, []
    for node in stage.projector.items:
        card, (x, y) = stage.projector.end_of(node)
        if lane.rect.contains(QPointF(x + card.width / 2, y + card.height / 2)):
            steps.append(node)
    notes = [i.id for i in drawing.items.values() if i.sort == "note" and lane.rect.contains(i.rect.center())]
    return steps, notes


def chosen_things(stage: Stage) -> dict[str, Thing]:
    """What is selected; what lies in a selected lane or group goes with it, and is no thing of its own."""
    items, drawing, selection = stage.projector.items, stage.drawing, stage.services.selection
    inwards = {group: number for number, group in enumerate(drawing.grouping.inwards)}
    chosen = [drawing.items[one] for one in selection.drawn if one in drawing.items]
    chosen.sort(key=lambda item: (_ORDER.index(item.sort), inwards.get(item.id, 0)))
    things: dict[str, Thing] = {}
    steps_gone: set[str] = set()
    drawn_gone: set[str] = set()
    for item in chosen:
        steps, notes = taken_along(stage, item.id)
        if item.id in drawn_gone or (steps and steps_gone.issuperset(steps)):
            continue
        steps = [node for node in steps if node in items and node not in steps_gone]
        boxes = [one for one in (item.id, *notes) if one not in drawn_gone and drawing.items[one].sort != "group"]
        things[item.id] = Thing(
            item.rect.getRect(),
            {node: (items[node].x(), items[node].y()) for node in steps},
            {one: drawing.items[one].rect.getRect() for one in boxes},
        )
        steps_gone.update(steps)
        drawn_gone.update(boxes)
    for node in selection.nodes:
        if node in items and node not in steps_gone:
            at = (items[node].x(), items[node].y())
            things[node] = Thing((*at, items[node].card.width, items[node].card.height), {node: at})
    return things


def straight_places(stage: Stage) -> dict[str, tuple[float, float]]:
    """Where steps go so that lines between them run straight: the selected ones if there are several, else all."""
    items = {node: item for node, item in stage.projector.items.items() if item.isVisible()}
    chosen = stage.services.selection.nodes
    meant = {node for node in chosen if node in items} if len(chosen) > 1 else set(items)
    lines: list[Line] = []
    for source, port, target in stage.projector.pipes:
        spot = items[source].card.port(port) if source in meant and target in meant else None
        if spot is not None and spot.side == "right":
            into = items[target].card.enter_y
            lines.append((source, spot.y, target, INPUT_Y if into is None else into))
    boxes = {node: (item.x(), item.y(), item.card.width, item.card.height) for node, item in items.items()}
    tops = straight(boxes, lines, _rooms(stage, list(meant)))
    return {node: (items[node].x(), top) for node, top in tops.items()}


def _rooms(stage: Stage, nodes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """How high and low steps may stand that lie in a lane: they stay in it, below its name."""
    rooms: dict[str, tuple[float, float]] = {}
    for node in nodes if stage.layout.lanes else ():
        item = stage.projector.items[node]
        lane = lane_at(stage, QPointF(item.x() + item.card.width / 2, item.y() + item.card.height / 2))
        if lane is not None:
            rect = lane_rect(lane)
            rooms[node] = (min(item.y(), rect.top() + LANE_HEAD), max(item.y() + item.card.height, rect.bottom()))
    return rooms
