"""``StepList``: the searchable list of step types of one kind, 240 wide, over the canvas; it can be pinned beside it.

Drag a row onto the canvas, or press Enter or double click to place it in the middle of the view. Adapters stand
under the systems that the project knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.pieces import IconButton, PlainText, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon, pixmap
from designer.theme.type_scale import BODY_STRONG, SMALL, widget_font
from designer.window.placing import MIME, place_step
from designer.window.rail import ADD, KINDS
from designer.window.work_area import WorkArea
from nodes.contract import NodeType

WIDTH = 240
_ROW = Qt.ItemDataRole.UserRole
TITLES = {kind: title for kind, title, _ in KINDS}


@dataclass(frozen=True)
class Row:
    """A step type as it can be placed, perhaps with its system filled in."""

    found: NodeType
    title: str
    system: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)


class StepList(QFrame):
    """Opened by the rail; ``shown`` carries the kind that is open, or None."""

    shown = Signal(object)

    def __init__(self, services: Services, work: WorkArea) -> None:
        super().__init__(work)
        self._services, self._work = services, work
        self._kind: str | None = None
        self.pinned = False
        self.setProperty("role", "card")
        self.title = PlainText("", BODY_STRONG)
        self.pin = IconButton(services.theme, "pin", "Keep this list open", self)
        self.pin.setCheckable(True)
        self.pin.toggled.connect(self._pin)
        close = IconButton(services.theme, "x", "Close", self)
        close.clicked.connect(self.close_list)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search steps")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.installEventFilter(self)
        self.list = _Rows(self)
        self.list.itemActivated.connect(self._place)
        self.list.dropped.connect(self._dropped)
        self.empty = PlainText("", SMALL, "muted", wrap=True)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.setSpacing(0)
        head.addWidget(self.title, 1)
        head.addWidget(self.pin)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        services.theme.changed.connect(self._fill)
        work.installEventFilter(self)
        self.hide()

    def toggle(self, kind: str) -> None:
        """Opens the list of a kind (``add``: of all), or closes it."""
        if self._kind == kind and self.isVisible():
            self.close_list()
            return
        self._kind = kind
        self.title.setText("Add a step" if kind == ADD else f"{TITLES[kind]} steps")
        self.search.clear()
        self._fill()
        self.show()
        self._stand()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self.shown.emit(kind)

    def close_list(self) -> None:
        """Nothing is listed."""
        if self.isVisible():
            self.hide()
            self._services.window.canvas.setFocus()
        self._kind = None
        self.shown.emit(None)

    def rows(self) -> Iterator[Row]:
        """What can be placed from the kind that is open, as the search narrows it."""
        words = self.search.text().casefold().split()
        for found in self._services.registry.types:
            if self._kind not in (ADD, None, str(found.category)):
                continue
            if self._services.registry.latest(found.id) is not found:
                continue
            for row in (Row(found, found.title), *self._by_system(found)):
                said = f"{row.title} {row.system} {found.help} {found.category}".casefold()
                if all(word in said for word in words):
                    yield row

    def _by_system(self, found: NodeType) -> Iterator[Row]:
        kinds = {kind.id for kind in self._services.registry.connection_kinds.values() if kind.module == found.module}
        if "connection" not in found.Config.model_fields:
            return
        for name, need in sorted(self._services.document.project.connections.items()):
            if need.kind in kinds:
                yield Row(found, found.title, need.title or name, {"connection": name})

    def _fill(self) -> None:
        self.list.clear()
        rows = sorted(self.rows(), key=lambda row: (_order(row), row.system.casefold(), row.title.casefold()))
        group: tuple[str, str] | None = None
        palette = self._services.theme.palette
        for row in rows:
            kind = str(row.found.category)
            head = (kind, row.system)
            if head != group and (self._kind == ADD or row.system or group is not None):
                self._heading(row.system or TITLES.get(kind, kind))
            group = head
            item = QListWidgetItem(icon(row.found.icon, getattr(palette.category, kind)), row.title)
            item.setToolTip(plain_tooltip(row.found.help))
            item.setData(_ROW, row)
            item.setSizeHint(QSize(0, 30))
            self.list.addItem(item)
        self.list.setCurrentRow(min(self._numbers(), key=self._far_from_wanted, default=-1))
        self.empty.setVisible(not rows)
        said = self.search.text()
        self.empty.setText(f"No step is called “{said}”." if said else "No step of this kind is installed.")

    def _numbers(self) -> list[int]:
        """Lines of the list that are steps."""
        return [n for n in range(self.list.count()) if self.list.item(n).data(_ROW) is not None]

    def _far_from_wanted(self, number: int) -> tuple[bool, bool, int]:
        """What is called as was typed comes before what only tells of it: Enter places the step that was meant."""
        title = self.list.item(number).text().casefold()
        words = self.search.text().casefold().strip()
        return not title.startswith(words), words not in title, number

    def _heading(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setForeground(QColor(self._services.theme.palette.text.muted))
        item.setFont(widget_font(SMALL))
        item.setSizeHint(QSize(0, 26))
        self.list.addItem(item)

    def _place(self, item: QListWidgetItem) -> None:
        row = item.data(_ROW)
        if row is None:
            return
        place_step(self._services, row.found, row.config)
        if not self.pinned:
            self.close_list()

    def _dropped(self) -> None:
        """As after Enter: it is out of the way, and the keyboard is where the new step is."""
        if self.pinned:
            self._services.window.canvas.setFocus()
        else:
            self.close_list()

    def _pin(self, pinned: bool) -> None:
        self.pinned = pinned
        beside = self._work.beside
        if pinned:
            beside.insertWidget(0, self)
            self.setFixedWidth(WIDTH)
        else:
            beside.removeWidget(self)
            self._stand()
            self.raise_()
        self.show()

    def _stand(self) -> None:
        if not self.pinned:
            stack = self._work.stack.geometry()
            self.setFixedWidth(WIDTH)
            self.setGeometry(stack.x() + 8, stack.y() + 8, WIDTH, min(stack.height() - 16, 460))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if watched is self._work and event.type() == QEvent.Type.Resize and self.isVisible():
            self._stand()
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._walk(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentItem() is not None:
                self._place(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_list()
        else:
            return False
        return True

    def _walk(self, step: int) -> None:
        number = self.list.currentRow() + step
        while 0 <= number < self.list.count() and self.list.item(number).data(_ROW) is None:
            number += step
        if 0 <= number < self.list.count():
            self.list.setCurrentRow(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.close_list()
            return
        super().keyPressEvent(event)


class _Rows(QListWidget):
    dropped = Signal()
    """a row was dragged somewhere and taken there"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDragEnabled(True)
        self.setAccessibleName("Step types")
        self.setIconSize(QSize(16, 16))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802  Qt's name
        item = self.currentItem()
        row = item.data(_ROW) if item is not None else None
        if row is None:
            return
        drag = QDrag(self)
        drag.setMimeData(carried(row))
        drag.setPixmap(pixmap(row.found.icon, self.palette().text().color().name(), 20, self.devicePixelRatioF()))
        if drag.exec(Qt.DropAction.CopyAction) is Qt.DropAction.CopyAction:
            self.dropped.emit()


def carried(row: Row) -> QMimeData:
    """What a drag of this row carries."""
    said: dict[str, Any] = {"type": row.found.id, "version": row.found.version}
    if row.config:
        said["config"] = dict(row.config)
    mime = QMimeData()
    mime.setData(MIME, QByteArray(json.dumps(said).encode()))
    return mime


def _order(row: Row) -> int:
    kinds = [kind for kind, _, _ in KINDS]
    kind = str(row.found.category)
    return kinds.index(kind) if kind in kinds else len(kinds)
