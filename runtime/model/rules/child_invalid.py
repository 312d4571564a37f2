"""A flow that is called belongs to the same project (SEMANTICS B1, F1), and calls don't go round in a circle (M01)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Child, Children
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("CHILD_INVALID", Severity.ERROR, "Every flow that is called exists and comes to an end")


def check(context: Checked) -> Iterable[Problem]:
    """Unknown flows, calls through which a flow would call itself, and flows that can't be started by a call."""
    calls = {
        drawing.flow.id: {node.behaviour.flow for node in drawing if isinstance(node.behaviour, Child | Children)}
        for drawing in context.drawings
    }
    starts = {drawing.flow.id: len(drawing.triggers) for drawing in context.drawings}
    for drawing in context.drawings:
        for node in drawing:
            if not isinstance(node.behaviour, Child | Children):
                continue
            flow = node.behaviour.flow
            where = drawing.where(node, "config.flow")
            if flow not in context.project.flows and not context.all_flows_read:
                continue  # it may be the one that can't be read
            if flow not in context.project.flows:
                near = drawing.meant(flow, context.project.flows)
                advice = f"Did you mean {near}?" if near else "Add that flow to the project, or name another."
                message = f'{node.label} calls the flow "{shortened(flow)}", which does not exist. {advice}'
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.flow", "value": near}
                yield RULE.problem(where, message, Fix(f"Use {near}", edit) if near else None)
            elif drawing.flow.id in _called_from(flow, calls):
                message = (
                    f'{node.label} calls "{shortened(flow)}", from which this flow is called again, without end. '
                    "Draw the repetition as a loop with a limit."
                )
                yield RULE.problem(where, message)
            elif starts.get(flow, 1) != 1:
                message = (
                    f'{node.label} calls "{shortened(flow)}", which has {starts[flow]} starts. '
                    "A flow that is called needs exactly one."
                )
                yield RULE.problem(where, message)


def _called_from(flow: str, calls: dict[str, set[str]]) -> set[str]:
    """The flow, and all that its calls lead to."""
    found, waiting = {flow}, [flow]
    while waiting:
        for called in calls.get(waiting.pop(), set()) - found:
            found.add(called)
            waiting.append(called)
    return found
