"""``EnterPresses``: Enter presses the button that has the focus, as Space does; Qt lets it do so in dialogs only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QToolButton

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterPresses(QObject):
    """One for the application. It looks at the keys of whole windows; what is no button gets them as ever."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        application.focusWindowChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            button, held = QApplication.focusWidget(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            once = not held and not event.isAutoRepeat()
            if once and isinstance(button, QPushButton | QToolButton) and _takes_it(button):
                _press(button)
                return True
        return super().eventFilter(watched, event)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)


def _takes_it(button: QPushButton | QToolButton) -> bool:
    return button.isEnabled() and not isinstance(button.window(), QDialog)


def _press(button: QPushButton | QToolButton) -> None:
    if button.menu() is not None:
        button.showMenu()
    else:
        button.click()
