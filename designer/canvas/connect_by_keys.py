"""Connecting by keyboard: C, then up and down choose the way out, arrows the target, Enter connects, Esc stops."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from designer.canvas.gestures.connect import Connect, legal_targets
from designer.canvas.gestures.hits import body
from designer.canvas.stage import Stage
from designer.canvas.walking import Way, nearest

_WAYS: dict[int, Way] = {
    int(Qt.Key.Key_Left): "left",
    int(Qt.Key.Key_Right): "right",
    int(Qt.Key.Key_Up): "up",
    int(Qt.Key.Key_Down): "down",
}


class ConnectByKeys:
    """From one step. The same fading and the same intent as with the mouse."""

    def __init__(self, stage: Stage, source: str, port: str | None = None) -> None:
        self._stage, self.source = stage, source
        item = stage.projector.items[source]
        spots = item.card.ports
        free = [n for n, spot in enumerate(spots) if spot.name not in item.state.connected]
        free = [n for n, spot in enumerate(spots) if spot.name == port] or free
        self._number = free[0] if free else 0
        self.target: str | None = None
        self.gesture: Connect | None = None
        self._aim()

    @property
    def port(self) -> str:
        """The way out that is connected."""
        return self._stage.projector.items[self.source].card.ports[self._number].name

    @property
    def words(self) -> str:
        """What it does now, for the status line and screen readers."""
        spot = self._stage.projector.items[self.source].card.ports[self._number]
        target = self._stage.projector.items.get(self.target or "")
        to = f"“{target.card.title}”" if target is not None else "nothing: there is no step that it may lead to"
        return f"Connect “{spot.title}” to {to}. Arrows choose, C changes the outcome, Enter connects, Esc stops."

    def key(self, event: QKeyEvent) -> bool | None:
        """True: goes on. False: a key that does nothing. None: over."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            target, port = self.target, self.port
            self.stop()
            if target is not None:
                self._stage.graph.intents.connected(self.source, port, target)
            return None
        if key == Qt.Key.Key_Escape:
            self.stop()
            return None
        if key in {Qt.Key.Key_C, Qt.Key.Key_Tab}:
            self.stop()
            self._number = (self._number + 1) % len(self._stage.projector.items[self.source].card.ports)
            self._aim()
            return True
        if key in _WAYS:
            self._go(_WAYS[key])
            return True
        return False

    def stop(self) -> None:
        """Colours are as before."""
        if self.gesture is not None:
            self.gesture.cancel()
            self.gesture = None

    def _aim(self) -> None:
        item = self._stage.projector.items[self.source]
        spot = item.card.ports[self._number]
        start = item.pos() + QPointF(spot.x, spot.y)
        self.gesture = Connect(self._stage, item, spot, start)
        self.gesture.by_click = True
        legal = self._legal()
        boxes = self._boxes()
        if self.target not in legal:
            here = self.source
            self.target = nearest(boxes, here, "right", legal) or nearest(boxes, here, "down", legal)
            if self.target is None:
                self.target = next(iter(sorted(legal)), None)
        self._point()

    def _go(self, way: Way) -> None:
        found = nearest(self._boxes(), self.target or self.source, way, self._legal())
        if found is not None:
            self.target = found
            self._point()

    def _point(self) -> None:
        if self.gesture is None:
            return
        item = self._stage.projector.items.get(self.target or "")
        at = (
            body(item).center()
            if item is not None
            else self._stage.projector.items[self.source].pos() + QPointF(300, 0)
        )
        self.gesture.lead_to(at)
        if item is not None:
            self._stage.camera.reveal([body(item)])

    def _legal(self) -> set[str]:
        return legal_targets(self._stage, self.source, self.port) - {self.source}

    def _boxes(self) -> dict[str, tuple[float, float, float, float]]:
        return {
            node: (item.x(), item.y(), item.card.width, item.card.height)
            for node, item in self._stage.projector.items.items()
            if item.isVisible()
        }
