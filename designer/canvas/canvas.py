"""``Canvas``: the widget on which a flow is drawn. Shows the selected flow, follows the document, edits by commands.

Made by the window, one each; panels and actions know nothing of the canvas but this class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from designer.canvas.clipboard import Clipboard
from designer.canvas.connect_by_keys import ConnectByKeys
from designer.canvas.deeds import Deeds
from designer.canvas.flow_view import FlowView
from designer.canvas.frames import Frames
from designer.canvas.gestures.hits import body
from designer.canvas.keys import does
from designer.canvas.menu import open_menu
from designer.canvas.painting.ports import plus_at
from designer.canvas.projection.projector import group_card
from designer.canvas.tidying import Tidying
from designer.canvas.walking import Way, next_step
from designer.document.commands.align import Direction, Edge
from designer.document.connecting import EXCEPTIONS
from designer.services import Services
from nodes.contract import NodeType

Key = tuple[str, str, str]


class Canvas(FlowView):
    """See README.md for what people can do on it."""

    quick_add_wanted = Signal()
    """quick add is about to open: whatever stands in front of the canvas has to go"""
    quick_add_closed = Signal()
    """it is gone and nothing was added"""
    _connecting: ConnectByKeys | None = None
    _kind_of: str | None = None
    """step for which quick add asks another kind"""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.deeds = Deeds(self.stage)
        self.clipboard = Clipboard(self.stage)
        self.frames = Frames(self.stage, self.floating)
        self.tidying = Tidying(self.stage, self)
        self.tidying.done.connect(self._tidied)
        services.selection.flow_changed.connect(lambda _flow: self.tidying.forget())
        wishes, pad, quick = self.stage.wishes, self.floating.pad, self.floating.quick_add
        wishes.quick_add = self.ask
        wishes.open_step = self._open
        wishes.edit_drawn = self.frames.edit
        wishes.menu = lambda where, at: open_menu(self, where, at)
        quick.chosen.connect(self._chosen)
        quick.closed.connect(self._give_focus_back)
        quick.closed.connect(self.quick_add_closed.emit)
        pad.add.connect(self.add_after)
        pad.change_kind.connect(self.replace_kind)
        pad.duplicate.connect(self.duplicate_selection)
        pad.delete.connect(self.delete_selection)
        pad.mock.connect(lambda: self._mark("mock"))
        pad.breakpoint.connect(lambda: self._mark("breakpoint"))

    # Adding.

    def ask(self, at: QPointF, *, after: tuple[str, str] | None = None, into: Key | None = None) -> None:
        """Quick add at a place: behind a port, or into an edge."""
        if self.stage.editable:
            self._kind_of = None
            self.quick_add_wanted.emit()
            self.floating.ask(at, after=after, into=into)

    def quick_add(self) -> None:
        """Add anywhere: at the pointer if it is over the canvas, else in the middle."""
        pointer = self._viewer.viewport().mapFromGlobal(self.cursor().pos())
        inside = self._viewer.viewport().rect().contains(pointer) and self._viewer.underMouse()
        self.ask(self._viewer.place(QPointF(pointer)) if inside else self.camera.centre)

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
        self.ask(item.pos() + plus_at(spots[0]), after=(node, spots[0].name))

    def place(self, found: NodeType, config: Mapping[str, Any] | None = None) -> str | None:
        """A step from the palette, behind the selected one if that has a free outcome, else in the middle; its id."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        free = [s for s in item.card.ports if s.name not in item.state.connected] if item is not None else []
        spot = next((s for s in free if s.kind not in EXCEPTIONS), None)
        if item is None or node is None or spot is None or str(found.category) == "trigger":
            return self.deeds.add_asked(found, self.camera.centre, after=None, into=None, config=config)
        at = item.pos() + QPointF(item.card.width + 40, spot.y)
        return self.deeds.add_asked(found, at, after=(node, spot.name), into=None, config=config)

    def add_note(self, at: QPointF | None = None) -> None:
        """A note there, or in the middle of the view, ready to be typed in."""
        self.frames.add_note(at)

    def add_lane(self, at: QPointF | None = None) -> None:
        """A seat lane around what is selected; else there, or in the middle of the view."""
        self.frames.add_lane(at)

    def replace_kind(self) -> None:
        """Asks which kind the selected step is to be; wires and what fits stay."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is not None and self.stage.editable:
            self._kind_of = node
            self.quick_add_wanted.emit()
            at = item.pos() + QPointF(item.card.width / 2, item.card.height)
            self.floating.ask(at, hint=f"Change “{item.card.title[:30]}” to", kinds_for=node)

    def _chosen(self, found: NodeType) -> None:
        node, self._kind_of = self._kind_of, None
        self.hands.forget_pointer()  # it has moved over the list since
        self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)  # from here the form takes it, not from what is hidden
        if node is not None:
            self.deeds.change_kind(node, found)
        elif self.floating.asked is not None:
            at, after, into = self.floating.asked
            added = self.deeds.add_asked(found, at, after=after, into=into)
            if added is not None:
                self.camera.finish()
                self.reveal(added)
                self.step_opened.emit(added)
                if self._open_form(added):
                    self.floating.show_pad()
                    return
        self._give_focus_back()

    def _open(self, node: str) -> None:
        self.step_opened.emit(node)
        self._open_form(node)

    def _open_form(self, node: str) -> bool:
        """The cursor into the first field of a step's form; whether there is one."""
        window = self._services.window
        panel = window.show_panel("form") if window is not None else None
        if panel is None:
            return False
        self._services.selection.select((node,))
        panel.focus_first()
        return True

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

    def leave_group(self) -> None:
        """The selected steps are taken out of the group that they lie in."""
        self.frames.leave()

    def toggle_fold(self) -> None:
        """The selected groups, or those around the selected steps, to cards or open again."""
        self.frames.toggle()

    def fold_all(self) -> None:
        """All groups to cards."""
        self.frames.fold_all(folded=True)

    def unfold_all(self) -> None:
        """All groups open."""
        self.frames.fold_all(folded=False)

    def align(self, edge: Edge) -> None:
        """What is selected at one line."""
        self.deeds.align(edge)

    def distribute(self, direction: Direction) -> None:
        """What is selected with even gaps."""
        self.deeds.distribute(direction)

    def straighten(self) -> None:
        """Steps are nudged so that lines between neighbours run straight: of several that are selected, else all."""
        self.deeds.straighten()

    def tidy_up(self) -> None:
        """The selected steps if there are several, else all, arranged anew: one step of the history, a moment later."""
        selected = self._services.selection.nodes
        self.tidying.begin(selected if len(selected) > 1 else None)

    def _tidied(self, whole: bool) -> None:
        if whole:
            self.fit()

    def settle(self) -> None:
        """Everything that would come a little later is there now: for pictures and tests."""
        self.tidying.finish()
        super().settle()

    def rename_selected(self) -> None:
        """Types over the title of the selected step, or the words of the selected note, group or lane."""
        selection = self._services.selection
        if selection.node is not None:
            self.floating.rename(selection.node)
        elif len(selection.drawn) == 1:
            self.frames.edit(selection.drawn[0])

    def open_selected(self) -> None:
        """The form of the selected step; the words of a note, group or lane; a folded group is opened."""
        node, drawn = self._services.selection.node, self._services.selection.drawn
        if node is not None:
            self.stage.wishes.open_step(node)
        elif len(drawn) == 1:
            self.frames.edit(drawn[0], fold=self.stage.drawing.items[drawn[0]].folded)

    def nudge(self, dx: float, dy: float) -> None:
        """Moves what is selected; steps in a row are one step of the history."""
        self.deeds.nudge(dx, dy)

    # By keyboard.

    def walk(self, way: Way, *, add: bool = False) -> None:
        """Selects the next step or folded group in a direction: along edges first."""
        stage, selection = self.stage, self._services.selection
        ends = {node: stage.projector.end_of(node) for node in stage.projector.items}
        boxes = {card.id: (*at, card.width, card.height) for card, at in ends.values()}
        edges = {(ends[one][0].id, port, ends[other][0].id) for one, port, other in stage.projector.pipes}
        here = ends[selection.nodes[-1]][0].id if selection.nodes else None
        if here is None and selection.drawn:
            here = group_card(selection.drawn[-1])
        found = next_step(boxes, edges, here, way)
        if found is None:
            return
        group = next((one for one in stage.drawing.members if group_card(one) == found), None)
        nodes, drawn = ((), (group,)) if group is not None else ((found,), ())
        if add:
            nodes, drawn = (*selection.nodes, *nodes), (*selection.drawn, *drawn)
        selection.select(dict.fromkeys(nodes), (), dict.fromkeys(drawn))
        self.camera.reveal([QRectF(*boxes[found])])

    def connect_by_keys(self, port: str | None = None) -> None:
        """C: the selected step is connected by arrows and Enter; by this way out, or by its first that is free."""
        node = self._services.selection.node
        item = self.stage.projector.items.get(node) if node is not None else None
        if item is None or node is None or not self.stage.editable:
            return
        if not item.card.ports:
            self.floating.refuse(f"“{item.card.title}” ends the flow, so nothing can follow it.", item.pos(), None)
            return
        self._connecting = ConnectByKeys(self.stage, node, port)
        self.hands.gesture = self._connecting.gesture
        self._tell(self._connecting.words)

    def connect_from(self, node: str, port: str) -> None:
        """A way out asks to be connected: arrows or the pointer choose where it leads, Enter or a click connects."""
        self._services.selection.select((node,))
        self.reveal(node)
        self.camera.finish()
        self.viewer.setFocus()
        self.connect_by_keys(port)

    def _tell(self, words: str) -> None:
        """To those who see and to those who listen."""
        self._say(words)
        if self._services.window is not None:
            self._services.window.say(words)

    def _stop_connecting(self) -> None:
        connecting, self._connecting = self._connecting, None
        if connecting is not None:
            connecting.stop()
            self.hands.gesture = None
            self._tell("")
            self._on_selected()

    def _gesture_ended(self) -> None:
        self._stop_connecting()
        super()._gesture_ended()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """All keys of the canvas."""
        if self._connecting is not None:
            over = self._connecting.key(event)
            self.hands.gesture = self._connecting.gesture if over is not None else None
            if over is None:
                self._gesture_ended()
            else:
                self._tell(self._connecting.words)
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
            self._stop_connecting()
        elif not self.hands.cancel() and not self.floating.quiet():
            self._services.selection.select()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802
        """Keys come to the view, which has the focus; the focus ring comes with the keyboard."""
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and self._connecting is not None:
            held = event.modifiers()  # type: ignore[attr-defined]
            if not held & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
                event.accept()  # Enter connects, whatever it does in the window: there it opens the form
                return True
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

    def _interrupted(self) -> None:
        self._stop_connecting()
        self.hands.cancel()

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
