"""``Garbage``: Python's look for objects that only refer to each other, while nobody works. Made once, by ``main``.

A full look takes 70 ms with a flow of a thousand steps open, and by itself comes after so many objects were made: in
the middle of a drag, or of every thirtieth command. Here only young objects are looked at as they come, which takes a
millisecond; all of them when a timer finds hands still.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication

YOUNG, MIDDLE, NEVER = 5_000, 10, 1_000_000
"""thresholds of Python: objects after which the young are looked at, looks of those before one of the middle-aged, and
looks of those before a full one"""
EVERY_MS, STILL_MS = 5_000, 2_000
ENOUGH = 2
"""looks at the middle-aged since the last full one (100,000 objects), below which there is nothing to do"""


class Garbage(QObject):
    """One per process."""

    looks = False
    """whether there is one: else what is set aside would stay for good (Python counts what is, one by one)"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.freeze()
        Garbage.looks = True
        self._before: object = None
        self._now_and_then = QTimer(self, interval=EVERY_MS)
        self._now_and_then.timeout.connect(self.look_soon)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self.look_if_still)
        self._now_and_then.start()

    def look_soon(self) -> None:
        """If there is enough to look for, and hands are still for a moment from now on."""
        if gc.get_count()[2] >= ENOUGH:
            self._before = hands()
            self._still.start()

    def look_if_still(self) -> bool:
        """A full look, unless somebody does something; whether it was done."""
        still = hands() == self._before and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        if still:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        return still


def set_aside() -> None:
    """Much was made just now that stays, such as a whole flow: only full looks have to look at it."""
    if Garbage.looks:
        gc.freeze()


def hands() -> object:
    """Something that differs whenever somebody points or types."""
    typing = QApplication.focusWidget()
    place = typing.inputMethodQuery(Qt.InputMethodQuery.ImCursorPosition) if typing is not None else None
    at = QCursor.pos()
    return at.x(), at.y(), typing, place
