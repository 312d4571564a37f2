"""The step that takes another back is a node of the same flow without edges (SEMANTICS U1)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Child, Children, Effect
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("UNDO_INVALID", Severity.ERROR, "Every undo is a step of its own without lines")


def check(context: Checked) -> Iterable[Problem]:
    """``undo`` that names nothing, the step itself, or a step with lines; and on a step that does nothing outside."""
    for drawing in context.drawings:
        linked = {end for edge in drawing.flow.edges for end in (edge.source, edge.target)}
        for node in drawing:
            undo = node.node.undo
            if undo is None:
                continue
            edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": "undo"}
            fix = Fix("Remove the undo", edit)
            if undo not in drawing.nodes:
                near = drawing.meant(undo, drawing.nodes)
                advice = f"Did you mean {near}?" if near else "Add that step, or remove the undo."
                message = f'{node.label} is taken back by "{shortened(undo)}", which does not exist. {advice}'
            elif undo == node.id or undo in linked:
                message = (
                    f"{node.label} is taken back by {drawing.label(undo)}, which has lines of its own. A step that "
                    "takes another back stands alone; add one without lines."
                )
            elif node.behaviour is not None and not isinstance(node.behaviour, Effect | Child | Children):
                message = f"{node.label} changes nothing outside, so there is nothing to take back. Remove the undo."
            else:
                continue
            yield RULE.problem(drawing.where(node, "undo"), message, fix)
