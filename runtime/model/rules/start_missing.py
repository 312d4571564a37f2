"""A flow needs a trigger: without one nothing can start it."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Category
from runtime.model.drawing import Checked, Drawing
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("START_MISSING", Severity.ERROR, "Every flow can be started")


def check(context: Checked) -> Iterable[Problem]:
    """Flows without a node that behaves as a start."""
    for drawing in context.drawings:
        if not drawing.triggers and not _may_be_hidden(drawing):
            message = "Nothing starts this flow. Add a start, such as Start by hand, and connect it to the first step."
            yield RULE.problem(drawing.where(), message, Fix("Add a start"))


def _may_be_hidden(drawing: Drawing) -> bool:
    """Whether a node that can't be understood now looks like a start."""
    unclear = [node for node in drawing if node.behaviour is None]
    return any(
        node.type.category is Category.TRIGGER if node.type else not drawing.graph.into(node.id) for node in unclear
    )
