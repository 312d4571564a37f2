"""``Canvas``: the widget on which a flow is drawn. Shows the flow of the selection, follows the document, edits by commands.

Made by the window, one each. Law: it holds no truth; after every change it equals the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.canvas.camera import Camera
from designer.canvas.card import make_card
from designer.canvas.deeds import Deeds
from designer.canvas.gestures.hands import Hands
from designer.canvas.gestures.hits import body
from designer.canvas.looks import EdgeLook, StepLook
from designer.canvas.overlays.float_bar import SHADOW
from designer.canvas.overlays.zoom_bar import ZoomBar
from designer.canvas.painting.scenery import Scenery
from designer.canvas.places import places_of
from designer.canvas.projection.drawing import Drawing
from designer.canvas.projection.graph import FlowGraph, PassStack
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.canvas.stage import Stage
from designer.document.document import Change
from designer.document.edits import layout_of
from designer.document.flow_changes import flow_changes
from designer.services import Services
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile
from runtime.model.problems import Severity

Key = tuple[str, str, str]
SLICE_MS = 8.0
"""of every turn of the event loop while the types are asked about steps that nobody asked before"""


class Canvas(QWidget):
    """See README.md for what it does; the window knows nothing but this class."""

    quick_add_wanted = Signal()
    """quick add was opened"""
    step_opened = Signal(str)
    """a step's form is wanted (Enter, double click)"""
    zoom_changed = Signal(float)
    focused_step = Signal(object)
    """id of the step that the keyboard is on, or None"""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._scenery = Scenery(services.theme.palette, stronger_outlines=services.theme.stronger_outlines)
        self._stack = PassStack()
        self._viewer = LeanViewer(self._scenery, self._stack, self)
        self._graph = FlowGraph(self._viewer, self._stack, self)
        projector = Projector(self._graph, self._viewer, services.facts)
        drawing = Drawing(self._viewer, projector)
        self._camera = Camera(self._viewer, lambda: services.theme.reduce_motion)
        self.stage = Stage(services, self._scenery, self._viewer, self._graph, projector, drawing, self._camera)
        self.deeds = Deeds(self.stage)
        self.hands = Hands(self.stage)
        self._viewer.hands = self.hands
        self._fresh: set[str] = set()
        self._to_ask: list[str] = []
        self._asking = QTimer(self, interval=0)
        self._asking.timeout.connect(self._ask_some)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._viewer)
        self.setFocusProxy(self._viewer)
        self.setAcceptDrops(False)
        self._bar = ZoomBar(services.theme, self)
        self._wire()
        self._paint_ground()
        self._show_flow()

    def _wire(self) -> None:
        services, bar = self._services, self._bar
        services.document.changed.connect(self._on_changed)
        services.selection.flow_changed.connect(lambda _flow: self._show_flow())
        services.selection.changed.connect(self._on_selected)
        services.checking.changed.connect(self._show_problems)
        services.theme.changed.connect(self._on_theme)
        self._viewer.camera_changed.connect(self._on_camera)
        self.stage.wishes.open_step = self.step_opened.emit
        bar.out.connect(lambda: self._camera.step(False))
        bar.into.connect(lambda: self._camera.step(True))
        bar.fit.connect(self.fit)
        bar.whole.connect(lambda: self.zoom_to(1.0))

    # What the window and panels call.

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._camera.zoom

    @property
    def editable(self) -> bool:
        """Whether the document is shown, not a fixed value."""
        return self.stage.editable

    def fit(self) -> None:
        """All of the flow."""
        self._camera.fit(self.stage.bounds())

    def fit_selection(self) -> None:
        """All that is selected; the whole flow if nothing is."""
        rects = self._selected_rects()
        whole = QRectF()
        for rect in rects:
            whole = whole.united(rect)
        self._camera.fit(whole if rects else self.stage.bounds())

    def zoom_to(self, factor: float) -> None:
        """This zoom; the middle stays."""
        self._camera.zoom_to(factor)

    def zoom_in(self) -> None:
        """The next zoom factor up."""
        self._camera.step(True)

    def zoom_out(self) -> None:
        """The next zoom factor down."""
        self._camera.step(False)

    def reveal(self, node: str) -> None:
        """Move the view so that a step is seen; its group is opened by the eye alone, never in the document."""
        item = self.stage.projector.items.get(node)
        if item is not None:
            self._camera.reveal([body(item)])

    def show_fixed(self, flow: Flow, layout: Any) -> None:
        """Another value, read-only: a run's own version. ``layout`` as in the project (plain) or a LayoutFile."""
        parsed = layout if isinstance(layout, LayoutFile) else _layout(layout)
        self.hands.cancel()
        self.stage.fixed = (flow, parsed)
        self._show_flow()

    def show_document(self) -> None:
        """Back to the document."""
        if self.stage.fixed is not None:
            self.stage.fixed = None
            self._show_flow()

    def show_looks(self, looks: Mapping[str, StepLook], edges: Mapping[Key, EdgeLook]) -> None:
        """How steps and edges look in a run. Two empty mappings make everything plain again."""
        self.stage.projector.show_looks(looks, edges)

    def settle(self) -> None:
        """Everything that would come a little later is there now: for pictures and tests."""
        while self._to_ask:
            self._ask_some()
        self._camera.finish()

    # Following.

    def _show_flow(self) -> None:
        self.hands.cancel()
        stage, flow = self.stage, self.stage.flow
        project = self._services.document.project
        self._fresh.clear()
        stage.drawing.clear()
        stage.projector.show(project, flow, places_of(flow, stage.layout) if flow is not None else {})
        stage.drawing.show(stage.layout, project)
        self._to_ask = [node_id for node_id, item in stage.projector.items.items() if not item.card.complete]
        self._ask_later()
        self._show_problems()
        self._on_selected()
        self._camera.fit(stage.bounds(), glide=False)

    def _on_changed(self, change: Change) -> None:
        stage = self.stage
        if stage.fixed is not None:
            return
        shown = self._services.selection.flow
        if shown is None:
            return
        before, after = change.before.flows.get(shown), change.after.flows.get(shown)
        if before is None or after is None:
            if before is not after:
                self._show_flow()
            return
        old, new = change.before.layouts.get(shown), change.after.layouts.get(shown)
        if before is after and old is new and change.before.file is change.after.file:
            return
        self.hands.cancel()
        changes = flow_changes(before, after, old, new)
        layout = layout_of(change.after, shown)
        stage.projector.apply(change.after, after, changes, places_of(after, layout))
        stage.drawing.show(layout, change.after)
        self._fresh |= set(changes.added)
        self._follow_selection(change, after)
        self._show_problems()
        self.hands.hover_again()

    def _follow_selection(self, change: Change, flow: Flow) -> None:
        selection = self._services.selection
        if change.select is not None and not change.undone and change.flow == flow.id:
            selection.select(node for node in change.select if flow.node(node) is not None)
        edges = {edge.key for edge in flow.edges}
        drawn = self.stage.drawing.items
        selection.select(
            (node for node in selection.nodes if flow.node(node) is not None),
            (key for key in selection.edges if key in edges),
            (thing for thing in selection.drawn if thing in drawn),
        )
        self._on_selected()

    def _on_selected(self) -> None:
        selection = self._services.selection
        self.stage.projector.select(selection.nodes, selection.edges)
        self.stage.drawing.select(selection.drawn)
        left = self._fresh - set(selection.nodes)
        if left:
            self._fresh -= left
            self._show_problems()

    def _show_problems(self) -> None:
        stage = self.stage
        counts: dict[str, tuple[int, int]] = {}
        edges: set[Key] = set()
        if stage.fixed is None and stage.flow_id:
            for problem in self._services.checking.of(stage.flow_id):
                edge, node = problem.where.edge, problem.where.node
                if edge is not None:
                    edges.add(edge)
                node = node or (edge[0] if edge is not None else None)
                if node is not None and node not in self._fresh:
                    errors, warnings = counts.get(node, (0, 0))
                    grave = problem.severity is Severity.ERROR
                    counts[node] = (errors + grave, warnings + (not grave))
        stage.projector.show_problems(counts, edges)

    # Asking the types, a little at a time.

    def _ask_later(self) -> None:
        if self._to_ask:
            self._asking.start()
        else:
            self._asking.stop()

    def _ask_some(self) -> None:
        import time

        stage, flow = self.stage, self.stage.flow
        end = time.perf_counter() + SLICE_MS / 1000
        moved: list[str] = []
        while self._to_ask and flow is not None and time.perf_counter() < end:
            node_id = self._to_ask.pop(0)
            node, item = flow.node(node_id), stage.projector.items.get(node_id)
            if node is None or item is None:
                continue
            used = {key[1] for key in stage.projector.edges_out(node_id)}
            card = make_card(node, self._services.facts, self._services.document.project, used)
            if stage.projector.renew(card, (item.x(), item.y())):
                moved.append(node_id)
        if moved:
            stage.drawing.frame_groups(moved)
            self._viewer.forget_overview()
        if not self._to_ask:
            self._asking.stop()

    # View.

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
        self._bar.show_zoom(self.zoom)
        self.zoom_changed.emit(self.zoom)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Overlays keep their corners."""
        super().resizeEvent(event)
        self._bar.adjustSize()
        self._bar.move(self.width() - self._bar.width() + SHADOW - 12, self.height() - self._bar.height() + SHADOW - 12)
        self._bar.raise_()

    # For tests and overlays.

    @property
    def viewer(self) -> LeanViewer:
        """The view itself."""
        return self._viewer

    def to_view(self, node: str) -> QPoint:
        """Where the middle of a card is in the viewport."""
        return self._viewer.mapFromScene(body(self.stage.projector.items[node]).center())


def _layout(plain: Any) -> LayoutFile:
    if not isinstance(plain, Mapping):
        return LayoutFile()
    try:
        return LayoutFile.model_validate(plain)
    except ValueError:  # a damaged layout is no reason not to show the flow
        return LayoutFile()
