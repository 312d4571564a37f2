"""A flow needs a trigger: without one nothing can start it."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Category
from runtime.model.drawing import Checked, Drawing
from runtime.model.problems import Fix, Problem, Rule, Severity

PLAINEST = "triggers/manual"

RULE = Rule("START_MISSING", Severity.ERROR, "Every flow can be started")


def check(context: Checked) -> Iterable[Problem]:
    """Flows without a node that behaves as a start."""
    for drawing in context.drawings:
        if not drawing.triggers and not _may_be_hidden(drawing):
            message = "Nothing starts this flow. Add a start, such as Start by hand, and connect it to the first step."
            yield RULE.problem(drawing.where(), message, Fix("Add a start", _edit(context, drawing)))


def _edit(context: Checked, drawing: Drawing) -> dict[str, object] | None:
    """The plainest trigger there is, in front of all steps; None where that type is not installed."""
    usable = [found for found in context.registry.types if found.id == PLAINEST]
    if not usable:
        return None
    newest = max(usable, key=lambda found: found.version)
    return {"do": "add_start", "flow": drawing.flow.id, "type": newest.id, "version": newest.version}


def _may_be_hidden(drawing: Drawing) -> bool:
    """Whether a node that can't be understood now looks like a start."""
    unclear = [node for node in drawing if node.behaviour is None]
    return any(
        node.type.category is Category.TRIGGER if node.type else not drawing.graph.into(node.id) for node in unclear
    )
