"""``PassingJob``: work that a pool does once on a thread of its own, and that holds nothing afterwards.

Law: where a runnable is over before ``QThreadPool.start`` has returned, PySide keeps it for ever; a window, a project
or an answer that it held would stay with it.
"""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QRunnable


class PassingJob(QRunnable):
    """``do`` is the work; it may raise nothing."""

    @abstractmethod
    def do(self) -> None:
        """Called once, on the pool's thread."""

    def run(self) -> None:
        """Qt calls this."""
        try:
            self.do()
        finally:
            self.__dict__.clear()
