"""A step that calls a flow has a way out for each of its outcomes, and for no other (SEMANTICS B1, F5)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import DONE, TIMEOUT, Child, Children
from runtime.model.drawing import Checked, Drawing, NodeFacts, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("CHILD_OUTCOMES", Severity.ERROR, "A step that calls a flow knows its outcomes")
CANCELLED = "cancelled"
OWN = frozenset({DONE.name, TIMEOUT.name, CANCELLED})
"""ways out that a calling step has besides the outcomes"""


def check(context: Checked) -> Iterable[Problem]:
    """Outcomes without a way out, ways out of no outcome, and loops that stop on what never comes."""
    for drawing in context.drawings:
        for node in drawing:
            called = getattr(node.behaviour, "flow", None)
            flow = context.project.flows.get(called) if isinstance(called, str) else None
            if flow is None:
                continue
            known = [outcome.id for outcome in flow.outcomes]
            if isinstance(node.behaviour, Child) and node.ports is not None:
                yield from _of_child(drawing, node, flow.id, known)
            elif isinstance(node.behaviour, Children):
                yield from _of_loop(drawing, node, node.behaviour, known)


def _of_child(drawing: Drawing, node: NodeFacts, called: str, known: list[str]) -> Iterable[Problem]:
    clash = [outcome for outcome in known if outcome in OWN]
    if clash:
        message = (
            f'{node.label} calls "{shortened(called)}", whose outcome {clash[0]} is a way out that every such step has '
            "for another reason. Give the outcome another name."
        )
        yield RULE.problem(drawing.where(node, "config.flow"), message)
        return
    ways = [port.name for port in node.ports or () if port.name not in OWN]
    missing = [outcome for outcome in known if outcome not in ways]
    foreign = [way for way in ways if way not in known]
    if not missing and not foreign:
        return
    has = f"ends with {one_of(known, 'or')}" if known else "has no outcomes"
    said = f"this step has ways out for {one_of(ways, 'and')}" if ways else "this step has a way out for none of that"
    message = f'{node.label}: the flow "{shortened(called)}" {has}, and {said}. Fill the outcomes in again.'
    edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.outcomes", "value": known}
    fix = (
        Fix("Fill the outcomes in", edit)
        if node.config is not None and "outcomes" in type(node.config).model_fields
        else None
    )
    yield RULE.problem(drawing.where(node, "config.outcomes"), message, fix)


def _of_loop(drawing: Drawing, node: NodeFacts, loop: Children, known: list[str]) -> Iterable[Problem]:
    for n, outcome in enumerate(loop.stop_on, 1):
        if outcome in known or outcome == CANCELLED:
            continue
        near = drawing.meant(outcome, [*known, CANCELLED])
        advice = f"Did you mean {near}?" if near else f"Choose {one_of([*known, CANCELLED], 'or')}."
        message = (
            f'{node.label} stops on "{shortened(outcome)}", which is no outcome of "{shortened(loop.flow)}". {advice}'
        )
        field = f"config.stop_on[{n}]"
        edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": field, "value": near}
        yield RULE.problem(drawing.where(node, field), message, Fix(f"Use {near}", edit) if near else None)
