"""``CopiedRows``: Ctrl C in a table copies what is selected in it, as text, whatever else the window would copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView


class CopiedRows(QObject):
    """Watches one view. ``text`` says what is copied; else the selected cells, parted by tabs as in spreadsheets."""

    def __init__(self, view: QAbstractItemView, text: Callable[[], str] | None = None) -> None:
        super().__init__(view)
        self._view = view
        self._text = text or self.selected
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """The keys that copy, before the window's action gets them."""
        if not isinstance(event, QKeyEvent) or not event.matches(QKeySequence.StandardKey.Copy):
            return False
        if event.type() is QEvent.Type.KeyPress:
            self.copy()
        event.accept()
        return True

    def copy(self) -> None:
        """Where nothing is selected, what was copied before stays."""
        if text := self._text():
            QGuiApplication.clipboard().setText(text)

    def selected(self) -> str:
        """The selected cells that say something."""
        rows: dict[int, list[QModelIndex]] = {}
        for at in self._view.selectionModel().selectedIndexes():
            rows.setdefault(at.row(), []).append(at)
        return "\n".join(
            "\t".join(str(at.data(Qt.ItemDataRole.DisplayRole) or "") for at in sorted(row, key=QModelIndex.column))
            for _, row in sorted(rows.items())
        )
