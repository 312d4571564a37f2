"""``Patience``: work on a thread that lets the window go first. Each few milliseconds it asks the window for leave, and
the window gives it when it has nothing else to do.

Python runs one thread at a time, and each call into Qt gives that right away: a turn of the window beside a thread that
never rests takes five times as long. One that waits for leave is in its way for one piece of work at most.
"""

from __future__ import annotations

import time
from threading import Event

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

WORK_S = 0.003
"""seconds of work after which it asks"""
LEAVE_S = 0.25
"""how long it waits for leave: a turn of the window takes less, so somebody holds the window up; perhaps to wait for
this very work"""


class Patience:
    """One per work, made on the window's thread: ``rest`` is called on its own, ``end`` on the window's."""

    def __init__(self) -> None:
        self.ended = False
        self._door = _door()
        self._until = 0.0

    def end(self) -> None:
        """Nobody waits for the answer any more."""
        self.ended = True

    def rest(self) -> bool:
        """Whether to go on; waits for leave where it is time to ask."""
        if not self.ended and time.perf_counter() > self._until:
            given = self._door is None or self._door.ask()
            self._until = time.perf_counter() + (WORK_S if given else LEAVE_S)
        return not self.ended


class _Asking(QEvent):
    """One wish for leave, in the window's queue."""

    KIND = QEvent.Type(QEvent.registerEventType())

    def __init__(self) -> None:
        super().__init__(self.KIND)
        self.leave = Event()


class _Door(QObject):
    """Where all works ask; it lives on the window's thread."""

    def ask(self) -> bool:
        """Whether leave was given, called on any thread."""
        asking = _Asking()
        leave = asking.leave
        try:
            QCoreApplication.postEvent(self, asking, Qt.EventPriority.LowEventPriority.value)
        except RuntimeError:  # the application has gone: there is no window to wait for
            return False
        return leave.wait(LEAVE_S)

    def event(self, event: QEvent) -> bool:
        """Leave is given: everything that was more pressing is done."""
        if isinstance(event, _Asking):
            event.leave.set()
            return True
        return super().event(event)


def _door() -> _Door | None:
    application = QCoreApplication.instance()
    if application is None:
        return None
    known = application.findChild(_Door, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return _Door(application) if known is None else known
