"""Drawing an edge: from a way out to a card, from a card's input back to a step, or an end plugged in elsewhere.

Legal targets keep their colours, all others fade. Letting go on a card that can't be a target says why; letting go on
empty canvas asks what to add.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPolygonF

from designer.canvas.card import PortSpot
from designer.canvas.gestures.hits import card_at
from designer.canvas.painting.edge import arrow_at, curved_path
from designer.canvas.painting.ink import brush, pen
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.projection.port import LeanPort
from designer.canvas.projection.step_item import StepItem
from designer.canvas.stage import Stage
from designer.document.connecting import Refusal, refusal

START = 4.0
AROUND = 10.0
"""px around a card that still count as on it"""


class Connect:
    """From one port of a step to wherever it is let go; ``old`` is the edge whose end was taken off."""

    def __init__(
        self, stage: Stage, source: StepItem, port: PortSpot, at: QPointF, old: LeanPipe | None = None
    ) -> None:
        self._stage, self._source, self._port, self._old = stage, source, port, old
        self._from = self._at = at
        self._begun = False
        self._over: StepItem | None = None
        self._refused: Refusal | None = None
        self._legal: set[str] = set()

    by_click = False
    """begun by a key: no button is held, and a click ends it"""

    @property
    def begun(self) -> bool:
        """Whether it is more than a press."""
        return self._begun

    def move(self, event: QMouseEvent) -> None:
        """The loose end follows."""
        self.lead_to(self._stage.viewer.place(event.position()))

    def lead_to(self, at: QPointF) -> None:
        """The loose end is here."""
        self._at = at
        if not self._begun:
            way = at - self._from
            if (abs(way.x()) + abs(way.y())) * self._stage.viewer.zoom < START:
                return
            self._begin()
        over = card_at(self._stage.viewer, at, around=AROUND)
        if over is not self._over:
            self._hover(self._over, False)
            self._over = over
            self._hover(over, True)
        self._stage.viewer.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        """An edge, a reason, or a question."""
        stage = self._stage
        if not self._begun:
            stage.services.selection.select((self._source.id,))
            return
        over, refused, at = self._over, self._refused, self._at
        self._end()
        out = self._out_port()
        if over is not None:
            if refused is not None:
                stage.wishes.refuse(refused.message, at, over.id)
            elif out is not None and not (self._old is not None and self._old.key[2] == over.id):
                gone = [(out, _input(stage.projector.items[self._old.key[2]]))] if self._old is not None else []
                stage.viewer.connection_changed.emit(gone, [(out, _input(over))])
        elif self._old is not None and out is not None:
            stage.viewer.connection_changed.emit([(out, _input(stage.projector.items[self._old.key[2]]))], [])
        elif self._old is None:
            stage.wishes.quick_add(at, after=(self._source.id, self._port.name))

    def cancel(self) -> None:
        """As if nothing had been touched."""
        if self._begun:
            self._end()

    def paint(self, painter: QPainter) -> None:
        """The curve to the pointer; dashed and red where it can't end."""
        if not self._begun:
            return
        palette = self._stage.scenery.palette
        refused = self._over is not None and self._refused is not None
        ink = palette.state.failed if refused else palette.accent.base
        start = self._source.pos() + QPointF(self._port.x, self._port.y)
        end = self._at
        if self._over is not None and not refused and self._over.card.enter_y is not None:
            end = self._over.pos() + QPointF(0, self._over.card.enter_y)
        path = curved_path((start.x(), start.y()), (end.x(), end.y()), down=self._port.side == "bottom")
        painter.setPen(pen(ink, 2.25, (6.0, 4.0) if refused else ()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(ink))
        arrow: QPolygonF = arrow_at((end.x() - 1, end.y()), (end.x(), end.y()))
        painter.drawPolygon(arrow)

    def _begin(self) -> None:
        self._begun = True
        stage = self._stage
        stage.wishes.quiet()
        self._legal = legal_targets(stage, self._source.id, self._port.name)
        if self._old is not None:
            self._legal.add(self._old.key[2])
            self._old.setVisible(False)
        for node_id, item in stage.projector.items.items():
            faded = node_id not in self._legal and item is not self._source
            if item.state.faded != faded:
                item.state.faded = faded
                item.update()
        for pipe in stage.projector.pipes.values():
            pipe.state.faded = True
            pipe.update()
        stage.viewer.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def _end(self) -> None:
        stage = self._stage
        self._hover(self._over, False)
        self._over = None
        for item in stage.projector.items.values():
            if item.state.faded:
                item.state.faded = False
                item.update()
        for pipe in stage.projector.pipes.values():
            pipe.state.faded = False
            pipe.update()
        if self._old is not None:
            self._old.setVisible(True)
        self._begun = False
        stage.viewer.viewport().update()

    def _hover(self, item: StepItem | None, over: bool) -> None:
        if item is None:
            return
        if not over:
            item.state.wanted = item.state.refused = False
        elif item.id in self._legal:
            self._refused, item.state.wanted = None, True
        else:
            flow = self._stage.flow
            self._refused = (
                refusal(flow, self._stage.services.facts, self._source.id, self._port.name, item.id)
                if flow is not None
                else None
            )
            item.state.refused = self._refused is not None
        item.refresh()

    def _out_port(self) -> LeanPort | None:
        return next((port for port in self._source.outputs if port.name == self._port.name), None)


class ConnectBack:
    """From a card's input back to a step: letting go on one connects its first way out that leads nowhere."""

    def __init__(self, stage: Stage, target: StepItem, at: QPointF) -> None:
        self._stage, self._target, self._from, self._at = stage, target, at, at
        self._begun = False

    def move(self, event: QMouseEvent) -> None:
        """The loose end follows."""
        self._at = self._stage.viewer.place(event.position())
        way = self._at - self._from
        if not self._begun and (abs(way.x()) + abs(way.y())) * self._stage.viewer.zoom >= START:
            self._begun = True
            self._stage.wishes.quiet()
        self._stage.viewer.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        """An edge or a reason."""
        stage = self._stage
        if not self._begun:
            stage.services.selection.select((self._target.id,))
            return
        self._begun = False
        stage.viewer.viewport().update()
        source = card_at(stage.viewer, self._at, around=AROUND)
        flow = stage.flow
        if source is None or flow is None or source is self._target:
            return
        spots = [spot for spot in source.card.ports if spot.name not in source.state.connected] or list(
            source.card.ports
        )
        refused: Refusal | None = Refusal(f"“{source.card.title}” ends the flow, so nothing can follow it.")
        for spot in spots:
            refused = refusal(flow, stage.services.facts, source.id, spot.name, self._target.id)
            if refused is None:
                out = next(port for port in source.outputs if port.name == spot.name)
                stage.viewer.connection_changed.emit([], [(out, _input(self._target))])
                return
        if refused is not None:
            stage.wishes.refuse(refused.message, self._at, source.id)

    def cancel(self) -> None:
        """As if nothing had been touched."""
        self._begun = False
        self._stage.viewer.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """The curve from the pointer."""
        if self._begun:
            end = self._target.pos() + QPointF(0, self._target.card.enter_y or 0)
            painter.setPen(pen(self._stage.scenery.palette.accent.base, 2.25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(curved_path((self._at.x(), self._at.y()), (end.x(), end.y())))


def legal_targets(stage: Stage, source: str, port: str) -> set[str]:
    """Steps to which an edge from this port may lead. Only what refuses by itself is asked one by one."""
    flow, facts = stage.flow, stage.services.facts
    if flow is None:
        return set()
    taken = {edge.target for edge in flow.edges if edge.source == source and edge.port == port}
    legal: set[str] = set()
    for node_id, item in stage.projector.items.items():
        if item.card.enter_y is None or node_id in taken:
            continue
        if item.card.complete or refusal(flow, facts, source, port, node_id) is None:
            legal.add(node_id)
    return legal


def _input(item: StepItem) -> LeanPort:
    return item.inputs[0]
