"""``Findings``: the analysis of the table, made on a worker thread a moment after the last change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from designer.patience import Patience
from nodes.dmn import Analysis, DmnError, analyse, parse_model
from nodes.dmn.boxed import DecisionTable
from nodes.pacing import paced

PAUSE_MS = 350


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the table in ``content``. ``problem``: why nothing could be known."""

    content: bytes
    analysis: Analysis | None
    problem: str = ""
    model: Any = None


def look(content: bytes, decision: str) -> Found:
    """Analyse the table of a decision now."""
    try:
        model = parse_model(content)
        wanted = next((d for d in model.decisions.values() if decision in (d.id, d.name)), None)
        if wanted is None or not isinstance(wanted.logic, DecisionTable):
            return Found(content, None, f"There is no table “{decision}” in this file.")
        return Found(content, analyse(wanted.logic, model), model=model)
    except DmnError as error:
        return Found(content, None, str(error))


class Findings(QObject):
    """``changed`` with a ``Found`` for the newest content."""

    changed = Signal(Found)
    _done = Signal(Found)

    def __init__(self, decision: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decision = decision
        self._content = b""
        self._patience = Patience()
        self.found: Found | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._done.connect(self._take)

    def look_at(self, content: bytes, *, at_once: bool = False) -> None:
        """Look at this content, once nothing has changed for a moment."""
        if content is self._content and self.found is not None:
            return
        self._content = content
        if at_once:
            self._begin()
        else:
            self._timer.start()

    def close(self) -> None:
        """Wait for the look that is under way."""
        self._timer.stop()
        self._patience.end()
        self._pool.waitForDone()

    def _begin(self) -> None:
        self._pool.start(_Look(self._content, self._decision, self._patience, self._done))

    def _take(self, found: Found) -> None:
        if found.content is self._content:
            self.found = found
            self.changed.emit(found)


class _Look(QRunnable):
    def __init__(self, content: bytes, decision: str, patience: Patience, done: Any) -> None:
        super().__init__()
        self._content, self._decision, self._patience, self._done = content, decision, patience, done

    def run(self) -> None:
        with paced(self._patience.rest):
            found = look(self._content, self._decision)
        try:
            self._done.emit(found)
        except RuntimeError:
            return  # the page was closed meanwhile
