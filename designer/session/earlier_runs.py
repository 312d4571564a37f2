"""``EarlierRuns``: the runs of this project that this machine keeps, as the runtime of their place lists them.

The session's; "Past runs" and the table editor ask it. Law: a runtime is started only where runs are kept or asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from designer.document.document import Document
from designer.session.runtime_door import RuntimeDoor

if TYPE_CHECKING:  # see session.py
    from runtime.wire import Problem

PAGE = 100


class EarlierRuns:
    """``practises`` says whether the next run goes to the practice systems; ``refused`` takes what can't be asked."""

    def __init__(
        self,
        document: Document,
        runtime: RuntimeDoor,
        practises: Callable[[], bool],
        refused: Callable[[Problem], None],
    ) -> None:
        self._document, self._runtime, self._practises, self._refused = document, runtime, practises, refused

    def kept(self) -> tuple[bool, ...]:
        """Where runs are kept, the place that was used last first: True is with practice systems."""
        return self._runtime.runs.kept()

    def recent(
        self,
        then: Callable[[Any], None],
        failed: Callable[[], object] = lambda: None,
        *,
        practice: bool | None = None,
        after: str | None = None,
    ) -> None:
        """Hands the runs that a runtime knows to ``then``, youngest first, a page behind ``after``: the one that was
        used last, if none is named. It is started, and goes on with what waits there.
        """
        if practice is None:
            practice = (*self.kept(), self._practises())[0] if self._runtime.state == "off" else None

        def refused(problem: Problem) -> None:
            failed()
            self._refused(problem)

        if practice is not None:
            self._runtime.use(practice=practice)
        self._runtime.ask(lambda door: door.runs(limit=PAGE, after=after), then, refused)

    def begun(self, runs: Sequence[str], then: Callable[[Mapping[str, str]], None], *, practice: bool) -> None:
        """Hands to ``then`` with which values each of these runs was started, in words."""
        from designer.session.begun import begun_with

        self._runtime.ask(lambda door: begun_with(door, runs), then, self._refused, practice=practice)

    def outcome_title(self, flow_id: str, outcome: str | None) -> str:
        """What the flow as drawn now calls an outcome; its id if it knows it no longer, nothing for none."""
        flow = self._document.project.flows.get(flow_id)
        titles = {} if flow is None else {one.id: one.title for one in flow.outcomes}
        return titles.get(outcome or "") or outcome or ""
