"""``FlowView``: the part of the canvas that shows: flow, looks, zoom, what floats. ``Canvas`` adds editing to it.

Law: it holds no truth; after every change it equals the document, or the fixed value that it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QPixmapCache
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.canvas.animation import Animation
from designer.canvas.camera import Camera
from designer.canvas.floating import Floating
from designer.canvas.folds import Folds
from designer.canvas.following import Following
from designer.canvas.gestures.hands import Hands
from designer.canvas.gestures.hits import body, body_and_names
from designer.canvas.looks import EdgeLook, StepLook
from designer.canvas.painting.scenery import Scenery
from designer.canvas.picture import Picture, PictureRefused
from designer.canvas.projection.drawing import Drawing
from designer.canvas.projection.graph import FlowGraph, PassStack
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.canvas.routing import Routing
from designer.canvas.stage import Stage
from designer.canvas.tips import spoken_drawn, spoken_step
from designer.document.counted import counted
from designer.pieces.announce import announce
from designer.services import Services
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile

Key = tuple[str, str, str]
CACHE_KILOBYTES = 65_536
"""for pictures of cards: panning only copies them"""


class FlowView(QWidget):
    """What ``Canvas`` is without editing."""

    step_opened = Signal(str)
    """a step's form is wanted: Enter, double click, or it was just added"""
    zoom_changed = Signal(float)
    spoke = Signal(str)
    """what a screen reader hears: of the step that the keyboard has come to, of connecting"""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KILOBYTES))
        self._scenery = Scenery(services.theme.palette, stronger_outlines=services.theme.stronger_outlines)
        self._stack = PassStack()
        self._viewer = LeanViewer(self._scenery, self._stack, self)
        self._graph = FlowGraph(self._viewer, self._stack, self)
        projector = Projector(self._graph, self._viewer, services.facts)
        drawing = Drawing(self._viewer, projector)
        self.camera = Camera(self._viewer, lambda: services.theme.reduce_motion)
        folds = Folds(services.extras.get("preferences"))
        self.stage = Stage(services, self._scenery, self._viewer, self._graph, projector, drawing, self.camera, folds)
        self.hands = Hands(self.stage)
        self._viewer.hands = self.hands
        self.floating = Floating(self.stage, self)
        self._animation = Animation(self.stage, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._viewer)
        self.setFocusProxy(self._viewer)
        self._viewer.installEventFilter(self)
        self.setAccessibleName("Canvas")
        self._routing = Routing(projector, self._viewer, self)
        self._following = Following(self.stage, self._routing, self._interrupted, self._flow_shown, self._changed, self)
        self._was_empty = False
        """no step was shown up to now"""
        self._looks: tuple[Mapping[str, StepLook], Mapping[Key, EdgeLook]] | None = None
        """that are to be shown once a large change is"""
        self._wire()
        self._paint_ground()
        self._following.show_flow()

    def _wire(self) -> None:
        wishes, floating, services = self.stage.wishes, self.floating, self._services
        wishes.open_step = self.step_opened.emit
        wishes.refuse = floating.refuse
        wishes.rename = floating.rename
        wishes.quiet = floating.quiet
        wishes.ended = self._gesture_ended
        wishes.refolded = self._following.refold
        services.selection.changed.connect(self._on_selected)
        services.theme.changed.connect(self._on_theme)
        self._viewer.camera_changed.connect(self._on_camera)
        self._viewer.resized.connect(self._on_resized)
        bar = floating.bar
        bar.out.connect(self.zoom_out)
        bar.into.connect(self.zoom_in)
        bar.fit.connect(self.fit)
        bar.whole.connect(lambda: self.zoom_to(1.0))
        bar.minimap.connect(self.toggle_minimap)

    # Showing.

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self.camera.zoom

    @property
    def viewer(self) -> LeanViewer:
        """The view itself: for tests and for drags that begin elsewhere."""
        return self._viewer

    @property
    def editable(self) -> bool:
        """Whether the document is shown, not a fixed value."""
        return self.stage.editable

    def show_fixed(self, flow: Flow, layout: Any) -> None:
        """Another value, read-only: a run's own version. ``layout`` as in the project (plain), or a LayoutFile."""
        self.stage.fixed = (flow, layout if isinstance(layout, LayoutFile) else _layout(layout))
        self._following.show_flow()

    def show_document(self) -> None:
        """Back to the document; the eye stays where it was, if it is the same flow."""
        fixed = self.stage.fixed
        if fixed is not None:
            centre, zoom = self.camera.centre, self.camera.zoom
            self.stage.fixed = None
            self._following.show_flow()
            if fixed[0].id == self._services.selection.flow:
                self.camera.go(centre, zoom, glide=False)

    def lock(self, *, locked: bool) -> None:
        """Whether nothing may be changed here: in Replay, also while there is no run to look at."""
        if self.stage.locked != locked:
            self.stage.locked = locked
            self.hands.forget_hover()
            self.floating.quiet()
            self.floating.show_pad()

    def show_looks(self, looks: Mapping[str, StepLook], edges: Mapping[Key, EdgeLook]) -> None:
        """How steps and edges look in a run. Two empty mappings make everything plain again."""
        self._looks = looks, edges
        if not self._viewer.late():
            self._put_on_looks()

    def _put_on_looks(self) -> None:
        looks, self._looks = self._looks, None
        if looks is not None:
            self._animation.show(*looks)
            self.refresh_marks()

    def refresh_marks(self) -> None:
        """Breakpoints and mocks as the session has them now."""
        session = self._services.extras.get("session")
        flow = self.stage.flow_id
        if session is not None:
            stops = frozenset(node for where, node in session.breakpoints if where == flow)
            self._following.show_marks(stops, frozenset(session.answers.typed) | frozenset(session.answers.fails))

    def ring(self, nodes: Collection[str]) -> None:
        """Ring these steps as matches of a search; none for no search."""
        for node_id, item in self.stage.projector.items.items():
            if item.state.found != (node_id in nodes):
                item.state.found = node_id in nodes
                item.update()
        self._viewer.forget_overview()

    def settle(self) -> None:
        """Everything that would come a little later is there now: for pictures and tests."""
        self._following.settle()
        self.camera.finish()

    def picture(self, path: Path | str, done: Callable[[PictureRefused | None], object]) -> None:
        """The flow as .png, .svg or .pdf at full detail; ``done`` is told a moment later. Raises PictureRefused."""
        self._following.settle()
        Picture(self.stage, Path(path), done, self)

    # Looking.

    def fit(self) -> None:
        """All of the flow."""
        self.camera.fit(self.stage.bounds())

    def fit_selection(self) -> None:
        """All that is selected; the whole flow if nothing is."""
        whole = QRectF()
        for rect in self._selected_rects():
            whole = whole.united(rect)
        self.camera.fit(whole if not whole.isEmpty() else self.stage.bounds())

    def zoom_to(self, factor: float) -> None:
        """This zoom; the middle stays."""
        self.camera.zoom_to(factor)

    def zoom_in(self) -> None:
        """The next zoom factor up."""
        self.camera.step(True)

    def zoom_out(self) -> None:
        """The next zoom factor down."""
        self.camera.step(False)

    def reveal(self, node: str) -> None:
        """Move the view so that a step is seen, or the folded group that it is in."""
        stage = self.stage
        group = stage.projector.hidden.get(node)
        item = stage.projector.items.get(node)
        if group is not None and group in stage.drawing.items:
            self.camera.reveal([stage.drawing.items[group].rect])
        elif item is not None:
            self.camera.reveal([body_and_names(item)])

    def reveal_drawn(self, drawn: str) -> None:
        """The same for a note, group or lane."""
        drawing = self.stage.drawing
        shut = next((group for group in drawing.grouping.around(drawn) if group in drawing.outermost_folded), drawn)
        item = drawing.items.get(shut)
        if item is not None:
            self.camera.reveal([item.rect])

    def sees(self, node: str) -> bool:
        """Whether a step stands in the view now."""
        item = self.stage.projector.items.get(node)
        return item is not None and item.isVisible() and self.stage.viewer.visible_rect().contains(body(item).center())

    def toggle_minimap(self) -> None:
        """Pin the minimap, or let it come and go by itself."""
        self.floating.toggle_minimap()

    def show_legend(self, wanted: bool) -> None:
        """Say at the upper left how taken ways and steps that were not reached look, or no longer."""
        self.floating.legend.setVisible(wanted)

    # What follows.

    def _interrupted(self) -> None:
        """Something changes under a gesture that is going on."""
        self.hands.cancel()

    def _flow_shown(self) -> None:
        self.camera.fit(self.stage.bounds(), glide=False)
        self._was_empty = not self.stage.projector.items
        self._viewer.keep_pictures()  # of the cards that are new, now that it is known how near they are
        self.hands.forget_hover()
        self.floating.quiet()
        self.floating.changed()
        self.refresh_marks()
        self._put_on_looks()

    def _changed(self) -> None:
        self._put_on_looks()
        self.hands.hover_again()
        if self._was_empty:
            self._centre_first()
        self._was_empty = not self.stage.projector.items
        self.floating.changed()
        self._viewer.setAccessibleName(self._selected_words())  # not said: who types hears the field

    def _gesture_ended(self) -> None:
        self._routing.flush()
        self.floating.show_pad()

    def _give_focus_back(self) -> None:
        if self.floating.typing.editor is None:
            self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.floating.show_pad()

    def _on_selected(self) -> None:
        if self.hands.gesture is None:
            self.floating.show_pad()
        self._say(self._selected_words())

    def _selected_words(self) -> str:
        selection = self._services.selection
        item = self.stage.projector.items.get(selection.node) if selection.node is not None else None
        if item is not None:
            return spoken_step(item.card, item.state)
        drawn = [self.stage.drawing.items[d] for d in selection.drawn if d in self.stage.drawing.items]
        if len(drawn) == 1 and not (selection.nodes or selection.edges):
            return spoken_drawn(drawn[0])
        if len(selection.edges) == 1 and not (selection.nodes or selection.drawn):
            return self._spoken_edge(*selection.edges[0])
        steps, others = len(selection.nodes), len(selection.edges) + len(selection.drawn)
        if others:
            return f"{counted(steps + others, 'thing')} selected"
        return f"{counted(steps, 'step')} selected" if steps else "Canvas, nothing selected"

    def _spoken_edge(self, source: str, port: str, target: str) -> str:
        """A connection in words: from where, by which outcome, to where."""
        items = self.stage.projector.items
        if source not in items or target not in items:
            return "1 thing selected"
        giver, spot = items[source].card, items[source].card.port(port)
        outcome = f", {spot.title}," if spot is not None and spot.named else ""
        return f"Connection from {giver.title}{outcome} to {items[target].card.title}"

    def _say(self, words: str) -> None:
        self._viewer.setAccessibleName(words)
        announce(self._viewer, words)
        self.spoke.emit(words)

    def _selected_rects(self) -> list[QRectF]:
        selection, stage = self._services.selection, self.stage
        rects = [body(stage.projector.items[n]) for n in selection.nodes if n in stage.projector.items]
        rects += [stage.drawing.items[d].rect for d in selection.drawn if d in stage.drawing.items]
        rects += [stage.projector.pipes[k].boundingRect() for k in selection.edges if k in stage.projector.pipes]
        return rects

    def _on_theme(self) -> None:
        self._scenery.palette = self._services.theme.palette
        self._scenery.stronger_outlines = self._services.theme.stronger_outlines
        self._paint_ground()
        for item in self.stage.projector.items.values():
            item.update()
        self._viewer.forget_overview()
        self._viewer.scene().update()
        self._viewer.viewport().update()

    def _paint_ground(self) -> None:
        colours = self._viewer.palette()
        colours.setColor(QPalette.ColorRole.Base, QColor(self._scenery.palette.surface.canvas))
        self._viewer.setPalette(colours)

    def _on_camera(self) -> None:
        self.floating.follow_camera()
        self.zoom_changed.emit(self.zoom)

    def _on_resized(self, before: QSize) -> None:
        """A panel that opens must not cover the step that people work at; a first step stays in the middle."""
        if self._centre_first():
            return
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is None or not item.isVisible():
            return
        seen = self._viewer.viewportTransform().inverted()[0].mapRect(QRectF(QPointF(), QSizeF(before)))
        self.floating.stand()
        if self.camera.gliding or (seen.intersects(body(item)) and not self._clear(body(item))):
            self.camera.finish()  # where the glide was to end was found for another size
            self.camera.reveal([body_and_names(item)], glide=False)

    def _clear(self, card: QRectF) -> bool:
        """Whether it is seen, and nothing floats over it."""
        there = self.floating.on_view(card)
        covered = any(there.intersects(rect) for rect in self.camera.covered())
        return not covered and self._viewer.visible_rect().contains(card)

    def _centre_first(self) -> bool:
        """While a flow has one step alone, that is what people look at, however large the view gets."""
        flow = self.stage.flow
        if flow is None or len(flow.nodes) != 1:  # without a look at what stands here, which may be a thousand late
            return False
        items = list(self.stage.projector.items.values())
        self.camera.go(body(items[0]).center(), self.zoom, glide=False)
        return True

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """What floats keeps its corners."""
        super().resizeEvent(event)
        self.floating.stand()

    def to_view(self, node: str) -> QPoint:
        """Where the middle of a card is in the viewport: for tests."""
        at: QPoint = self._viewer.mapFromScene(body(self.stage.projector.items[node]).center())
        return at


def _layout(plain: Any) -> LayoutFile:
    if not isinstance(plain, Mapping):
        return LayoutFile()
    try:
        return LayoutFile.model_validate(plain)
    except ValueError:  # a damaged layout is no reason not to show the flow
        return LayoutFile()
