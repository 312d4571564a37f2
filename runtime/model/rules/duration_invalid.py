"""Lengths of time of flows and nodes are ISO durations of more than nothing."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel import DaysTimeDuration, YearsMonthsDuration, parse_duration
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("DURATION_INVALID", Severity.ERROR, "Every length of time can be read")


def check(context: Checked) -> Iterable[Problem]:
    """``sla`` of flows, ``sla`` and ``timeout`` of nodes."""
    for drawing in context.drawings:
        given = [(drawing.where(None, "sla"), "The flow's SLA", drawing.flow.sla)]
        for node in drawing:
            given.append((drawing.where(node, "sla"), f"The SLA of {node.label}", node.node.sla))
            given.append((drawing.where(node, "timeout"), f"The time limit of {node.label}", node.node.timeout))
        for where, what, text in given:
            if text is not None:
                yield from _judged(where, what, text)


def _judged(where: Where, what: str, text: str) -> Iterable[Problem]:
    try:
        length = parse_duration(text)
    except (ValueError, TypeError):
        length = None
    if not isinstance(length, DaysTimeDuration | YearsMonthsDuration):
        advice = "Write PT4H (4 hours), P3D (3 days) or P1M (1 month)."
        yield RULE.problem(where, f'{what}, "{shortened(text)}", is no length of time. {advice}')
    elif (length.nanoseconds if isinstance(length, DaysTimeDuration) else length.months) <= 0:
        yield RULE.problem(where, f'{what}, "{shortened(text)}", should be more than nothing. Write PT4H for 4 hours.')
