"""``Canvas``: the widget on which a flow is drawn. Shows the selected flow, follows the document, edits by commands.

Made by the window, one each; panels and actions know nothing of the canvas but this class. Law: it holds no truth;
after every change it equals the document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.canvas.animation import Animation
from designer.canvas.camera import Camera
from designer.canvas.clipboard import Clipboard
from designer.canvas.connect_by_keys import ConnectByKeys
from designer.canvas.deeds import Deeds
from designer.canvas.floating import Floating
from designer.canvas.following import Following
from designer.canvas.frames import Frames
from designer.canvas.gestures.hands import Hands
from designer.canvas.gestures.hits import body
from designer.canvas.keys import does
from designer.canvas.looks import EdgeLook, StepLook
from designer.canvas.menu import open_menu
from designer.canvas.painting.scenery import Scenery
from designer.canvas.picture import save_picture
from designer.canvas.projection.drawing import Drawing
from designer.canvas.projection.graph import FlowGraph, PassStack
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.canvas.stage import Stage
from designer.canvas.tips import spoken_step
from designer.canvas.walking import Way, next_step
from designer.document.commands.align import Direction, Edge
from designer.services import Services
from nodes.contract import NodeType
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile

Key = tuple[str, str, str]


class Canvas(QWidget):
    """See README.md for what people can do on it."""

    quick_add_wanted = Signal()
    """quick add was opened"""
    step_opened = Signal(str)
    """a step's form is wanted: Enter, double click, or it was just added"""
    zoom_changed = Signal(float)
    spoke = Signal(str)
    """what a screen reader hears: of the step that the keyboard has come to, of connecting"""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._scenery = Scenery(services.theme.palette, stronger_outlines=services.theme.stronger_outlines)
        self._stack = PassStack()
        self._viewer = LeanViewer(self._scenery, self._stack, self)
        self._graph = FlowGraph(self._viewer, self._stack, self)
        projector = Projector(self._graph, self._viewer, services.facts)
        drawing = Drawing(self._viewer, projector)
        self.camera = Camera(self._viewer, lambda: services.theme.reduce_motion)
        self.stage = Stage(services, self._scenery, self._viewer, self._graph, projector, drawing, self.camera)
        self.deeds = Deeds(self.stage)
        self.clipboard = Clipboard(self.stage)
        self.hands = Hands(self.stage)
        self._viewer.hands = self.hands
        self.floating = Floating(self.stage, self)
        self.frames = Frames(self.stage, self.floating)
        self._animation = Animation(self.stage, self)
        self._connecting: ConnectByKeys | None = None
        self._kind_of: str | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._viewer)
        self.setFocusProxy(self._viewer)
        self._viewer.installEventFilter(self)
        self.setAccessibleName("Canvas")
        self._following = Following(self.stage, self._interrupted, self._flow_shown, self._changed, self)
        self._wire()
        self._paint_ground()
        self._following.show_flow()

    def _wire(self) -> None:
        wishes, floating, services = self.stage.wishes, self.floating, self._services
        wishes.quick_add = self.ask
        wishes.open_step = self.step_opened.emit
        wishes.refuse = floating.refuse
        wishes.rename = floating.rename
        wishes.edit_drawn = self.frames.edit
        wishes.quiet = floating.quiet
        wishes.ended = self._gesture_ended
        wishes.menu = lambda where, at: open_menu(self, where, at)
        services.selection.changed.connect(self._on_selected)
        services.theme.changed.connect(self._on_theme)
        self._viewer.camera_changed.connect(self._on_camera)
        floating.quick_add.chosen.connect(self._chosen)
        floating.quick_add.closed.connect(self._give_focus_back)
        bar, pad = floating.bar, floating.pad
        bar.out.connect(self.zoom_out)
        bar.into.connect(self.zoom_in)
        bar.fit.connect(self.fit)
        bar.whole.connect(lambda: self.zoom_to(1.0))
        bar.minimap.connect(self.toggle_minimap)
        pad.add.connect(self.add_after)
        pad.change_kind.connect(self.replace_kind)
        pad.duplicate.connect(self.duplicate_selection)
        pad.delete.connect(self.delete_selection)
        pad.mock.connect(lambda: self._mark("mock"))
        pad.breakpoint.connect(lambda: self._mark("breakpoint"))

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
        """Back to the document."""
        if self.stage.fixed is not None:
            self.stage.fixed = None
            self._following.show_flow()

    def show_looks(self, looks: Mapping[str, StepLook], edges: Mapping[Key, EdgeLook]) -> None:
        """How steps and edges look in a run. Two empty mappings make everything plain again."""
        self._animation.show(looks, edges)
        self.refresh_marks()

    def refresh_marks(self) -> None:
        """Breakpoints and mocks as the session has them now."""
        session = self._services.extras.get("session")
        flow = self.stage.flow_id
        if session is not None:
            stops = frozenset(node for where, node in session.breakpoints if where == flow)
            self._following.show_marks(stops, frozenset(session.answers.typed) | frozenset(session.answers.fails))

    def find(self, nodes: Collection[str]) -> None:
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

    def picture(self, path: Path | str) -> None:
        """The flow as .png, .svg or .pdf at full detail. Raises PictureRefused."""
        self._following.settle()
        save_picture(self.stage, Path(path))

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
            self.camera.reveal([body(item)])

    def view_centre(self) -> tuple[float, float]:
        """The place in the middle of the view."""
        centre = self.camera.centre
        return centre.x(), centre.y()

    def toggle_minimap(self) -> None:
        """Pin the minimap, or let it come and go by itself."""
        self.floating.toggle_minimap()

    # Adding.

    def ask(self, at: QPointF, *, after: tuple[str, str] | None = None, into: Key | None = None) -> None:
        """Quick add at a place: behind a port, or into an edge."""
        if self.stage.editable:
            self._kind_of = None
            self.floating.ask(at, after=after, into=into)
            self.quick_add_wanted.emit()

    def quick_add(self) -> None:
        """Add anywhere: at the pointer if it is over the canvas, else in the middle."""
        inside = self._viewer.viewport().rect().contains(self._viewer.viewport().mapFromGlobal(self.cursor().pos()))
        at = self._viewer.place(self.hands.pointer) if inside and self._viewer.underMouse() else self.camera.centre
        self.ask(at)

    def add_after(self) -> None:
        """Add behind the selected step, by its first way out that leads nowhere; anywhere if none is selected."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is None or node is None:
            edges = self._services.selection.edges
            pipe = self.stage.projector.pipes.get(edges[0]) if len(edges) == 1 else None
            if pipe is not None:
                self.ask(pipe.drawn_path.pointAtPercent(0.5), into=pipe.key)
            else:
                self.quick_add()
            return
        spots = [s for s in item.card.ports if s.name not in item.state.connected] or list(item.card.ports[:1])
        if not spots:
            self.floating.refuse(f"“{item.card.title}” ends the flow, so nothing can follow it.", item.pos(), None)
            return
        self.camera.reveal([body(item)])
        self.ask(item.pos() + QPointF(item.card.width + 40, spots[0].y), after=(node, spots[0].name))

    def add_note(self) -> None:
        """A note in the middle of the view, ready to be typed in."""
        self.frames.add_note()

    def add_lane(self) -> None:
        """A seat lane around what is selected, or in the middle."""
        self.frames.add_lane()

    def replace_kind(self) -> None:
        """Asks which kind the selected step is to be; wires and what fits stay."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is not None and self.stage.editable:
            self._kind_of = node
            at = item.pos() + QPointF(item.card.width / 2, item.card.height)
            self.floating.ask(at, hint=f"Change “{item.card.title[:30]}” to", kinds_for=node)
            self.quick_add_wanted.emit()

    def _chosen(self, found: NodeType) -> None:
        node, self._kind_of = self._kind_of, None
        if node is not None:
            self.deeds.change_kind(node, found)
        elif self.floating.asked is not None:
            at, after, into = self.floating.asked
            added = self.deeds.add_asked(found, at, after=after, into=into)
            if added is not None:
                self.settle()
                self.reveal(added)
                self.step_opened.emit(added)
                self._services.selection.show_field(self.stage.flow_id, added, "")
        self._give_focus_back()

    # Changing what is selected.

    def delete_selection(self) -> None:
        """Everything selected goes; lines heal."""
        self.deeds.delete_selected()

    def copy_selection(self) -> None:
        """To the clipboard."""
        self.clipboard.copy()

    def cut_selection(self) -> None:
        """To the clipboard, and away."""
        self.clipboard.cut()

    def paste(self, at: QPointF | None = None) -> None:
        """From the clipboard, with fresh ids."""
        if not self.clipboard.paste(at) and self._services.window is not None:
            self._services.window.say("The clipboard holds no steps.")

    def duplicate_selection(self) -> None:
        """A copy beside it."""
        self.clipboard.duplicate()

    def select_all(self) -> None:
        """Every step and everything drawn."""
        stage = self.stage
        nodes = [node for node, item in stage.projector.items.items() if item.isVisible()]
        self._services.selection.select(nodes, (), stage.drawing.items)

    def group_selection(self) -> None:
        """A frame around the selected steps."""
        self.frames.group()

    def ungroup_selection(self) -> None:
        """The selected frames go; their steps stay."""
        self.frames.ungroup()

    def fold_groups(self, *, folded: bool) -> None:
        """All groups to cards, or open again."""
        self.frames.fold_all(folded=folded)

    def align(self, edge: Edge) -> None:
        """The selected steps at one line."""
        self.deeds.align(edge)

    def distribute(self, direction: Direction) -> None:
        """The selected steps with even gaps."""
        self.deeds.distribute(direction)

    def tidy_up(self) -> None:
        """The selected steps, or all, arranged anew: one step of the history."""
        if self.deeds.tidy_up():
            self.fit()

    def rename_selected(self) -> None:
        """Types over the title of the selected step, or the words of the selected note, group or lane."""
        selection = self._services.selection
        if selection.node is not None:
            self.floating.rename(selection.node)
        elif len(selection.drawn) == 1:
            self.frames.edit(selection.drawn[0])

    def open_selected(self) -> None:
        """The form of the selected step."""
        node = self._services.selection.node
        if node is not None:
            self.step_opened.emit(node)
        elif len(self._services.selection.drawn) == 1:
            self.frames.edit(self._services.selection.drawn[0])

    def nudge(self, dx: float, dy: float) -> None:
        """Moves what is selected; steps in a row are one step of the history."""
        self.deeds.nudge(dx, dy)

    # By keyboard.

    def walk(self, way: Way, *, add: bool = False) -> None:
        """Selects the next step in a direction: along edges first."""
        stage, selection = self.stage, self._services.selection
        items = {node: item for node, item in stage.projector.items.items() if item.isVisible()}
        boxes = {n: (i.x(), i.y(), i.card.width, i.card.height) for n, i in items.items()}
        here = selection.nodes[-1] if selection.nodes else None
        found = next_step(boxes, stage.projector.pipes.keys(), here, way)
        if found is not None:
            selection.select(dict.fromkeys((*selection.nodes, found)) if add else (found,))
            self.camera.reveal([body(items[found])])

    def connect_by_keys(self) -> None:
        """C: the selected step is connected by arrows and Enter."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is None or node is None or not self.stage.editable:
            return
        if not item.card.ports:
            self.floating.refuse(f"“{item.card.title}” ends the flow, so nothing can follow it.", item.pos(), None)
            return
        self._connecting = ConnectByKeys(self.stage, node)
        self.hands.gesture = self._connecting.gesture
        self._say(self._connecting.words)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """All keys of the canvas."""
        if self._connecting is not None:
            over = self._connecting.key(event)
            self.hands.gesture = self._connecting.gesture if over is not None else None
            if over is None:
                self._connecting = None
                self._gesture_ended()
            else:
                self._say(self._connecting.words)
            return
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hands.space_held(True)
            return
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
            return
        what = does(event)
        if what is None:
            event.ignore()
            return
        what(self)

    def focusNextPrevChild(self, onward: bool) -> bool:  # noqa: N802
        """Tab adds a step while the flow has the focus; on the floating buttons it walks on."""
        return False if onward and self._viewer.hasFocus() else super().focusNextPrevChild(onward)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The space bar pans as long as it is held."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hands.space_held(False)
        else:
            event.ignore()

    def escape(self) -> None:
        """Cancels what is going on; if nothing is, nothing is selected any more."""
        if self._connecting is not None:
            self._connecting.stop()
            self._connecting = None
            self.hands.gesture = None
        elif not self.hands.cancel() and not self.floating.quiet():
            self._services.selection.select()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802
        """Keys come to the view, which has the focus; the focus ring comes with the keyboard."""
        kind = event.type()
        if kind in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            by_key = kind is QEvent.Type.FocusIn and event.reason() in {  # type: ignore[attr-defined]
                Qt.FocusReason.TabFocusReason,
                Qt.FocusReason.BacktabFocusReason,
                Qt.FocusReason.ShortcutFocusReason,
            }
            if by_key and not self._services.selection.nodes:
                self.walk("right")
            if kind is QEvent.Type.FocusOut:
                self.hands.space_held(False)
        return False

    # What follows.

    def _interrupted(self) -> None:
        if self._connecting is not None:
            self._connecting.stop()
            self._connecting = None
            self.hands.gesture = None
        self.hands.cancel()

    def _flow_shown(self) -> None:
        self.camera.fit(self.stage.bounds(), glide=False)
        self.floating.quiet()
        self.floating.changed()
        self.refresh_marks()

    def _changed(self) -> None:
        self.hands.hover_again()
        self.floating.changed()

    def _gesture_ended(self) -> None:
        self.floating.show_pad()

    def _give_focus_back(self) -> None:
        if self.floating.typing.editor is None:
            self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.floating.show_pad()

    def _on_selected(self) -> None:
        if self.hands.gesture is None:
            self.floating.show_pad()
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is not None:
            self._say(spoken_step(item.card, item.state))

    def _say(self, words: str) -> None:
        self._viewer.setAccessibleName(words)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._viewer, words))
        self.spoke.emit(words)

    def _mark(self, what: Literal["mock", "breakpoint"]) -> None:
        node, session = self._services.selection.node, self._services.extras.get("session")
        if node is None or session is None:
            return
        if what == "breakpoint":
            session.breakpoints ^= {(self.stage.flow_id, node)}
        elif node in session.answers.fails or node in session.answers.typed:
            session.answers.fails.discard(node)
            session.answers.typed.pop(node, None)
        else:
            session.answers.typed[node] = session.answers.seen.get(node, {})
        self.refresh_marks()
        self.floating.show_pad()

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

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """What floats keeps its corners."""
        super().resizeEvent(event)
        self.floating.stand()

    def to_view(self, node: str) -> QPoint:
        """Where the middle of a card is in the viewport: for tests."""
        return self._viewer.mapFromScene(body(self.stage.projector.items[node]).center())


def _layout(plain: Any) -> LayoutFile:
    if not isinstance(plain, Mapping):
        return LayoutFile()
    try:
        return LayoutFile.model_validate(plain)
    except ValueError:  # a damaged layout is no reason not to show the flow
        return LayoutFile()
