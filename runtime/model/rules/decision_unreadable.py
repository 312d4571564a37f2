"""A decision file is read whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.decisions import UnreadDecision
from runtime.model.drawing import Checked
from runtime.model.on_disk import DECISION
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("DECISION_UNREADABLE", Severity.ERROR, "Every decision file can be read")


def check(context: Checked) -> Iterable[Problem]:
    """Decision files that are no DMN, too large, or import in a circle."""
    for file in context.decisions:
        found = context.decisions.get(file)
        if isinstance(found, UnreadDecision):
            line = f"line {found.line}" if found.line else None
            yield RULE.problem(Where(file=DECISION.path(file), field=line), f"The file can't be read. {found.message}")
