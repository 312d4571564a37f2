"""``FocusRing``: the ring around what has the focus, only where the focus came by a key: a click needs no ring.

It gives buttons, boxes, lists of choices and tabs the property ``ring``, at which the style sheet looks. A field in
which one types shows where the cursor is, however it came there.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QTabBar, QWidget

from designer.theme.alive import alive

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.TabletPress})


class FocusRing(QObject):
    """One for the application. It looks at the events of whole windows, of which there are few."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._by_key = False
        self._ringed: QWidget | None = None
        application.focusWindowChanged.connect(self._watch)
        application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.KeyPress:
            self._by_key = True
        elif event.type() in _PRESSES:
            self._by_key = False
            self._put(None)
        return super().eventFilter(watched, event)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        ringed = now if self._by_key and isinstance(now, QAbstractButton | QComboBox | QTabBar) else None
        self._put(ringed)

    def _put(self, widget: QWidget | None) -> None:
        if self._ringed is not None and self._ringed is not widget and alive(self._ringed):
            _style(self._ringed, on=False)
        if widget is not None and widget is not self._ringed:
            _style(widget, on=True)
        self._ringed = widget


def _style(widget: QWidget, *, on: bool) -> None:
    widget.setProperty("ring", on)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
