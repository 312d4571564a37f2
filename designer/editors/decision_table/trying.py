"""``Trying``: tries a case on the table, in a large one beside the window: to read a thousand rules as a table that
decides takes a fifth of a second, and comes after each change of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from designer.editors.decision_table.trial import Given, Trial, try_case
from designer.keeping.work import Worker
from designer.patience import Patience
from nodes.dmn.editing import Sheet
from nodes.pacing import paced

AT_ONCE = 100
"""rules up to which a case is tried while it is typed"""


class Trying(QObject):
    """One per page. Of what is typed while a case is tried, only the newest is tried next."""

    tried = Signal(object, Trial)
    """the values by column, and what comes of them"""

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._patience = Patience()
        self._newest: tuple[Sheet, Mapping[int, Given]] | None = None
        self._busy = False

    def ask(self, sheet: Sheet, given: Mapping[int, Given]) -> None:
        """``tried`` will tell; in a small table before this returns."""
        self._newest = sheet, given
        if len(sheet.rows) <= AT_ONCE:
            self.tried.emit(given, try_case(sheet, given))
        elif not self._busy:
            self._begin()

    def close(self) -> None:
        """Nobody waits for it any more."""
        self._newest = None
        self._patience.end()

    def _begin(self) -> None:
        asked = self._newest
        if asked is None:
            return
        self._busy = True

        def work() -> Trial:
            with paced(self._patience.rest):
                return try_case(*asked)

        self._worker.do(work, lambda trial: self._end(trial, asked))

    def _end(self, trial: Trial, asked: tuple[Sheet, Mapping[int, Given]]) -> None:
        self._busy = False
        if self._newest is asked:
            self.tried.emit(asked[1], trial)
        else:
            self._begin()
