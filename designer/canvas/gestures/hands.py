"""``Hands``: gets every mouse event of the canvas and begins, leads and ends one gesture at a time.

Law: Esc, losing the pointer and a change of the flow end a gesture with ``cancel``, which leaves no trace.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip

from designer.canvas.gestures.connect import Connect, ConnectBack
from designer.canvas.gestures.drops import Drops
from designer.canvas.gestures.edge_plus import EdgePlus
from designer.canvas.gestures.hits import NOTHING, Hit, hit_at
from designer.canvas.gestures.move import Move
from designer.canvas.gestures.pan import Pan
from designer.canvas.gestures.resize import Resize
from designer.canvas.gestures.rubber_band import ADDS, RubberBand
from designer.canvas.stage import Stage
from designer.canvas.tips import tip_of

WHEEL = 1.0015
"""zoom factor of one eighth of a degree"""


class Gesture(Protocol):
    """One thing that is being done with the pointer."""

    def move(self, event: QMouseEvent) -> None: ...
    def release(self, event: QMouseEvent) -> None: ...
    def cancel(self) -> None: ...
    def paint(self, painter: QPainter) -> None: ...


class Hands:
    """One per canvas; the viewer sends it all events."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.gesture: Gesture | None = None
        self.space = False
        """whether the space bar is held: the left button pans"""
        self.hovered = NOTHING
        self.pointer = QPointF()
        """where the pointer was last, in the viewport"""
        self._away = False
        """the pointer is not where it was last"""
        self.edge_plus = EdgePlus(stage)
        self.drops = Drops(stage)

    # Events.

    def press(self, event: QMouseEvent) -> bool:
        """Begins a gesture, or selects."""
        stage = self._stage
        stage.viewer.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pointer = event.position()
        if isinstance(self.gesture, Connect) and self.gesture.by_click and event.button() is Qt.MouseButton.LeftButton:
            self.gesture.move(event)
            return True  # it ends where the button is let go
        if self.gesture is not None:  # another button while one is held
            self.cancel()
            return True
        stage.camera.finish()
        at = stage.viewer.place(event.position())
        if event.button() is Qt.MouseButton.MiddleButton or (
            event.button() is Qt.MouseButton.LeftButton and self.space
        ):
            self.gesture = Pan(stage, event)
            return True
        stage.wishes.quiet()
        if event.button() is Qt.MouseButton.RightButton:
            self._select_for_menu(hit_at(stage.viewer, at))
            return True
        if event.button() is Qt.MouseButton.LeftButton:
            self._left(event, at)
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Leads the gesture, or shows what is under the pointer."""
        self.pointer, self._away = event.position(), False
        if self.gesture is not None:
            self.gesture.move(event)
        else:
            self._hover(self._stage.viewer.place(event.position()))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Ends the gesture."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.release(event)
            self._stage.wishes.ended()
            self._hover(self._stage.viewer.place(event.position()))
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """Opens what it is on; on empty canvas it asks what to add."""
        stage = self._stage
        if event.button() is not Qt.MouseButton.LeftButton:
            return True
        at = stage.viewer.place(event.position())
        hit = hit_at(stage.viewer, at)
        if hit.item is not None:
            stage.viewer.node_double_clicked.emit(hit.item.id)
        elif hit.drawn is not None:
            stage.wishes.edit_drawn(hit.drawn.id)
        elif hit.pipe is not None and stage.editable:
            stage.wishes.quick_add(at, into=hit.pipe.key)
        elif stage.editable:
            stage.wishes.quick_add(at)
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        """A wheel zooms, a touchpad pans and zooms with Ctrl; Shift turns a wheel sideways."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        keys = event.modifiers()
        viewer = self._stage.viewer
        self._stage.camera.finish()
        touchpad = not pixels.isNull() and event.phase() is not Qt.ScrollPhase.NoScrollPhase
        if keys & Qt.KeyboardModifier.ShiftModifier and not touchpad:
            viewer.pan((angle.y() or angle.x()) / 2, 0)
        elif touchpad and not keys & Qt.KeyboardModifier.ControlModifier:
            viewer.pan(pixels.x(), pixels.y())
        else:
            turn = angle.y() if angle.y() else angle.x()
            viewer.zoom_at(WHEEL ** max(-480, min(480, turn)), event.position())
        return True

    def other(self, event: QEvent) -> bool:
        """Drops, pinches, tips, leaving."""
        kind = event.type()
        if kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop}:
            return self.drops.event(event)
        if kind is QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self._stage.viewer.zoom_at(1 + event.value(), event.position())
            return True
        if kind is QEvent.Type.ToolTip:
            tip = tip_of(self._stage, hit_at(self._stage.viewer, self._stage.viewer.place(QPointF(event.pos()))))  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), tip, self._stage.viewer) if tip else QToolTip.hideText()  # type: ignore[attr-defined]
            return True
        if kind is QEvent.Type.Leave and self.gesture is None:
            self._show_hover(NOTHING)
        if kind is QEvent.Type.ContextMenu:
            self._stage.wishes.menu(event.globalPos(), self._stage.viewer.place(QPointF(event.pos())))  # type: ignore[attr-defined]
            return True
        return False

    def paint_over(self, painter: QPainter) -> None:
        """What the gesture shows, over everything."""
        if self.gesture is not None:
            self.gesture.paint(painter)
        else:
            self.edge_plus.paint(painter)
        self.drops.paint(painter)

    def cancel(self) -> bool:
        """Ends the gesture without a trace; whether there was one."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
            self._stage.viewer.viewport().unsetCursor()
            self._stage.viewer.viewport().update()
            self._stage.wishes.ended()
        return gesture is not None

    # Beginning.

    def _left(self, event: QMouseEvent, at: QPointF) -> None:
        stage = self._stage
        if self.edge_plus.holds(at) and stage.editable:
            key = self.edge_plus.key
            self.edge_plus.leave()
            stage.wishes.quick_add(at, into=key)
            return
        hit = hit_at(stage.viewer, at)
        adds = bool(event.modifiers() & ADDS)
        if hit.kind == "plus" and hit.item is not None and hit.port is not None and stage.editable:
            stage.wishes.quick_add(at, after=(hit.item.id, hit.port.name))
        elif hit.kind == "port" and hit.item is not None and hit.port is not None and stage.editable:
            self.gesture = Connect(stage, hit.item, hit.port, at)
        elif hit.kind == "input" and hit.item is not None and stage.editable:
            self.gesture = self._take_end(hit, at) or ConnectBack(stage, hit.item, at)
        elif hit.item is not None:
            self._press_card(hit.item.id, adds)
            if stage.editable and not adds:
                self.gesture = Move(stage, at, hit.item)
        elif hit.pipe is not None:
            if not adds and hit.kind == "edge_end" and stage.editable:
                self.gesture = self._replug(hit, at)
            self._press_edge(hit, adds)
        elif hit.drawn is not None:
            self._press_drawn(hit, adds, at)
        else:
            self.gesture = RubberBand(stage, at, event.modifiers())

    def _press_card(self, node_id: str, adds: bool) -> None:
        selection = self._stage.services.selection
        if adds:
            left = tuple(n for n in selection.nodes if n != node_id)
            selection.select(
                left if node_id in selection.nodes else (*selection.nodes, node_id), selection.edges, selection.drawn
            )
        elif node_id not in selection.nodes:
            selection.select((node_id,))

    def _press_edge(self, hit: Hit, adds: bool) -> None:
        selection = self._stage.services.selection
        assert hit.pipe is not None
        key = hit.pipe.key
        if adds:
            left = tuple(k for k in selection.edges if k != key)
            selection.select(
                selection.nodes, left if key in selection.edges else (*selection.edges, key), selection.drawn
            )
        else:
            selection.select((), (key,))

    def _press_drawn(self, hit: Hit, adds: bool, at: QPointF) -> None:
        stage, drawn = self._stage, hit.drawn
        assert drawn is not None
        selection = stage.services.selection
        if hit.kind == "fold":
            stage.wishes.edit_drawn(drawn.id, fold=True)  # type: ignore[call-arg]
            return
        if adds:
            left = tuple(d for d in selection.drawn if d != drawn.id)
            selection.select(
                selection.nodes, selection.edges, left if drawn.id in selection.drawn else (*selection.drawn, drawn.id)
            )
            return
        if drawn.id not in selection.drawn:
            selection.select((), (), (drawn.id,))
        if stage.editable:
            self.gesture = Resize(stage, drawn, at) if hit.kind == "corner" else Move(stage, at, drawn)

    def _take_end(self, hit: Hit, at: QPointF) -> Gesture | None:
        """A press on an input takes off the only edge that ends there."""
        assert hit.item is not None
        keys = list(self._stage.projector.edges_in(hit.item.id))
        if len(keys) != 1:
            return None
        return self._replug(Hit("edge_end", pipe=self._stage.projector.pipes[keys[0]]), at)

    def _replug(self, hit: Hit, at: QPointF) -> Gesture | None:
        assert hit.pipe is not None
        source = self._stage.projector.items.get(hit.pipe.key[0])
        spot = source.card.port(hit.pipe.key[1]) if source is not None else None
        return Connect(self._stage, source, spot, at, hit.pipe) if source is not None and spot is not None else None

    def _select_for_menu(self, hit: Hit) -> None:
        selection = self._stage.services.selection
        if hit.item is not None and hit.item.id not in selection.nodes:
            selection.select((hit.item.id,))
        elif hit.pipe is not None and hit.item is None and hit.pipe.key not in selection.edges:
            selection.select((), (hit.pipe.key,))
        elif hit.drawn is not None and hit.pipe is None and hit.drawn.id not in selection.drawn:
            selection.select((), (), (hit.drawn.id,))

    # Hovering.

    def hover_again(self) -> None:
        """Something moved under a pointer that did not."""
        if self.gesture is None and not self._away:
            self._hover(self._stage.viewer.place(self.pointer))

    def forget_hover(self) -> None:
        """Something else is shown: what was under the pointer is gone until it moves."""
        self._show_hover(NOTHING)
        self.edge_plus.leave()

    def forget_pointer(self) -> None:
        """It has moved over something else since it was here: nothing is under it until it comes back."""
        self._away = True
        self.forget_hover()

    def _hover(self, at: QPointF) -> None:
        if self._stage.editable and self.edge_plus.holds(at):
            return
        self._show_hover(hit_at(self._stage.viewer, at))
        self.edge_plus.follow(self.hovered, at)

    def _show_hover(self, hit: Hit) -> None:
        before, self.hovered = self.hovered, hit
        port = hit.port.name if hit.port is not None else "" if hit.kind == "input" else None
        for item, over in ((before.item, False), (hit.item, True)):
            wanted = (over, port if over else None)
            if item is None or (not over and item is hit.item):
                continue
            if (item.state.hovered, item.state.hovered_port) != wanted:
                item.state.hovered, item.state.hovered_port = wanted
                item.update()
        for pipe, over in ((before.pipe, False), (hit.pipe, True)):
            if pipe is not None and (over or pipe is not hit.pipe) and pipe.state.hovered != over:
                pipe.state.hovered = over
                pipe.refresh()
        if hit.pipe is None:
            self.edge_plus.leave()
        view = self._stage.viewer.viewport()
        shape = _CURSORS.get(hit.kind) if self._stage.editable else None
        if self.space:
            view.setCursor(Qt.CursorShape.OpenHandCursor)
        elif shape is None:
            view.unsetCursor()
        else:
            view.setCursor(shape)

    def space_held(self, held: bool) -> None:
        """The space bar went down or up."""
        self.space = held
        self._show_hover(self.hovered)


_CURSORS = {
    "port": Qt.CursorShape.CrossCursor,
    "input": Qt.CursorShape.CrossCursor,
    "plus": Qt.CursorShape.PointingHandCursor,
    "edge": Qt.CursorShape.PointingHandCursor,
    "edge_end": Qt.CursorShape.CrossCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
    "fold": Qt.CursorShape.PointingHandCursor,
}
