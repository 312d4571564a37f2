"""``Checking``: the findings of ``baton check``, live. Made on a worker thread 400 ms after the last change.

Law: the UI thread never waits for it, and a finding always belongs to the newest project that was checked. A flow in
which nothing is drawn yet is no mistake while somebody draws: that nothing starts it is told when it is to be released.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from designer.document.document import Document
from designer.patience import Patience
from designer.theme.passing_job import PassingJob
from nodes.pacing import paced
from runtime.model.drawing import DecisionFacts, TypeSource
from runtime.model.flow import Flow
from runtime.model.problems import Problem, Severity
from runtime.model.project import Project
from runtime.model.rules import check_project
from runtime.model.rules.start_missing import RULE as NO_START

PAUSE_MS = 400


class Checking(QObject):
    """Live findings of the open project."""

    changed = Signal()
    """``problems`` has new findings"""
    _checked = Signal(Project, object)

    def __init__(self, document: Document, registry: TypeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._registry = registry
        self._patience = Patience()
        self._decisions = _Decisions()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._checked.connect(self._take)
        self.problems: tuple[Problem, ...] = ()
        self.checked: Project | None = None
        """the project that ``problems`` are about; None before the first check"""
        document.changed.connect(lambda _change: self._timer.start())
        self._timer.start()

    def of(self, flow: str, node: str | None = None) -> tuple[Problem, ...]:
        """Findings about a flow, or about one of its nodes."""
        return tuple(
            found
            for found in self.problems
            if found.where.flow == flow and (node is None or node in (found.where.node, *(found.where.edge or ())[:1]))
        )

    @property
    def errors(self) -> int:
        """How many of them stop a release."""
        return sum(found.severity is Severity.ERROR for found in self.problems)

    def check_now(self) -> tuple[Problem, ...]:
        """The findings of the project as it is now, made at once (in tests)."""
        project = self._document.project
        self.tell(project, tuple(check_project(project, self._registry)))
        return self.problems

    def close(self) -> None:
        """Wait for the check that is being made; none begins afterwards."""
        self._timer.stop()
        self._patience.end()
        self._pool.waitForDone()

    def _begin(self) -> None:
        project, done = self._document.project, self._checked.emit
        self._pool.start(_Check(project, self._registry, self._decisions, self._patience, done))

    def _take(self, project: Project, problems: Any) -> None:
        if project is not self._document.project:
            return  # changed meanwhile; the timer is running again
        blank = {flow.id for flow in blank_flows(project)}
        self.tell(project, tuple(p for p in problems if not (p.code == NO_START.code and p.where.flow in blank)))

    def tell(self, project: Project, problems: tuple[Problem, ...]) -> None:
        """All that was found in the project as it is now, by somebody who is about to release it."""
        self.checked = project
        if problems != self.problems:
            self.problems = problems
        self.changed.emit()


def blank_flows(project: Project) -> tuple[Flow, ...]:
    """Those in which nothing is drawn yet."""
    return tuple(flow for flow in project.flows.values() if not flow.nodes)


class _Check(PassingJob):
    def __init__(
        self,
        project: Project,
        registry: TypeSource,
        decisions: _Decisions,
        patience: Patience,
        done: Callable[[Project, object], None],
    ) -> None:
        super().__init__()
        self._project, self._registry, self._decisions = project, registry, decisions
        self._patience, self._done = patience, done

    def do(self) -> None:
        with paced(self._patience.rest):
            decisions = self._decisions.of(self._project)
            found = tuple(check_project(self._project, self._registry, decisions=decisions))
        self._done(self._project, found)


class _Decisions:
    """What the last check knew of the decisions: few changes touch one. Only the thread that checks asks it."""

    def __init__(self) -> None:
        self._facts = DecisionFacts({})

    def of(self, project: Project) -> DecisionFacts:
        """The facts about these very files."""
        if self._facts.files != project.decisions:
            self._facts = DecisionFacts(project.decisions)
        return self._facts
