"""``Beside``: questions to folders that may not answer, as in a network that is away: each on a thread of its
own, so that none waits for another.

Law: nobody waits for them, neither a window nor the end of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

T = TypeVar("T")


class Asked:
    """One question. ``stop`` takes it back: its answer is told to nobody any more."""

    def __init__(self, then: Callable[[Any], object]) -> None:
        self.then: Callable[[Any], object] | None = then

    @property
    def open(self) -> bool:
        """Whether the answer is still waited for."""
        return self.then is not None

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self.then = None


class Beside(QObject):
    """``ask(work, then)``: ``work`` runs on a thread and may raise nothing, ``then`` gets what it gave, here."""

    _came = Signal(Asked, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: list[Asked] = []
        self._came.connect(self._hand_over)

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return any(asked.open for asked in self._asked)

    def ask(self, work: Callable[[], T], then: Callable[[T], object]) -> Asked:
        """What it gives can be taken back."""
        asked = Asked(then)
        self._asked.append(asked)

        def look() -> None:
            answer = work()
            with suppress(RuntimeError):  # the process ends, and nobody is there to hear it
                self._came.emit(asked, answer)

        threading.Thread(target=look, daemon=True).start()
        return asked

    def leave(self) -> None:
        """All of them are taken back."""
        for asked in self._asked:
            asked.stop()

    def _hand_over(self, asked: Asked, answer: Any) -> None:
        self._asked.remove(asked)
        then, asked.then = asked.then, None
        if then is not None:
            then(answer)
