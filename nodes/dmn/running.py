"""One evaluation of a model under way: FEEL's `Running` that also keeps what happened.

Who makes it: `evaluation`. Who writes into it: compiled logic, through `note` and `hit`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from nodes.dmn.errors import Problem
from nodes.dmn.limits import MAX_RECORDS
from nodes.dmn.result import Evaluated, Fired
from nodes.feel import Budget
from nodes.feel.running import Running


class DecisionRunning(Running):
    """Mutable, of one evaluation, in one thread. `element` is the name of the decision that is being evaluated."""

    __slots__ = ("element", "fired", "problems", "trace")

    def __init__(self, budget: Budget, now: dt.datetime | None, zone: str) -> None:
        super().__init__({}, [], budget, now, zone)
        self.element = ""
        self.fired: list[Fired] = []
        self.problems: list[Problem] = []
        self.trace: list[Evaluated] = []

    def hit(self, fired: Fired) -> None:
        """Keep a rule that fired."""
        if len(self.fired) < MAX_RECORDS:
            self.fired.append(fired)


def note(running: Running, problem: Problem) -> None:
    """Keep a problem, once."""
    assert isinstance(running, DecisionRunning), "logic of a model runs in an evaluation of that model"
    if len(running.problems) < MAX_RECORDS and problem not in running.problems[-50:]:
        running.problems.append(problem)


def with_scope(running: Running, scope: dict[str, Any], code: Any) -> Any:
    """The value of a closure in another scope."""
    around, running.scope = running.scope, scope
    try:
        return code(running)
    finally:
        running.scope = around
