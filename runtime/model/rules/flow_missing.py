"""A project without a flow has nothing to run: its files probably lie elsewhere, or are named otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("FLOW_MISSING", Severity.WARNING, "A project has a flow")


def check(context: Checked) -> Iterable[Problem]:
    """Projects in which no flow was found, and none that can't be read."""
    if not context.project.flows and context.all_flows_read:
        message = "This project has no flow, so there is nothing to run. Add one as flows/NAME.flow.json."
        yield RULE.problem(Where(file="flows"), message)
