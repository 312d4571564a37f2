"""``Covering``: what lies over a window for a while (find, keys). Law: whoever had the focus before has it after."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QWidget

from designer.theme.alive import alive


class Covering(QWidget):
    """``cover(focus)`` shows it over everything, with the focus on one of its parts."""

    _before: QWidget | None = None

    def cover(self, focus: QWidget) -> None:
        """Over everything, ready for the keyboard."""
        self._before = QApplication.focusWidget()
        super().show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802  Qt's name
        """What lies beneath is out of reach: Tab stays."""
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        before, self._before = self._before, None
        if before is not None and alive(before) and before.isVisible() and before.window() is self.window():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        super().closeEvent(event)
