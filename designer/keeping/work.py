"""``Worker``: one thread beside the window, for what reads or writes the disk. What it did comes back as a signal.

Law: work is done in the order in which it was given, and nothing of it is dropped when the window closes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

from designer.theme.passing_job import PassingJob

T = TypeVar("T")


class Worker(QObject):
    """``do(work, then, failed)``: ``work`` runs on the thread, one of the others in the window's."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._hand_over)

    def do(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] = lambda _outcome: None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """``failed`` gets what ``work`` raised; without it, nothing may be raised."""
        self._pool.start(_Work(work, then, failed, self._done.emit))

    def _hand_over(self, then: Any, outcome: object) -> None:
        then(outcome)

    def finish(self) -> None:
        """Wait until all of it is done."""
        self._pool.waitForDone()


class _Work(PassingJob):
    def __init__(
        self,
        work: Callable[[], object],
        then: Callable[[Any], object],
        failed: Callable[[Exception], object] | None,
        done: Callable[[Any, Any], None],
    ) -> None:
        super().__init__()
        self._work, self._then, self._failed, self._done = work, then, failed, done

    def do(self) -> None:
        if self._failed is None:
            self._done(self._then, self._work())
            return
        try:
            outcome = self._work()
        except Exception as fault:  # noqa: BLE001 - it is handed to whoever gave the work, who says it to people
            self._done(self._failed, fault)
            return
        self._done(self._then, outcome)
