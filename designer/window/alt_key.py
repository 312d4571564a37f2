"""``AltKey``: Alt pressed and let go alone. Together with another key, a click or the wheel it means something else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

_ELSE = {QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate}


class AltKey(QObject):
    """Listens to all events, but only while the key is down: no other moment pays for it."""

    def __init__(self, then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._alone = False

    def pressed(self) -> None:
        """Alt goes down."""
        if not self._alone:
            self._alone = True
            QApplication.instance().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        kind = event.type()
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt:
            self._stop()
            self._then()
        elif kind in _ELSE or (  # a key that is a shortcut is never pressed, only offered
            kind in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
            and isinstance(event, QKeyEvent)
            and event.key() != Qt.Key.Key_Alt
        ):
            self._stop()
        return False

    def _stop(self) -> None:
        self._alone = False
        QApplication.instance().removeEventFilter(self)
