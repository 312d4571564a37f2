"""Limits that keep one drawing from stopping everything else (FAULTS M02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runtime.model.drawing import Checked, flow_limit_faults, shortened
from runtime.model.flow import Flow
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("FLOW_LIMIT", Severity.ERROR, "No flow and no text in it is larger than people can read")

MAX_TITLE = 200
MAX_DESCRIPTION = 20_000
_NAMED = 20
"""Overlong titles of one flow that are named one by one."""


def check(context: Checked) -> Iterable[Problem]:
    """Too many nodes or edges (such flows are looked at no further), and texts that are too long."""
    for flow in context.project.flows.values():
        for fault in flow_limit_faults(flow):
            message = f"The flow {fault}. Split it into several flows; nothing else in it was checked."
            yield RULE.problem(Where(flow=flow.id), message)
        named = 0
        for where, what, length, most in _texts(flow):
            if length > most and named < _NAMED:
                named += 1
                message = f"{what} has {length:,} characters; at most {most:,} are allowed. Shorten it."
                yield RULE.problem(where, message)


def _texts(flow: Flow) -> Iterator[tuple[Where, str, int, int]]:
    yield Where(flow=flow.id, field="title"), "The flow's title", len(flow.title), MAX_TITLE
    yield Where(flow=flow.id, field="description"), "The flow's description", len(flow.description), MAX_DESCRIPTION
    for n, outcome in enumerate(flow.outcomes, 1):
        where = Where(flow=flow.id, field=f"outcomes[{n}].title")
        yield where, f'The title of the outcome "{shortened(outcome.id)}"', len(outcome.title), MAX_TITLE
    for node in flow.nodes:
        where = Where(flow=flow.id, node=node.id, field="title")
        yield where, f'The title of "{shortened(node.id)}"', len(node.title), MAX_TITLE
