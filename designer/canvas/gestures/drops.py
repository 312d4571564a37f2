"""What is dragged onto the canvas from outside: a kind of step from the palette, and nothing else is ever taken."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter

from designer.canvas.gestures.hits import hit_at
from designer.canvas.joining import would_join
from designer.canvas.lanes import lane_at
from designer.canvas.painting.caption import paint_caption
from designer.canvas.painting.grid import GRID
from designer.canvas.painting.ink import brush, pen
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.stage import Stage
from designer.document.commands.add_node import new_node
from designer.document.connecting import unfit_for_edge
from designer.document.likely_ports import starting_config
from nodes.contract import NodeType

MIME = "application/x-baton-node-type"
"""data: JSON with ``type`` and, if they are said, ``version`` and ``config``; files, links and text are refused"""
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Dropped:
    """A kind of step, perhaps with fields filled in."""

    type_id: str
    version: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


def type_in(mime: QMimeData) -> Dropped | None:
    """The kind of step in a drag, None for anything else: whoever drags may be a stranger's program."""
    if not mime.hasFormat(MIME):
        return None
    raw = bytes(mime.data(MIME).data())
    try:
        said = json.loads(raw.decode("utf-8"), parse_float=Decimal) if len(raw) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        return None
    version, config = said.get("version"), said.get("config")
    return Dropped(
        said["type"],
        version if type(version) is int and version > 0 else None,
        config if isinstance(config, dict) else {},
    )


def unfit(stage: Stage, wanted: Dropped) -> str | None:
    """What is written beside the pointer over an edge that this kind of step can't be put into; None where it can."""
    registry = stage.services.registry
    latest = wanted.version is None
    found = registry.latest(wanted.type_id) if latest else registry.get(wanted.type_id, wanted.version or 1)
    if not isinstance(found, NodeType):
        return None  # it can't be added at all, and is refused with that reason
    node = new_node("new", found.id, found.version, found.title, starting_config(found, wanted.config))
    if unfit_for_edge(stage.services.facts, node) is None:
        return None
    return f"{why_not(found.title, str(found.category))}: it will stand beside"


def why_not(title: str, category: str) -> str:
    """In a few words why a step can't be put into an edge."""
    return f"“{title}” " + {"trigger": "starts a flow", "end": "ends the flow"}.get(category, "has no way on yet")


def light(stage: Stage, wanted: Collection[str]) -> None:
    """Exactly these frames show that something is about to come into them."""
    for drawn_id, item in stage.drawing.items.items():
        if item.state.wanted != (drawn_id in wanted):
            item.state.wanted = drawn_id in wanted
            item.update()


def beside(at: QPointF) -> tuple[float, float]:
    """Where a card is put that is dropped on an edge but can't be in it: clear of the line under the pointer."""
    return at.x() + GRID, at.y() + GRID


class Drops:
    """Shows where a step would land; the edge under it lights up, or words say why it can't be put into that."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._at: QPointF | None = None
        self._pipe: LeanPipe | None = None
        self.words: str | None = None
        """why it will not be put into the edge that it is over"""

    def event(self, event: QEvent) -> bool:
        """All four events of a drag from outside."""
        if event.type() is QEvent.Type.DragLeave:
            self._show(None)
            return True
        assert isinstance(event, QDropEvent | QDragMoveEvent)
        if not self._stage.editable or type_in(event.mimeData()) is None:
            event.ignore()
            return True
        at = self._stage.viewer.place(event.position())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self._show(None)
            self._stage.viewer.data_dropped.emit(event.mimeData(), at)
        else:
            self._show(at, event.mimeData())
        return True

    def paint(self, painter: QPainter) -> None:
        """The shape of a card under the pointer."""
        if self._at is None:
            return
        palette = self._stage.scenery.palette
        painter.setPen(pen(palette.accent.base, 1.5, (5.0, 4.0)))
        painter.setBrush(brush(palette.accent.base, 0.08))
        x, y = beside(self._at) if self.words is not None else (self._at.x() - 88, self._at.y() - 32)
        painter.drawRoundedRect(QRectF(x, y, 176, 64), 10, 10)
        if self.words is not None:
            paint_caption(painter, self.words, QPointF(x, y + 64), self._stage.scenery)

    def _show(self, at: QPointF | None, mime: QMimeData | None = None) -> None:
        pipe = hit_at(self._stage.viewer, at).pipe if at is not None else None
        kind = type_in(mime) if mime is not None and pipe is not None else None
        self.words = unfit(self._stage, kind) if kind is not None else None
        pipe = pipe if self.words is None else None
        light(self._stage, self._frames(at, mime, pipe) if at is not None and mime is not None else ())
        if pipe is not self._pipe:
            for each, here in ((self._pipe, False), (pipe, True)):
                if each is not None:
                    each.state.wanted = here
                    each.refresh()
            self._pipe = pipe
        self._at = at
        self._stage.viewer.viewport().update()

    def _frames(self, at: QPointF, mime: QMimeData, pipe: LeanPipe | None) -> set[str]:
        """The group that it would belong to, and the lane that would give an approval its seat."""
        stage, wanted = self._stage, type_in(mime)
        if self.words is not None:
            x, y = beside(at)
            at = QPointF(x + 88, y + 32)
        group = would_join(stage, at, pipe.key if pipe is not None else None)
        lane = lane_at(stage, at)
        found = stage.services.registry.latest(wanted.type_id) if wanted is not None and lane is not None else None
        gives = lane is not None and isinstance(found, NodeType) and str(found.category) == "approval"
        return {*([group] if group is not None else []), *([lane.id] if gives and lane is not None else [])}
