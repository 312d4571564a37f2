"""``Following``: reads a run's journal as it grows, on a thread of its own, and hands it over in bunches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from designer.session.journal import envelope_of
from runtime.engine.codec import Unreadable
from runtime.wire import EventView, Problem

if TYPE_CHECKING:
    from runtime.client.door import Door


class Following(QThread):
    """Follows one run until it has ended or nobody listens any more."""

    came = Signal(object, object)
    """(this, one ``Envelope``): what was on its way comes even to those who listen no longer, so all say whose it is"""
    rested = Signal(object, object)
    """(this, the ``RunView``) each time the run comes to rest"""
    broke = Signal(object, Problem)
    """(this, a ``Problem``): the stream is over before the run is"""

    def __init__(self, door: Door, run: str, after: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door, self._run, self._after = door, run, after

    def run(self) -> None:
        try:
            for item in self._door.follow(self._run, after=self._after):
                if self.isInterruptionRequested():
                    return
                if isinstance(item, EventView):
                    self.came.emit(self, envelope_of(self._run, item))
                else:
                    self.rested.emit(self, item)
        except Problem as problem:
            self.broke.emit(self, problem)
        except Unreadable as problem:
            self.broke.emit(
                self,
                Problem(
                    500, "UNREADABLE", f"This run can't be read here: {problem}", todo="Open it with its own Baton."
                ),
            )
