"""What is dragged onto the canvas from outside: a kind of step from the palette, and nothing else is ever taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter

from designer.canvas.gestures.hits import hit_at
from designer.canvas.painting.ink import brush, pen
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.stage import Stage

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


class Drops:
    """Shows where a step would land; the edge under it lights up."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._at: QPointF | None = None
        self._pipe: LeanPipe | None = None

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
            self._show(at)
        return True

    def paint(self, painter: QPainter) -> None:
        """The shape of a card under the pointer."""
        if self._at is None:
            return
        palette = self._stage.scenery.palette
        painter.setPen(pen(palette.accent.base, 1.5, (5.0, 4.0)))
        painter.setBrush(brush(palette.accent.base, 0.08))
        painter.drawRoundedRect(QRectF(self._at.x() - 88, self._at.y() - 32, 176, 64), 10, 10)

    def _show(self, at: QPointF | None) -> None:
        pipe = hit_at(self._stage.viewer, at).pipe if at is not None else None
        if pipe is not self._pipe:
            for each, wanted in ((self._pipe, False), (pipe, True)):
                if each is not None:
                    each.state.wanted = wanted
                    each.refresh()
            self._pipe = pipe
        self._at = at
        self._stage.viewer.viewport().update()
