"""``InSlices``: goes through pieces of work, some in each turn of the window, and says when it is through.

Law: slices are counted, not timed, so it goes the same way everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from PySide6.QtCore import QObject, QTimer


class InSlices(QObject):
    """``begin`` goes through the first slice at once, so what is short is through when it returns."""

    def __init__(self, size: int, parent: QObject) -> None:
        super().__init__(parent)
        self._size = size
        self._pieces: Iterator[object] = iter(())
        self._then: Callable[[], object] = lambda: None
        self._soon = QTimer(self, singleShot=True, interval=1)  # with 0 it would come again in the same turn
        self._soon.timeout.connect(self._go)

    def begin(self, pieces: Iterator[object], then: Callable[[], object]) -> None:
        """``then`` is called behind the last of the pieces. What was still to come of others is left."""
        self._pieces, self._then = pieces, then
        self._go()

    @property
    def going(self) -> bool:
        """Whether there is more to come."""
        return self._soon.isActive()

    def stop(self) -> None:
        """Nothing comes any more."""
        self._soon.stop()

    def _go(self) -> None:
        self._soon.stop()
        if sum(1 for _ in islice(self._pieces, self._size)) < self._size:
            self._then()
        else:
            self._soon.start()
