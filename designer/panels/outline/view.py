"""``Outline``: steps in reading order, each with its outcomes and where they lead.

Keys: Enter opens the form, F2 renames, Del deletes, Insert adds behind, C connects; on an outcome, Enter goes to
where it leads and Del takes the connection away. It follows document and selection, as the canvas does.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import CommandRefused
from designer.document.commands.connect import disconnect
from designer.document.commands.delete import delete
from designer.document.commands.retitle_step import retitle_step
from designer.document.names import title_of
from designer.panels.outline.dialogs import AddStep, Connect
from designer.panels.outline.rows import EDGE, ID, OutlineRows
from designer.panels.outline.tree import OutlineTree
from designer.pieces import EmptyState, IconButton
from designer.services import Services

PAUSE_MS = 50


class Outline(QWidget):
    """``tree`` has one row a step, with one row an outcome below it. While nobody looks, nothing is done."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._filling = False
        self._stale = True
        """something changed while nobody looked"""
        self._opened: set[str] = set()
        """steps whose outcomes are shown"""
        self.setProperty("role", "panel")
        self.rows = OutlineRows(services, self._rename)
        self.tree = OutlineTree(self.rows, self._keys, self)
        self.setFocusProxy(self.tree)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName("Steps of the flow")
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.selectionModel().selectionChanged.connect(self._selected)
        self.tree.activated.connect(self._activated)
        self.tree.expanded.connect(self._step_opened)
        self.tree.collapsed.connect(lambda at: self._opened.discard(at.data(ID)))
        self.empty = EmptyState("No steps yet", "Add the step that starts this flow.", "Add a step", self.add)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.setSpacing(2)
        for name, words, run in (
            ("plus", "Add a step behind this one  Insert", self.add),
            ("cable", "Connect this step  C", self.connect_step),
            ("pencil", "Rename  F2", self.rename),
            ("trash-2", "Delete  Del", self.delete),
        ):
            button = IconButton(services.theme, name, words, self)
            button.clicked.connect(run)
            bar.addWidget(button)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.empty)
        column.addWidget(self.tree, 1)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self._refresh)
        services.document.changed.connect(lambda _change: self._later.start())
        services.selection.flow_changed.connect(lambda _flow: self._later.start())
        services.checking.changed.connect(self.tree.viewport().update)  # numbers of problems, and colours: asked anew
        services.selection.changed.connect(self._follow)
        services.theme.changed.connect(self.tree.viewport().update)
        session = services.extras["session"]
        session.story_changed.connect(self._follow_run)
        session.cursor_changed.connect(self._follow_run)
        services.window.mode_changed.connect(self._follow_mode)  # a method: it is let go of with the panel

    # --- what can be done ---

    @property
    def current(self) -> str | None:
        """The step that the cursor is on."""
        node: str | None = self.tree.currentIndex().data(ID)
        return node

    def add(self) -> None:
        """A step behind the current one; the dialog asks which."""
        if self._services.flow is not None:
            edge = self.tree.currentIndex().data(EDGE)
            added = AddStep.ask(self._services, self.current, self, tuple(edge) if edge is not None else None)
            if added is not None:
                self._go_to(added)

    def connect_step(self) -> None:
        """From the current step to another; the dialog asks by which outcome."""
        if self._services.flow is not None and self.current is not None:
            Connect.ask(self._services, self.current, self)
            self.fill()

    def rename(self) -> None:
        """Type another title in place."""
        at = self.rows.find(self.current)
        if at.isValid():
            self.tree.setCurrentIndex(at)
            self.tree.edit(at)

    def delete(self) -> None:
        """The selected steps, or the connection that the cursor is on."""
        flow, at = self._services.flow, self.tree.currentIndex()
        if flow is None or not at.isValid():
            return
        edge = at.data(EDGE)
        if edge is not None:
            if edge[2]:
                self._do(disconnect(flow.id, [tuple(edge)]))
        else:
            self._do(delete(flow.id, self.tree.chosen()[0] or (at.data(ID),)))
        self.fill()

    # --- showing ---

    def fill(self) -> None:
        """All steps as they are now; cursor and what was open stay. While a title is being typed, later."""
        if self.tree.is_editing:
            self._later.start()
            return
        self._stale = False
        flow = self._services.flow
        at = self.tree.currentIndex()
        cursor, way = self.current, at.row() if at.parent().isValid() else -1
        above = self.tree.verticalScrollBar().value()
        self._filling = True
        if self.rows.show(flow):
            self.empty.setVisible(flow is None or not flow.nodes)
            for row in self.rows.rows_of(self._opened):
                self.tree.expand(self.rows.index(row, 0))
            step_at = self.rows.find(cursor)
            below = self.rows.index(way, 0, step_at) if way >= 0 else QModelIndex()
            if step_at.isValid():
                self.tree.setCurrentIndex(below if below.isValid() else step_at)
            self.tree.verticalScrollBar().setValue(above)
        self._filling = False
        self._follow_run()
        self._follow()

    def _refresh(self) -> None:
        if self.isVisible():
            self.fill()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        if self._stale:
            self.fill()
        self._follow_run()

    # --- following ---

    def _step_opened(self, at: QModelIndex) -> None:
        if not self._filling:
            self._opened.add(at.data(ID))

    def _selected(self) -> None:
        if self._filling:
            return
        nodes, edges = self.tree.chosen()
        if nodes or edges:
            self._services.selection.select(nodes, [edge for edge in edges if edge[2]])
            if len(nodes) == 1:
                self._services.window.canvas.reveal(nodes[0])

    def _follow(self) -> None:
        if not self.isVisible():
            self._stale = True
            return
        wanted = set(self._services.selection.nodes)
        nodes, edges = self.tree.chosen()
        if edges or wanted == set(nodes):
            return
        self._filling = True
        self.tree.choose(wanted)
        self._filling = False

    def _follow_run(self) -> None:
        """The run that the canvas shows: only of this flow, and not while the flow is drawn."""
        session, window = self._services.extras["session"], self._services.window
        story, flow = session.story, self._services.flow
        shown = window.mode != "design" and story is not None and flow is not None and story.flow_id == flow.id
        self.rows.show_run(story if shown and self.isVisible() else None, session.cursor if shown else 0)

    def _follow_mode(self, _mode: str) -> None:
        self._follow_run()

    def _activated(self, at: QModelIndex) -> None:
        flow = self._services.flow
        if flow is None:
            return
        edge = at.data(EDGE)
        if edge is None:
            self._services.selection.show_field(flow.id, at.data(ID), "")
        elif edge[2]:
            self._go_to(edge[2])
        else:
            Connect.ask(self._services, edge[0], self, port=edge[1])
            self.fill()

    def _rename(self, node_id: str, title: str) -> None:
        flow = self._services.flow
        node = flow.node(node_id) if flow is not None else None
        if flow is not None and node is not None and title and title != title_of(node):
            services = self._services
            new, kind = services.document.is_new(flow.id, node.id), services.facts.kind(node)
            self._do(retitle_step(flow, node.id, title, follow=new, kind=kind, before=node.title))

    def _do(self, command: object) -> None:
        try:
            self._services.document.do(command)  # type: ignore[arg-type]
        except CommandRefused as refused:
            self._services.window.say(str(refused))

    def _go_to(self, node_id: str) -> None:
        self.fill()
        at = self.rows.find(node_id)
        if at.isValid():
            self.tree.setCurrentIndex(at)
            self.tree.scrollTo(at)
            self.tree.setFocus()

    def _keys(self, key: Qt.Key) -> Callable[[], None] | None:
        """What a key does here that means something else on the canvas."""
        return {
            Qt.Key.Key_Insert: self.add,
            Qt.Key.Key_C: self.connect_step,
            Qt.Key.Key_F2: self.rename,
            Qt.Key.Key_Delete: self.delete,
        }.get(key)
