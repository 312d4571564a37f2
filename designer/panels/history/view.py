"""``History``: every change by name, the newest last. A click goes back to it, or forward; nothing is lost by
looking.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from designer.pieces import PlainText
from designer.pieces.cut_row import CutRow
from designer.services import Services
from designer.theme.icons import icon
from designer.theme.type_scale import SMALL


class History(QWidget):
    """Qt's own list of the undo stack, in Baton's words."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.setProperty("role", "panel")
        self.list = QUndoView(services.document.history, self)
        self.list.setEmptyLabel("As it was opened")
        self.list.setAccessibleName("Changes")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(CutRow(self.list))
        hint = PlainText("A click goes back to that moment, or forward again.", SMALL, "muted", wrap=True)
        hint.setContentsMargins(14, 8, 14, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hint)
        column.addWidget(self.list, 1)
        services.theme.changed.connect(self._paint)
        self._paint()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self.list.doItemsLayout()  # rows that came before the list was seen are as high as the others

    def _paint(self) -> None:
        self.list.setCleanIcon(icon("save", self._services.theme.palette.text.secondary))
