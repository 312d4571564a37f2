"""What is under the pointer: the one place that knows the order of things and how near is near enough."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt

from designer.canvas.card import LABEL_LEAD, PortSpot
from designer.canvas.painting.levels import Level
from designer.canvas.painting.ports import PLUS_RADIUS, plus_at
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.projection.step_item import StepItem
from designer.canvas.projection.viewer import LeanViewer

PORT = 11.0
"""half the hit circle of a port, in px on screen"""
EDGE = 7.0
END = 26.0
SHORT = 60.0
"""px on screen up to which an edge and the ports at its ends share the room between two cards"""
END_SHARE = 0.3
"""how much of an edge, in px on screen, is its end that can be plugged in elsewhere; of a short one a share"""

Kind = Literal["nothing", "plus", "port", "input", "card", "edge", "edge_end", "edge_start", "drawn", "corner", "fold"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing under the pointer."""

    kind: Kind
    item: StepItem | None = None
    port: PortSpot | None = None
    pipe: LeanPipe | None = None
    drawn: DrawnItem | None = None


NOTHING = Hit("nothing")


def hit_at(viewer: LeanViewer, at: QPointF) -> Hit:
    """The first thing that a press at this place of the canvas is meant for."""
    zoom = viewer.zoom
    reach = max(PORT, 12) / zoom
    area = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
    found = viewer.scene().items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
    cards = [item for item in found if isinstance(item, StepItem)]
    near = PORT / max(zoom, 0.5)
    if viewer.scenery.level >= Level.TITLE:
        for item in cards:
            hit = _on_ports(item, at, near)
            if hit is not None:
                return _between(found, hit, at, zoom) or hit
    for item in cards:
        if body(item).contains(at):
            return Hit("card", item)
    if viewer.scenery.level >= Level.TITLE:
        for item in cards:
            hit = _on_name(item, at)
            if hit is not None:
                return hit
    edge = _edge(found, at, EDGE / zoom, zoom)
    drawn = _drawn(found, at, zoom)
    if drawn is not None and drawn.drawn is not None and drawn.drawn.above_edges:
        return drawn
    return edge or drawn or NOTHING


def card_at(viewer: LeanViewer, at: QPointF, *, around: float = 0.0) -> StepItem | None:
    """The card at a place."""
    area = QRectF(at.x() - 1 - around, at.y() - 1 - around, 2 + 2 * around, 2 + 2 * around)
    for item in viewer.scene().items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
        if isinstance(item, StepItem) and body(item).adjusted(-around, -around, around, around).contains(at):
            return item
    return None


def body(item: StepItem) -> QRectF:
    """The card itself, without names and shadows."""
    return QRectF(item.x(), item.y(), item.card.width, item.card.height)


def body_and_names(item: StepItem) -> QRectF:
    """The card with the names of its outcomes, and the + of those that lead nowhere yet."""
    card, around = item.card, PLUS_RADIUS + 2
    whole = body(item).adjusted(0, 0, card.reach, card.drop)
    for spot in card.ports:
        if spot.name not in item.state.connected:
            at = item.pos() + plus_at(spot)
            whole = whole.united(QRectF(at.x() - around, at.y() - around, 2 * around, 2 * around))
    return whole


def _on_ports(item: StepItem, at: QPointF, near: float) -> Hit | None:
    card, corner = item.card, item.pos()
    if item.state.alone:
        for spot in card.ports:
            if spot.name not in item.state.connected and _near(corner + plus_at(spot), at, PLUS_RADIUS + 2):
                return Hit("plus", item, spot)
    nearest, found = near, None
    for spot in card.ports:
        away = _away(corner + QPointF(spot.x, spot.y), at)
        if away <= nearest:
            nearest, found = away, spot
    if found is not None:
        return Hit("port", item, found)
    if card.enter_y is not None and _near(corner + QPointF(0, card.enter_y), at, min(near, 9.0)):
        return Hit("input", item)
    return None


def _on_name(item: StepItem, at: QPointF) -> Hit | None:
    """Names of outcomes are a handle, too: their edge, or the port itself."""
    for spot in item.card.ports:
        if spot.side == "right" and spot.named and spot.name in item.state.connected:
            left, middle = item.x() + spot.x + LABEL_LEAD, item.y() + spot.y
            if QRectF(left, middle - 9, spot.label_width + 8, 18).contains(at):
                return Hit("port", item, spot)
    return None


def _edge(found: list[object], at: QPointF, near: float, zoom: float) -> Hit | None:
    best: LeanPipe | None = None
    for pipe in found:
        if isinstance(pipe, LeanPipe) and pipe.isVisible():
            away = pipe.distance_to(at)
            if away <= near:
                near, best = away, pipe
    if best is None:
        return None
    if _near(QPointF(*best.points[-1]), at, min(END / max(zoom, 0.5), END_SHARE * _length(best))):
        return Hit("edge_end", pipe=best)
    return Hit("edge", pipe=best)


def _between(found: list[object], hit: Hit, at: QPointF, zoom: float) -> Hit | None:
    """The edge between two cards that stand close together, if the pointer is nearer to its middle than to the port."""
    item = hit.item
    assert item is not None
    if hit.kind == "plus":
        return None
    y = hit.port.y if hit.port is not None else item.card.enter_y or 0.0
    port = item.pos() + QPointF(hit.port.x if hit.port is not None else 0.0, y)
    for pipe in found:
        if not isinstance(pipe, LeanPipe) or not pipe.isVisible() or len(pipe.points) != 2:
            continue
        (x1, y1), (x2, y2) = pipe.points
        middle = QPointF((x1 + x2) / 2, (y1 + y2) / 2)
        if _length(pipe) * zoom < SHORT and _away(middle, at) < _away(port, at) and pipe.distance_to(at) * zoom <= EDGE:
            return Hit("edge", pipe=pipe)
    return None


def _length(pipe: LeanPipe) -> float:
    return sum(abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise(pipe.points))


def _drawn(found: list[object], at: QPointF, zoom: float) -> Hit | None:
    for item in found:
        if isinstance(item, DrawnItem):
            part = item.part_at(at, zoom)
            if part is not None:
                return Hit(part, drawn=item)
    return None


def _near(one: QPointF, other: QPointF, within: float) -> bool:
    return _away(one, other) <= within


def _away(one: QPointF, other: QPointF) -> float:
    apart = one - other
    return float((apart.x() ** 2 + apart.y() ** 2) ** 0.5)
