"""``Findings``: the analysis of the table, its saved tests and its past cases, on a thread a moment after a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from designer.editors.decision_table.placed import Placed, place
from designer.patience import Patience
from designer.session.past_cases import PastCase
from designer.theme.passing_job import PassingJob
from nodes.dmn import Analysis, DmnError, analyse, parse_model
from nodes.dmn.boxed import DecisionTable
from nodes.dmn.editing import Sheet, read_table
from nodes.pacing import paced
from runtime.model.table_tests import Judged, TableTest, judged

PAUSE_MS = 350


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the table in ``content``. ``problem``: why nothing could be known."""

    content: bytes
    analysis: Analysis | None
    problem: str = ""
    model: Any = None
    sheet: Sheet | None = None
    judged: tuple[Judged, ...] = ()
    past: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at: a file, its saved tests, and what it was asked before."""

    content: bytes
    sheet: Sheet | None = None
    """the same table as texts"""
    tests: tuple[TableTest, ...] = ()
    cases: tuple[PastCase, ...] = ()


def sheet_in(content: bytes, decision: str | None) -> Sheet | None:
    """The table of a decision as texts, None if it can't be read."""
    try:
        return read_table(content, decision)
    except DmnError:
        return None


def look(asked: Asked, decision: str) -> Found:
    """Analyse the table of a decision now, and run its tests."""
    content, sheet = asked.content, asked.sheet
    tests = judged(sheet, asked.tests) if sheet is not None else ()
    try:
        model = parse_model(content)
        wanted = next((d for d in model.decisions.values() if decision in (d.id, d.name)), None)
        if wanted is None or not isinstance(wanted.logic, DecisionTable):
            return Found(content, None, f"There is no table “{decision}” in this file.")
        past = place(model, sheet, (wanted.id, wanted.name), asked.cases) if sheet is not None else ()
        return Found(content, analyse(wanted.logic, model), "", model, sheet, tests, past)
    except DmnError as error:
        return Found(content, None, str(error), None, sheet, tests)


def rule_in_line(model: Any, line: int) -> tuple[str, int] | None:
    """(decision, rule from 0) of the rule in which a line of the file stands."""
    placed = [
        (rule.line, decision.name, number)
        for decision in model.decisions.values()
        if isinstance(decision.logic, DecisionTable)
        for number, rule in enumerate(decision.logic.rules)
    ]
    before = [one for one in placed if one[0] <= line]
    return max(before, key=lambda one: one[0])[1:] if before else None


class Findings(QObject):
    """``changed`` with a ``Found`` for the newest content."""

    changed = Signal(Found)
    _done = Signal(Asked, Found)

    def __init__(self, decision: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decision = decision
        self._asked = Asked(b"")
        self._patience = Patience()
        self.found: Found | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._done.connect(self._take)

    def look_at(self, asked: Asked, *, at_once: bool = False) -> None:
        """Look at this, once nothing has changed for a moment; ``at_once``: somebody waits for it."""
        before = self._asked
        same = asked.content is before.content and (asked.tests, asked.cases) == (before.tests, before.cases)
        if same and not (at_once and self._timer.isActive()):
            return  # it is known, or being looked at
        self._asked = asked
        if at_once:
            self._timer.stop()
            self._begin()
        else:
            self._timer.start()

    def close(self) -> None:
        """Wait for the look that is under way."""
        self._timer.stop()
        self._patience.end()
        self._pool.waitForDone()

    def _begin(self) -> None:
        self._pool.start(_Look(self._asked, self._decision, self._patience, self._done))

    def _take(self, asked: Asked, found: Found) -> None:
        if asked is self._asked:
            self.found = found
            self.changed.emit(found)


class _Look(PassingJob):
    def __init__(self, asked: Asked, decision: str, patience: Patience, done: Any) -> None:
        super().__init__()
        self._asked, self._decision, self._patience, self._done = asked, decision, patience, done

    def do(self) -> None:
        with paced(self._patience.rest):
            found = look(self._asked, self._decision)
        try:
            self._done.emit(self._asked, found)
        except RuntimeError:
            return  # the page was closed meanwhile
