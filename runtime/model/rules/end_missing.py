"""A flow needs an end: without one its runs have no outcome."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Category
from runtime.model.drawing import Checked, Drawing
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("END_MISSING", Severity.ERROR, "Every flow can end")


def check(context: Checked) -> Iterable[Problem]:
    """Flows without a node that behaves as an end; an empty flow lacks a start first."""
    for drawing in context.drawings:
        if drawing.nodes and not drawing.ends and not _may_be_hidden(drawing):
            message = "This flow never ends. Add an End after the last step, and name the outcome that it stands for."
            yield RULE.problem(drawing.where(), message, Fix("Add an end"))


def _may_be_hidden(drawing: Drawing) -> bool:
    """Whether a node that can't be understood now looks like an end."""
    unclear = [node for node in drawing if node.behaviour is None]
    return any(node.type.category is Category.END if node.type else not drawing.graph.out(node.id) for node in unclear)
