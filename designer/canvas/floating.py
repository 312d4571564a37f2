"""``Floating``: makes and places what floats over the canvas: zoom bar, minimap, pad, quick add, bubble, typing.

Made by the canvas. It decides only where and when; what is done is told by signals.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtWidgets import QWidget

from designer.canvas.gestures.hits import body
from designer.canvas.overlays.bubble import Bubble
from designer.canvas.overlays.choices import rows
from designer.canvas.overlays.context_pad import ContextPad
from designer.canvas.overlays.ground import SHADOW
from designer.canvas.overlays.in_place import InPlace
from designer.canvas.overlays.legend import Legend
from designer.canvas.overlays.minimap import Minimap
from designer.canvas.overlays.quick_add import WIDTH as LIST_WIDTH
from designer.canvas.overlays.quick_add import QuickAdd
from designer.canvas.overlays.through import ThroughShadow
from designer.canvas.overlays.zoom_bar import ZoomBar
from designer.canvas.painting.levels import Level
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.projection.pipe import Key
from designer.canvas.projection.step_item import StepItem
from designer.canvas.stage import Stage

EDGE = 12
"""px from the edges of the canvas"""
MAP_STAYS_MS = 1500
"""how long the minimap stays over steps after the view has moved, where no corner is free"""


class Floating(QObject):
    """One per canvas; ``over`` is the canvas."""

    def __init__(self, stage: Stage, over: QWidget) -> None:
        super().__init__(over)
        theme = stage.services.theme
        self._stage, self._over = stage, over
        self.bar = ZoomBar(theme, over)
        self.pad = ContextPad(theme, over)
        self.bubble = Bubble(theme, over)
        self.quick_add = QuickAdd(theme, over)
        self.typing = InPlace(theme, over)
        self.minimap = Minimap(theme, over, stage.viewer.far_view, stage.bounds_seen)
        self.legend = Legend(theme, over)
        for floats in (self.bar, self.pad, self.bubble, self.quick_add, self.minimap):
            ThroughShadow(floats, stage.viewer.viewport())
        self.pinned = False
        """M: the minimap stays"""
        self.asked: tuple[QPointF, tuple[str, str] | None, Key | None] | None = None
        """what quick add was opened for: place, after, into"""
        self.minimap.wanted.connect(lambda at: stage.camera.go(at, stage.viewer.zoom, glide=False))
        self._places = (QPoint(), QPoint(), QPoint())
        """where the minimap may stand: above the zoom bar, at the lower left, at the upper right"""
        self._moving = QTimer(self, singleShot=True, interval=MAP_STAYS_MS)
        self._moving.timeout.connect(self._redraw_map)
        self._soon = QTimer(self, singleShot=True, interval=30)
        self._soon.timeout.connect(self._redraw_map)
        self.minimap.let_go.connect(self._soon.start)
        stage.camera.covered = self._corner
        stage.viewer.contents_changed.connect(stage.forget_bounds)
        stage.viewer.contents_changed.connect(self.minimap.forget_soon)

    @property
    def room(self) -> QRect:
        """Where things may float."""
        return self._over.rect()

    # The corners.

    def stand(self) -> None:
        """The canvas has another size."""
        self.bar.adjustSize()
        right, bottom = self._over.width() - EDGE + SHADOW, self._over.height() - EDGE + SHADOW
        self.bar.move(right - self.bar.width(), bottom - self.bar.height())
        above = self.bar.height() - 2 * SHADOW + 8
        left, top = EDGE - SHADOW, EDGE - SHADOW
        low, wide = bottom - self.minimap.height(), right - self.minimap.width()
        self._places = (QPoint(wide, low - above), QPoint(left, low), QPoint(wide, top))
        self.minimap.move(self._places[0])
        self.bar.raise_()
        self.legend.move(EDGE, EDGE)
        self.follow_camera()

    def _corner(self) -> list[QRect]:
        """What the zoom bar covers, and the minimap where it stands first, which comes by itself."""
        inner = (SHADOW, SHADOW, -SHADOW, -SHADOW)
        home = QRect(self._places[0], self.minimap.size())
        return [home.adjusted(*inner), self.bar.geometry().adjusted(*inner)]

    def follow_camera(self) -> None:
        """Zoom or place have changed."""
        self.bar.show_zoom(self._stage.viewer.zoom)
        seen = self._stage.viewer.visible_rect()
        self._soon.start()
        self._moved()
        self.minimap.show_seen(seen)
        self.show_pad()
        self.typing.close(keep=True)

    def toggle_minimap(self) -> None:
        """M: pinned or not."""
        self.pinned = not self.pinned
        self.bar.map_button.setChecked(self.pinned)
        self._redraw_map()

    def changed(self) -> None:
        """The flow has changed."""
        self._soon.start()
        self.show_pad()

    def _redraw_map(self) -> None:
        whole = self._stage.bounds_seen()
        fits = self._stage.viewer.visible_rect().contains(whole)
        wanted = not whole.isEmpty() and (self.pinned or not fits)
        if wanted and not self.minimap.held:
            free = [at for at in self._places if not self._covers(QRect(at, self.minimap.size()))]
            if free:
                self.minimap.move(self.minimap.pos() if self.minimap.pos() in free else free[0])
            elif not self.pinned and not self._moving.isActive() and not self.minimap.underMouse():
                wanted = False
        self.minimap.setVisible(wanted)
        self.bar.raise_()
        self.quick_add.raise_()

    def _moved(self) -> None:
        """While the view moves the minimap is there, even over steps, and a moment longer."""
        seen = self._stage.viewer.visible_rect()
        if seen != self.minimap.seen:
            self._moving.start()

    def _covers(self, where: QRect) -> bool:
        """Whether a card would lie under it there."""
        viewer = self._stage.viewer
        inner = where.adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        area = viewer.mapToScene(inner).boundingRect()
        found = viewer.scene().items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        if self.legend.isVisible() and inner.intersects(self.legend.geometry()):
            return True
        cards = (body(item) for item in found if isinstance(item, StepItem) and item.isVisible())
        folded = (item.rect for item in found if isinstance(item, DrawnItem) and item.folded and item.isVisible())
        return any(area.intersects(rect) for rect in (*cards, *folded))

    # The pad.

    def show_pad(self) -> None:
        """Where exactly one step is selected and can be changed."""
        stage = self._stage
        node = stage.services.selection.node
        item = stage.projector.items.get(node) if node is not None else None
        busy = self.quick_add.isVisible() or self.typing.editor is not None or self.bubble.isVisible()
        if item is None or not stage.editable or busy or stage.scenery.level < Level.ICON or not item.isVisible():
            self.pad.leave()
            return
        card = self.on_view(body(item).adjusted(-4, -4, 4, 4))
        if not self.room.intersects(card):
            self.pad.leave()
            return
        self.pad.mock_button.setChecked(item.state.look.mocked)
        self.pad.stop_button.setChecked(item.state.look.breakpoint)
        self.pad.mock_button.setVisible("session" in stage.services.extras)
        self.pad.stop_button.setVisible("session" in stage.services.extras)
        self.pad.stand_by(card, self.room)

    # Asking what to add.

    def ask(
        self, at: QPointF, *, after: tuple[str, str] | None = None, into: Key | None = None, hint: str = "Add a step",
        kinds_for: str | None = None,
    ) -> None:  # fmt: skip
        """Opens quick add; ``kinds_for`` asks for another kind of a step instead of a new one."""
        stage = self._stage
        if after is not None:
            self._make_room_beside(after[0], at)
        self.pad.leave()
        self.asked = (at, after, into)
        behind = after[0] if after is not None else into[0] if into is not None else None
        flow = stage.flow
        node = flow.node(behind) if flow is not None and behind is not None else None
        project, registry = stage.services.document.project, stage.services.registry
        starts = after is None and into is None and kinds_for is None

        def found(words: str) -> list[object]:
            kind = node.type if node is not None else None
            return rows(registry, words, project=project, behind=kind, starts=starts, ends=into is None)  # type: ignore[return-value]

        self.quick_add.open_at(stage.viewer.mapFromScene(at), self.room, found, hint)  # type: ignore[arg-type]

    def _make_room_beside(self, node: str, at: QPointF) -> None:
        """The list opens at the right of the step that it is asked for, not over it."""
        camera, item = self._stage.camera, self._stage.projector.items.get(node)
        wide = (LIST_WIDTH + 24) / camera.zoom
        room = QRectF(at.x(), at.y() - 20 / camera.zoom, wide, 40 / camera.zoom)
        both = room.united(body(item)) if item is not None else room
        if both.width() * camera.zoom <= self.room.width() - 90:
            camera.reveal([both], glide=False)

    # Refusing.

    def refuse(self, message: str, at: QPointF, node: str | None) -> None:
        """Says why, near a place; the step that refuses is ringed until it goes."""
        self.quiet()
        title = "Cannot connect here" if node is not None else "This is not possible"
        self.bubble.say(title, message, self._stage.viewer.mapFromScene(at), self.room)
        item = self._stage.projector.items.get(node or "")
        if item is not None:
            item.state.refused = True
            item.refresh()

    def quiet(self) -> bool:
        """Bubbles, pads and popups go; whether there was one that Esc is for."""
        there = self.bubble.isVisible() or self.quick_add.isVisible()
        self.bubble.hide()
        self.quick_add.close_popup()
        self.pad.leave()
        self.typing.close(keep=True)
        for item in self._stage.projector.items.values():
            if item.state.refused:
                item.state.refused = False
                item.refresh()
        return there

    # Typing.

    def rename(self, node_id: str) -> None:
        """The title of a step is typed over its card."""
        item = self._stage.projector.items.get(node_id)
        if item is None or not self._stage.editable:
            return
        self.pad.leave()
        card, viewer = item.card, self._stage.viewer
        x = 40.0 if card.shape == "card" else 34.0
        over = self.on_view(QRectF(item.x() + x, item.y() + 6, card.width - x - 4, 28))
        if card.shape != "card":
            over = self.on_view(QRectF(item.x() + x, item.y() + 4, card.width - x, card.height - 8))
        over.setWidth(max(over.width(), 140))
        over.setHeight(max(over.height(), 26))
        flow = self._stage.flow
        node = flow.node(node_id) if flow is not None else None
        text = node.title if node is not None else card.title
        self.typing.title(text, over, viewer.zoom, lambda typed: viewer.node_name_changed.emit(node_id, typed))

    def on_view(self, rect: QRectF) -> QRect:
        """A rectangle of the canvas in pixels of the view."""
        seen: QRect = self._stage.viewer.viewportTransform().mapRect(rect).toAlignedRect()
        return seen
