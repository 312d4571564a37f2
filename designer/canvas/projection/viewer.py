"""``LeanViewer``: NodeGraphQt's view with a camera of its own; events go to gestures, far views are painted at once.

Law: no mouse, key, drop or paint event reaches NodeGraphQt's own handling: what comes of a gesture is emitted by the
signals that NodeGraphQt's controller listens to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsView, QWidget

from designer.canvas.painting.grid import paint_ground
from designer.canvas.painting.levels import LARGEST, SMALLEST, Level
from designer.canvas.painting.overview import Overview
from designer.canvas.painting.scenery import Scenery
from designer.canvas.projection.nodegraphqt import NodeScene, NodeViewer
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.projection.step_item import StepItem

WORLD = QRectF(-1e6, -1e6, 2e6, 2e6)
"""the camera may go anywhere in it"""


class Hands(Protocol):
    """What gets the events: the gestures of the canvas. Each gives whether it took the event."""

    def press(self, event: QMouseEvent) -> bool: ...
    def move(self, event: QMouseEvent) -> bool: ...
    def release(self, event: QMouseEvent) -> bool: ...
    def double_click(self, event: QMouseEvent) -> bool: ...
    def wheel(self, event: QWheelEvent) -> bool: ...
    def other(self, event: QEvent) -> bool: ...
    def paint_over(self, painter: QPainter) -> None: ...
    def cancel(self) -> bool: ...


class LeanScene(NodeScene):
    """Holds the items; the view takes all events, so none comes here."""

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view

    def viewer(self) -> Any:
        """The one view that asks NodeGraphQt's questions (a picture or minimap is not one)."""
        return self._view

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802  Qt's name
        """The view paints it."""


class LeanViewer(NodeViewer):
    """One per canvas."""

    camera_changed = Signal()
    """zoom or place; also when the window's size changes"""
    resized = Signal(QSize)
    """it is of another size now; the size that it had"""
    contents_changed = Signal()
    """something moved, came, went or looks otherwise"""

    def __init__(self, scenery: Scenery, undo_stack: Any = None, parent: QWidget | None = None) -> None:
        self.scenery = scenery
        self._ready = False
        super().__init__(parent, undo_stack)
        self._take_scene()
        for action in (self._undo_action, self._redo_action):
            action.setShortcuts([])  # undo and redo belong to the window
        self.hands: Hands | None = None
        self.contents: Callable[[], Overview] | None = None
        self.complete: Callable[[], object] = lambda: None
        """makes what of the flow is still to be made"""
        self.late: Callable[[], bool] = lambda: False
        """whether a large change is being followed: what stands here is neither what was nor what will be"""
        self.catch_up: Callable[[], object] = lambda: None
        """follows it to its end"""
        self._overview: Overview | None = None
        self._outdated = False
        """whether something has changed since it was made"""
        self.pinned = False
        self.setSceneRect(WORLD)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFrameStyle(0)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
                            | QPainter.RenderHint.SmoothPixmapTransform)  # fmt: skip
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.acyclic = False  # flows have loops
        self._ready = True

    def _take_scene(self) -> None:
        """NodeViewer makes its scene itself: its three helping items move to ours."""
        old, new = self.scene(), LeanScene(self)
        for item in (self._cursor_text, self._LIVE_PIPE, self._SLICER_PIPE):
            old.removeItem(item)
            new.addItem(item)
            item.setVisible(False)
        new.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self.setScene(new)
        old.deleteLater()

    # The camera.

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return float(self.transform().m11())

    def look_at(self, centre: QPointF, zoom: float | None = None) -> None:
        """Put a place in the middle, at this zoom."""
        self._set_zoom(self.zoom if zoom is None else zoom)
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        self._bring(centre, middle)

    def zoom_at(self, factor: float, at: QPointF) -> None:
        """Zoom by a factor; what is at this place of the viewport stays there."""
        place = self.place(at)
        self._set_zoom(self.zoom * factor)
        self._bring(place, at)

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - round(dx))
        down.setValue(down.value() - round(dy))
        self.camera_changed.emit()

    def place(self, at: QPointF) -> QPointF:
        """A place of the viewport on the canvas, exact to fractions of a pixel."""
        on_canvas: QPointF = self.viewportTransform().inverted()[0].map(at)
        return on_canvas

    def _set_zoom(self, zoom: float) -> None:
        zoom = max(SMALLEST, min(LARGEST, zoom))
        if abs(zoom - self.zoom) < 1e-9:
            return
        transform = self.transform()
        transform.reset()
        transform.scale(zoom, zoom)
        self.setTransform(transform)
        if self.scenery.look_from(zoom):
            self.keep_pictures()

    def _bring(self, place: QPointF, to: QPointF) -> None:
        now = self.viewportTransform().map(place)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(now.x() - to.x()))
        down.setValue(down.value() + round(now.y() - to.y()))
        self.camera_changed.emit()

    def keep_pictures(self) -> None:
        """Qt keeps a picture of each card, so that panning only copies them; far away there is nothing to keep."""
        cached = self.scenery.level is not Level.BLOCK
        mode = QGraphicsItem.CacheMode.DeviceCoordinateCache if cached else QGraphicsItem.CacheMode.NoCache
        for item in self.steps():
            if item.cacheMode() is not mode:
                item.setCacheMode(mode)

    def steps(self) -> list[StepItem]:
        """All cards on the scene."""
        return self.step_items() if self.step_items is not None else []

    step_items: Callable[[], list[StepItem]] | None = None

    def visible_rect(self) -> QRectF:
        """What is seen, in canvas units."""
        seen: QRectF = self.viewportTransform().inverted()[0].mapRect(QRectF(self.viewport().rect()))
        return seen

    # What NodeGraphQt asks of its camera.

    def _update_scene(self) -> None:
        if self._ready:
            self.viewport().update()

    def get_zoom(self) -> float:
        """NodeGraphQt counts from 0."""
        return self.zoom - 1.0

    def _combined_rect(self, nodes: list[Any]) -> QRectF:
        """Without item groups, which take seconds."""
        rect = QRectF()
        for item in nodes:
            rect = rect.united(QRectF(item.x(), item.y(), item.card.width, item.card.height))
        return rect

    def move_nodes(self, nodes: list[Any], pos: Any = None, offset: Any = None) -> None:
        """Places are the document's."""

    def establish_connection(self, start_port: Any, end_port: Any) -> None:
        """For NodeGraphQt's public ``connect_to``."""
        pipe = LeanPipe(self.scenery)
        pipe.set_connections(start_port, end_port)
        self.scene().addItem(pipe)

    def add_node(self, node: Any, pos: Any = None) -> None:
        """For NodeGraphQt's public ``add_node``."""
        self.scene().addItem(node)
        if pos:
            node.setPos(*pos)

    # Painting.

    def forget_overview(self) -> None:
        """Something moved or looks otherwise: the far view is to be built again."""
        self._outdated = True
        self.contents_changed.emit()
        if self.scenery.level is Level.BLOCK:
            self.viewport().update()

    def far_view(self) -> Overview | None:
        """All of the flow from far away; while a large change is being followed, as it was before."""
        if self.contents is not None and (self._overview is None or (self._outdated and not self.late())):
            self._overview, self._outdated = self.contents(), False
        return self._overview

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802  Qt's name
        """Ground and dots."""
        paint_ground(painter, rect, self.scenery)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        """What gestures show: guides, the edge that is being drawn."""
        if self.hands is not None:
            self.hands.paint_over(painter)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Item by item, or all at once from far away."""
        if not self.late():
            self.complete()
        far = self.far_view() if self.scenery.level is Level.BLOCK else None
        if far is None:
            super().paintEvent(event)
            return
        # Qt has to believe that it painted, else it never asks again.
        QGraphicsView.paintEvent(self, QPaintEvent(QRect(0, 0, 1, 1)))
        painter = QPainter(self.viewport())
        painter.setRenderHints(self.renderHints())
        painter.fillRect(self.viewport().rect(), self.palette().base())
        painter.setWorldTransform(self.viewportTransform())
        paint_ground(painter, self.visible_rect(), self.scenery)
        far.paint(painter, self.scenery)
        if self.hands is not None:
            self.hands.paint_over(painter)
        painter.end()

    # Events.

    def _tell(self, what: str, event: QEvent) -> bool:
        """A gesture that fails ends, and is reported; an exception that Qt gets would end the process."""
        if self.hands is None:
            return False
        self.catch_up()
        try:
            return bool(getattr(self.hands, what)(event))
        except Exception:  # noqa: BLE001  whatever went wrong, the window lives on
            self.hands.cancel()
            sys.excepthook(*sys.exc_info())
            return True

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """The upper left corner stays; NodeGraphQt would zoom."""
        QGraphicsView.resizeEvent(self, event)
        self.camera_changed.emit()
        self.resized.emit(event.oldSize())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.setAccepted(self._tell("press", event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.setAccepted(self._tell("move", event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.setAccepted(self._tell("release", event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.setAccepted(self._tell("double_click", event))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.setAccepted(self._tell("wheel", event))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Drops, pinches, tips, leaving, menus: whatever gestures want before Qt."""
        if self._ready and event.type() in WANTED and self._tell("other", event):
            return True
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Keys belong to the canvas around it."""
        event.ignore()

    def keyReleaseEvent(self, event: Any) -> None:  # noqa: N802
        event.ignore()

    def contextMenuEvent(self, event: Any) -> None:  # noqa: N802
        event.ignore()

    def focusInEvent(self, event: Any) -> None:  # noqa: N802
        """NodeGraphQt would fill a hidden menu bar with shortcuts."""
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802
        QGraphicsView.focusOutEvent(self, event)

    def focusNextPrevChild(self, onward: bool) -> bool:  # noqa: N802
        """Tab adds a step; Shift+Tab leaves the canvas."""
        return False if onward else bool(QGraphicsView.focusNextPrevChild(self, onward))


WANTED = frozenset({
    QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop, QEvent.Type.Leave,
    QEvent.Type.NativeGesture, QEvent.Type.ToolTip, QEvent.Type.ContextMenu,
})  # fmt: skip
