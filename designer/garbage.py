"""``Garbage``: Python's look for objects that only refer to each other, while nobody works. Made once, by ``main``.

A full look takes 70 ms with a flow of a thousand steps open, and by itself comes after so many objects were made: in
the middle of a drag, or of every thirtieth command. Here young objects are looked at as they come, which takes a
millisecond; those that were made since the last look when hands are still; all of them once hands were still for long.
Where so much was made at once that a look would be felt (a thousand steps were pasted), it is set aside for then.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication

YOUNG, MIDDLE, NEVER = 5_000, 4, 1_000_000
"""thresholds of Python: objects after which the young are looked at, looks of those before one of the middle-aged, and
looks of those before a full one"""
EVERY_MS = 1_000
"""between two times that it is asked whether hands are still: those that did nothing from one to the next"""
ENOUGH, MOST = 2, 4
"""looks at the middle-aged since the last look: below the first (40,000 objects) there is nothing to do, above the
second a look would take longer than 40 ms"""
LONG = 60
"""times in a row that hands are still, after which nobody is there: a minute"""


class Garbage(QObject):
    """One per process."""

    looks = False
    """whether there is one: else what is set aside would stay for good (Python counts what is, one by one)"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.freeze()
        Garbage.looks = True
        self._seen: object = None
        self._still = 0
        self._now_and_then = QTimer(self, interval=EVERY_MS)
        self._now_and_then.timeout.connect(self.look)
        self._now_and_then.start()

    def look(self) -> None:
        """If hands are still: at what is new, where that is enough; at everything if they are for long."""
        seen, self._seen = self._seen, hands()
        if self._seen != seen or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._still = 0
            return
        self._still += 1
        new = gc.get_count()[2]
        if self._still == LONG:
            gc.unfreeze()
            gc.collect()
        elif new < ENOUGH:
            return
        elif new <= MOST:
            gc.collect()
        gc.freeze()


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
