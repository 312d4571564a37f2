"""``Outline``: steps in reading order, each with its outcomes and where they lead.

Keys: Enter opens the form, F2 renames, Del deletes, Insert adds behind, C connects; on an outcome, Enter goes to
where it leads and Del takes the connection away. It follows document and selection, as the canvas does.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.document.command import CommandRefused
from designer.document.commands.connect import disconnect
from designer.document.commands.delete import delete
from designer.document.commands.set_field import set_field
from designer.panels.outline.dialogs import AddStep, Connect
from designer.panels.outline.order import reading_order, ways
from designer.pieces import EmptyState, IconButton, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon
from runtime.model.flow import Edge, Node

_ID = Qt.ItemDataRole.UserRole
_EDGE = Qt.ItemDataRole.UserRole + 1
PAUSE_MS = 50
ROW = 26


class Outline(QWidget):
    """``tree`` holds one item a step, with one item an outcome below it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._filling = False
        self.setProperty("role", "panel")
        self.tree = _Tree(self)
        self.tree.setColumnCount(1)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("Steps of the flow")
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.itemSelectionChanged.connect(self._selected)
        self.tree.itemChanged.connect(self._renamed)
        self.tree.itemActivated.connect(self._activated)
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
        self._later.timeout.connect(self.fill)
        services.document.changed.connect(lambda _change: self._later.start())
        services.selection.flow_changed.connect(lambda _flow: self._later.start())
        services.checking.changed.connect(self._later.start)
        services.selection.changed.connect(self._follow)
        services.theme.changed.connect(self._later.start)
        self.fill()

    # --- what can be done ---

    @property
    def current(self) -> str | None:
        """The step that the cursor is on."""
        item = self.tree.currentItem()
        return None if item is None else item.data(0, _ID)

    def add(self) -> None:
        """A step behind the current one; the dialog asks which."""
        if self._services.flow is not None:
            added = AddStep.ask(self._services, self.current, self)
            if added is not None:
                self._go_to(added)

    def connect_step(self) -> None:
        """From the current step to another; the dialog asks by which outcome."""
        if self._services.flow is not None and self.current is not None:
            Connect.ask(self._services, self.current, self)
            self.fill()

    def rename(self) -> None:
        """Type another title in place."""
        item = self._step_item(self.current)
        if item is not None:
            self._filling = True
            flow = self._services.flow
            node = flow.node(item.data(0, _ID)) if flow is not None else None
            item.setText(0, (node.title or node.id) if node is not None else "")
            self._filling = False
            self.tree.setCurrentItem(item)
            self.tree.editItem(item, 0)

    def delete(self) -> None:
        """The selected steps, or the connection that the cursor is on."""
        flow, item = self._services.flow, self.tree.currentItem()
        if flow is None or item is None:
            return
        edge = item.data(0, _EDGE)
        if edge is not None:
            if edge[2]:
                self._do(disconnect(flow.id, [tuple(edge)]))
        else:
            self._do(delete(flow.id, self._selected_steps() or (item.data(0, _ID),)))
        self.fill()

    # --- showing ---

    def fill(self) -> None:
        """All steps as they are now; cursor and what was open stay. While a title is being typed, later."""
        if self.tree.is_editing:
            self._later.start()
            return
        flow = self._services.flow
        kept = self._place()
        opened = {item.data(0, _ID) for item in self._steps() if item.isExpanded()}
        self._filling = True
        self.tree.clear()
        self.empty.setVisible(flow is None or not flow.nodes)
        for node in reading_order(flow) if flow is not None else ():
            item = self._item(node)
            self.tree.addTopLevelItem(item)
            item.setExpanded(node.id in opened)
        self._filling = False
        self._put_back(kept)
        self._follow()

    def _item(self, node: Node) -> QTreeWidgetItem:
        services, flow = self._services, self._services.flow
        assert flow is not None
        facts = services.facts.of(node)
        kind = services.facts.category(node)
        title = node.title or node.id
        problems = len(services.checking.of(flow.id, node.id))
        noted = f"  ({problems} problem{'' if problems == 1 else 's'})" if problems else ""
        item = QTreeWidgetItem([title + noted])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        colour = getattr(services.theme.palette.category, kind, services.theme.palette.text.muted)
        item.setIcon(0, icon(facts.type.icon if facts.type is not None else "circle-help", colour))
        item.setData(0, _ID, node.id)
        item.setSizeHint(0, QSize(0, ROW))
        summary = services.facts.summary(node)
        said = [title, kind, *([summary] if summary else ()), *([f"owner {node.owner}"] if node.owner else ())]
        if problems:
            said.append(f"{problems} problem{'' if problems == 1 else 's'}")
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(said))
        item.setToolTip(0, plain_tooltip(summary))
        named = {port.name: port.title for port in facts.ports or ()}
        edges = ways(flow, node.id)
        for edge in edges:
            item.addChild(self._way(node, edge, named.get(edge.port, edge.port)))
        for port in facts.ports or ():
            if all(edge.port != port.name for edge in edges):
                item.addChild(self._open_way(node, port.name, port.title))
        return item

    def _way(self, node: Node, edge: Edge, title: str) -> QTreeWidgetItem:
        flow = self._services.flow
        target = flow.node(edge.target) if flow is not None else None
        name = (target.title or target.id) if target is not None else edge.target
        way = QTreeWidgetItem([f"{title} → {name}"])
        way.setSizeHint(0, QSize(0, ROW))
        way.setData(0, _ID, node.id)
        way.setData(0, _EDGE, edge.key)
        way.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{title} leads to {name}")
        return way

    def _open_way(self, node: Node, port: str, title: str) -> QTreeWidgetItem:
        way = QTreeWidgetItem([f"{title} → not connected"])
        way.setSizeHint(0, QSize(0, ROW))
        way.setData(0, _ID, node.id)
        way.setData(0, _EDGE, (node.id, port, ""))
        return way

    # --- following ---

    def _selected(self) -> None:
        if self._filling:
            return
        edges = [item.data(0, _EDGE) for item in self.tree.selectedItems() if item.data(0, _EDGE) is not None]
        nodes = self._selected_steps()
        if nodes or edges:
            self._services.selection.select(nodes, [tuple(edge) for edge in edges if edge[2]])
            if len(nodes) == 1:
                self._services.window.canvas.reveal(nodes[0])

    def _follow(self) -> None:
        chosen = set(self._services.selection.nodes)
        if chosen == set(self._selected_steps()) or any(
            item.data(0, _EDGE) is not None for item in self.tree.selectedItems()
        ):
            return
        self._filling = True
        self.tree.clearSelection()
        for item in self._steps():
            if item.data(0, _ID) in chosen:
                item.setSelected(True)
                self.tree.setCurrentItem(item) if len(chosen) == 1 else None
        self._filling = False

    def _activated(self, item: QTreeWidgetItem) -> None:
        flow = self._services.flow
        if flow is None:
            return
        edge = item.data(0, _EDGE)
        if edge is None:
            self._services.selection.show_field(flow.id, item.data(0, _ID), "")
        elif edge[2]:
            self._go_to(edge[2])
        else:
            Connect.ask(self._services, edge[0], self, port=edge[1])
            self.fill()

    def _renamed(self, item: QTreeWidgetItem) -> None:
        flow = self._services.flow
        if self._filling or flow is None or item.data(0, _EDGE) is not None:
            return
        node = flow.node(item.data(0, _ID))
        title = item.text(0).strip()
        if node is not None and title and title != (node.title or node.id):
            self._do(set_field(flow.id, node.id, "title", title, title=f"Rename to “{title[:40]}”"))
        self._later.start()

    def _do(self, command: object) -> None:
        try:
            self._services.document.do(command)  # type: ignore[arg-type]
        except CommandRefused as refused:
            self._services.window.say(str(refused))

    def _go_to(self, node_id: str) -> None:
        self.fill()
        item = self._step_item(node_id)
        if item is not None:
            self.tree.setCurrentItem(item)
            self.tree.scrollToItem(item)
            self.tree.setFocus()

    def _steps(self) -> list[QTreeWidgetItem]:
        return [self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount())]

    def _step_item(self, node_id: str | None) -> QTreeWidgetItem | None:
        return next((item for item in self._steps() if item.data(0, _ID) == node_id), None)

    def _selected_steps(self) -> tuple[str, ...]:
        return tuple(item.data(0, _ID) for item in self.tree.selectedItems() if item.data(0, _EDGE) is None)

    def _place(self) -> tuple[str | None, int]:
        item = self.tree.currentItem()
        if item is None:
            return None, -1
        parent = item.parent()
        return item.data(0, _ID), -1 if parent is None else parent.indexOfChild(item)

    def _put_back(self, place: tuple[str | None, int]) -> None:
        item = self._step_item(place[0])
        if item is not None:
            child = item.child(place[1]) if 0 <= place[1] < item.childCount() else None
            self._filling = True
            self.tree.setCurrentItem(child if child is not None else item)
            self._filling = False


class _Tree(QTreeWidget):
    def __init__(self, outline: Outline) -> None:
        super().__init__(outline)
        self._outline = outline

    @property
    def is_editing(self) -> bool:
        """Whether a title is being typed."""
        return bool(self.state() == QAbstractItemView.State.EditingState)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        keys = {
            Qt.Key.Key_Insert: self._outline.add,
            Qt.Key.Key_C: self._outline.connect_step,
            Qt.Key.Key_F2: self._outline.rename,
            Qt.Key.Key_Delete: self._outline.delete,
        }
        run = keys.get(Qt.Key(event.key()))
        if run is None or self.is_editing or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            run()
