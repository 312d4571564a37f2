"""Lanes give their owner and seat to approvals that are dropped into them; a step keeps both itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF

from designer.canvas.projection.drawing import lane_rect
from designer.canvas.stage import Stage
from designer.document.command import Command
from designer.document.commands.set_field import set_field
from runtime.model.flow import Node
from runtime.model.layout import SeatLane


def lane_at(stage: Stage, at: QPointF) -> SeatLane | None:
    """The topmost lane at a place."""
    return next((lane for lane in reversed(stage.layout.lanes) if lane_rect(lane).contains(at)), None)


def lane_for(stage: Stage, node_id: str) -> SeatLane | None:
    """The lane that would give a step something, where its card is shown now."""
    item, flow = stage.projector.items.get(node_id), stage.flow
    lane = lane_at(stage, QPointF(item.x() + 88, item.y() + 32)) if item is not None else None
    node = flow.node(node_id) if flow is not None and lane is not None else None
    return lane if node is not None and stage.services.facts.category(node) == "approval" else None


def reseated(stage: Stage, lane: SeatLane) -> list[Command]:
    """Commands that give the approvals in a lane what it says from now on."""
    commands: list[Command] = []
    for node_id, item in stage.projector.items.items():
        at = QPointF(item.x() + 88, item.y() + 32)
        here = lane_at(stage, at)
        if here is not None and here.id == lane.id:
            commands += _given(stage, lane, node_id)
    return commands


def seated(stage: Stage, places: Mapping[str, tuple[float, float]], *, new: Node | None = None) -> list[Command]:
    """Commands that give steps at these places what their lane says, where it is something else."""
    if not stage.layout.lanes:
        return []
    commands: list[Command] = []
    flow = stage.flow
    for node_id, (x, y) in places.items():
        node = new if new is not None and new.id == node_id else flow.node(node_id) if flow is not None else None
        lane = lane_at(stage, QPointF(x + 88, y + 32))
        if node is not None and lane is not None:
            commands += _given(stage, lane, node_id, new=new if node is new else None)
    return commands


def _given(stage: Stage, lane: SeatLane, node_id: str, *, new: Node | None = None) -> list[Command]:
    """What one step gets of a lane, where it is something else: only approvals have a seat to take."""
    flow = stage.flow
    node = new if new is not None else flow.node(node_id) if flow is not None else None
    if node is None or stage.services.facts.category(node) != "approval":
        return []
    commands: list[Command] = []
    if lane.owner is not None and lane.owner != node.owner:
        commands.append(set_field(stage.flow_id, node_id, "owner", lane.owner))
        if "role" in node.config or new is not None:
            commands.append(set_field(stage.flow_id, node_id, "config.role", lane.owner))
    if lane.seat is not None and lane.seat != node.seat:
        commands.append(set_field(stage.flow_id, node_id, "seat", lane.seat))
    return commands
