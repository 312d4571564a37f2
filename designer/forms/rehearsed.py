"""``Rehearsed``: what every step of a flow gives on a sample, from a run in memory on a worker thread.

Called by ``trying``. Law: nothing is sent; people answer by their first choice, time is skipped; the window never waits
for it, and values of an older drawing stand until newer ones are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from designer.document.clock import now
from designer.document.scenarios import effects_of
from designer.patience import Patience
from designer.session.answers import Answers
from designer.theme.passing_job import PassingJob
from nodes.contract import Value, from_wire
from nodes.pacing import paced
from nodes.registry import Registry
from runtime.model.flow import Flow
from runtime.model.project import Project

PAUSE_MS = 500


class Rehearsed(QObject):
    """One for the window."""

    ready = Signal()
    """other values than before"""
    _done = Signal(object, object)

    def __init__(self, registry: Registry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._patience = Patience()
        self._wanted: tuple[Project, str, str] | None = None
        self._key: tuple[Any, ...] = ()
        self._values: dict[tuple[str, str], Mapping[str, Value]] = {}
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._done.connect(lambda key, values: self._take(key, values))  # noqa: PLW0108 - typed

    def values(self, project: Project, flow: Flow, sample: str) -> Mapping[str, Value]:
        """Node id -> output, and ``vars``; what is known now. Newer ones are worked out, and ``ready`` says so."""
        key = (flow.id, sample, id(flow), id(project.samples.get(flow.id)), id(project.scenarios.get(flow.id)))
        if key != self._key:
            self._key, self._wanted = key, (project, flow.id, sample)
            if (flow.id, sample) in self._values:
                self._timer.start()
            else:
                self._timer.start(0)
        return self._values.get((flow.id, sample), {})

    def close(self) -> None:
        """Wait for the one that is being made."""
        self._timer.stop()
        self._patience.end()
        self._pool.waitForDone()

    def _begin(self) -> None:
        if self._wanted is not None:
            self._pool.start(_Run(self._registry, *self._wanted, self._patience, self._done.emit))
            self._wanted = None

    def _take(self, key: tuple[str, str], values: Mapping[str, Value]) -> None:
        if values != self._values.get(key):
            self._values[key] = values
            self.ready.emit()


class _Run(PassingJob):
    def __init__(
        self,
        registry: Registry,
        project: Project,
        flow: str,
        sample: str,
        patience: Patience,
        done: Callable[[object, object], None],
    ) -> None:
        super().__init__()
        self._registry, self._project, self._flow, self._sample = registry, project, flow, sample
        self._patience, self._done = patience, done

    def do(self) -> None:
        with paced(self._patience.rest):
            values = rehearse(self._registry, self._project, self._flow, self._sample)
        try:
            self._done((self._flow, self._sample), values)
        except RuntimeError:  # the window was closed meanwhile: nobody waits for the values any more
            return


def rehearse(registry: Registry, project: Project, flow: str, sample: str) -> dict[str, Value]:
    """Node id -> output, and ``vars``, as far as the run comes; nothing if the flow can't be run as it is drawn."""
    from designer.session.rehearsal import Rehearsal  # on this thread: the engine is not needed for the first window

    answers = Answers(seen=effects_of(project, flow, sample))
    try:
        given = from_wire(project.samples[flow][sample])
        rehearsal = Rehearsal(project, flow, registry, answers, start_at=now())
        rehearsal.start(given)
    except Exception:  # noqa: BLE001 - a flow that is being drawn may be wrong in any way; the check says in which
        return {}
    rehearsal.play_through()
    state = rehearsal.state
    found: dict[str, Value] = {
        step.node: step.output for step in state.steps.values() if step.state == "completed" and step.port != "error"
    }
    return {**found, "vars": dict(state.vars)}
