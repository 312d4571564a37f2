"""Retry policy and timeout belong to steps that work outside; elsewhere they do nothing (SEMANTICS R2, R5)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect
from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("RETRY_POINTLESS", Severity.WARNING, "Retry policies and time limits stand where they have an effect")


def check(context: Checked) -> Iterable[Problem]:
    """``retry`` and ``timeout`` on nodes that have no effect outside."""
    for drawing in context.drawings:
        for node in drawing:
            if node.behaviour is None or isinstance(node.behaviour, Effect):
                continue
            for field, given in (("retry", node.node.retry), ("timeout", node.node.timeout)):
                if given is not None:
                    what = "a retry policy" if field == "retry" else "the time limit of an attempt"
                    message = f"{node.label} does nothing outside, so {what} has no effect there. Remove it."
                    edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": field}
                    yield RULE.problem(drawing.where(node, field), message, Fix("Remove it", edit))
