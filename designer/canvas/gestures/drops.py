"""What is dragged onto the canvas from outside: a kind of step from the palette, and nothing else is ever taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter

from designer.canvas.gestures.hits import hit_at
from designer.canvas.painting.ink import brush, pen
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.stage import Stage

MIME = "application/x-baton-node-type"
"""data: ``id`` or ``id@version`` of a node type, in UTF-8; files, links and text from elsewhere are refused"""
LONGEST = 200


def type_in(mime: QMimeData) -> tuple[str, int | None] | None:
    """The kind of step in a drag, None for anything else."""
    if not mime.hasFormat(MIME):
        return None
    raw = bytes(mime.data(MIME).data())[:LONGEST].decode("utf-8", "replace").strip()
    type_id, _, version = raw.partition("@")
    return (type_id, int(version) if version.isdigit() and len(version) < 6 else None) if type_id else None


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
