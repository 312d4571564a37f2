"""``ProjectTree``: flows, decisions, forms, samples and connections of the project, by name.

Enter opens, F2 renames (and changes what names it), Del deletes, the menu adds "where is it used".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.document.command import Command, CommandRefused
from designer.document.commands.change_flows import delete_flow, rename_flow
from designer.document.commands.change_parts import delete_part, delete_sample, rename_part, rename_sample
from designer.document.counted import counted
from designer.document.lookup import uses_of_name
from designer.document.names import as_read, title_of
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.theme.icons import icon

_WHAT = Qt.ItemDataRole.UserRole
GROUPS = (
    ("flow", "Flows", "workflow"),
    ("decision", "Decisions", "table"),
    ("form", "Forms", "text-cursor-input"),
    ("sample", "Samples", "flask-conical"),
    ("connection", "Connections", "plug"),
)
PAGES = {"decision": "decision_table", "form": "form"}
LISTED = {"sample": "samples", "connection": "connections"}
"""those that have one page together"""
PAUSE_MS = 50
ROW = 26


class ProjectTree(QWidget):
    """``tree`` has one item a group, with one item a thing below it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._filling = False
        self._listed: dict[str, list[tuple[str, str, str]]] = {}
        """what was listed last, group by group"""
        self.setProperty("role", "panel")
        self.tree = _Tree(self)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("Parts of the project")
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemActivated.connect(lambda item, _column: self.open(item))
        self.tree.itemChanged.connect(self._renamed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.tree)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._filled = WhenSeen(self, self.fill)
        self._later.timeout.connect(self._filled.wish)
        services.document.changed.connect(lambda _change: self._later.start())
        services.theme.changed.connect(self._later.start)
        self.fill()

    def fill(self) -> None:
        """All parts as they are now; while a name is being typed, later."""
        if self.tree.is_editing:
            self._later.start()
            return
        project = self._services.document.project
        things: dict[str, list[tuple[str, str, str]]] = {
            "flow": [(title_of(flow), flow.id, "") for flow in project.flows.values()],
            "decision": [(_words(name), name, "") for name in project.decisions],
            "form": [(_words(name), name, "") for name in project.forms],
            "sample": [(_words(name), name, flow) for flow, samples in project.samples.items() for name in samples],
            "connection": [(need.title or name, name, "") for name, need in project.connections.items()],
        }
        closed = {item.data(0, _WHAT) for item in self._groups() if not item.isExpanded()}
        at = self._next(things)
        self._filling = True
        self.tree.clear()
        ink = self._services.theme.palette.text.secondary
        for kind, title, picture in GROUPS:
            group = QTreeWidgetItem(self.tree, [f"{title}  {len(things[kind])}"])
            group.setData(0, _WHAT, kind)
            group.setExpanded(kind not in closed)
            group.setSizeHint(0, QSize(0, ROW))
            for words, key, flow in sorted(things[kind], key=_in_order):
                item = QTreeWidgetItem(group, [words])
                item.setIcon(0, icon(picture, ink))
                item.setSizeHint(0, QSize(0, ROW))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                item.setData(0, _WHAT, (kind, key, flow))
                if (kind, key, flow) == at:
                    self.tree.setCurrentItem(item)
        self._filling = False

    def _next(self, things: Mapping[str, list[tuple[str, str, str]]]) -> tuple[str, str, str] | None:
        """What the cursor is on now: what came or came back, else what it was on, else the neighbour of what went."""
        listed = {
            kind: [(kind, key, flow) for _, key, flow in sorted(of_kind, key=_in_order)]
            for kind, of_kind in things.items()
        }
        before, self._listed = self._listed, listed
        now = {what for of_kind in listed.values() for what in of_kind}
        came = now - {what for of_kind in before.values() for what in of_kind} if before else set()
        at = self.current
        if len(came) == 1:
            return came.pop()
        if at is None or at in now:
            return at
        shown = before.get(at[0], [])
        place = shown.index(at) if at in shown else 0
        return next((what for what in (*shown[place:], *reversed(shown[:place])) if what in now), None)

    @property
    def current(self) -> tuple[str, str, str] | None:
        """(kind, id, flow) of what the cursor is on; None on a group."""
        item = self.tree.currentItem()
        what = None if item is None else item.data(0, _WHAT)
        return tuple(what) if isinstance(what, list | tuple) else None

    def open(self, item: QTreeWidgetItem | None = None) -> None:
        """Show the current thing."""
        if item is not None:
            self.tree.setCurrentItem(item)
        if self.current is None:
            return
        kind, key, flow = self.current
        window = self._services.window
        if kind == "flow":
            window.show_flow(key)
        elif kind in LISTED:
            page = window.open_editor(LISTED[kind], flow)
            if page is not None:
                page.show_one(key)
        else:
            window.open_editor(PAGES[kind], key)

    def rename(self) -> None:
        """Type another name in place."""
        item = self.tree.currentItem()
        if item is not None and self.current is not None:
            kind, key, _ = self.current
            if kind != "flow":
                self._filling = True
                item.setText(0, key)
                self._filling = False
            self.tree.editItem(item, 0)
            self._later.start()  # its title again, if nothing else is typed

    def delete(self) -> None:
        """The current thing; if it is used, people are asked."""
        if self.current is None:
            return
        kind, key, flow = self.current
        uses = uses_of_name(self._services.document.project, kind, key)
        if kind == "flow":
            self._do(delete_flow(key))
        elif kind == "sample":
            self._do(delete_sample(flow, key))
        else:
            self._do(delete_part(kind, key))  # type: ignore[arg-type]
        if uses:
            number = counted(len(uses), "place")
            self._services.window.say(f"“{key}” was used in {number}; the problems list names them. Ctrl Z goes back.")

    def duplicate(self) -> None:
        """The current flow once more; it is shown."""
        if self.current is not None and self.current[0] == "flow":
            self._services.window.show_flow(self.current[1])
            self._services.window.run("flow.duplicate")
            self._later.start()

    def where_used(self) -> None:
        """The steps that name the current thing."""
        if self.current is not None:
            kind, key, _ = self.current
            hits = uses_of_name(self._services.document.project, kind, key)
            self._services.window.show_hits(f"Where “{key}” is used", hits)

    def _renamed(self, item: QTreeWidgetItem) -> None:
        what, name = item.data(0, _WHAT), item.text(0).strip()
        if self._filling or not isinstance(what, list | tuple) or not name:
            return
        kind, key, flow = what
        self._later.start()
        if kind == "flow":
            self._do(rename_flow(key, name))
        elif kind == "sample":
            self._do(rename_sample(flow, key, name))
        else:
            self._do(rename_part(kind, key, name))

    def _menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        if item is None or not isinstance(item.data(0, _WHAT), list | tuple):
            return
        self.tree.setCurrentItem(item)
        menu = QMenu(self)
        ways: list[tuple[str, Callable[[], None]]] = [
            ("Open", self.open),
            ("Rename", self.rename),
            ("Where is it used?", self.where_used),
            *([("Duplicate", self.duplicate)] if item.data(0, _WHAT)[0] == "flow" else []),
            ("Delete", self.delete),
        ]
        for title, run in ways:
            menu.addAction(title).triggered.connect(lambda _checked=False, run=run: run())
        menu.exec(self.tree.viewport().mapToGlobal(at))

    def _do(self, command: Command) -> None:
        try:
            self._services.document.do(command)
        except CommandRefused as refused:
            self._services.window.say(str(refused))
        self._later.start()

    def _groups(self) -> list[QTreeWidgetItem]:
        groups = (self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount()))
        return [group for group in groups if group is not None]


def _words(name: str) -> str:
    """An id as people read it."""
    return as_read(name)


def _in_order(thing: tuple[str, str, str]) -> list[tuple[int, int, str]]:
    """By name, and by the numbers in it: 2 stands before 10."""
    parts = re.split(r"(\d{1,18})", thing[0].casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


class _Tree(QTreeWidget):
    def __init__(self, panel: ProjectTree) -> None:
        super().__init__(panel)
        self._panel = panel

    @property
    def is_editing(self) -> bool:
        """Whether a name is being typed."""
        return bool(self.state() == QAbstractItemView.State.EditingState)

    def event(self, event: QEvent) -> bool:
        """F2 and Del mean the row, not what the menu does with the selected step."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._does(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        run = self._does(event)
        if run is None:
            super().keyPressEvent(event)
        else:
            run()

    def _does(self, event: QKeyEvent) -> Callable[[], None] | None:
        keys = {Qt.Key.Key_F2: self._panel.rename, Qt.Key.Key_Delete: self._panel.delete}
        return None if self.is_editing else keys.get(Qt.Key(event.key()))
