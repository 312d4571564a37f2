"""A node type that could not be loaded, or that fails when it is asked, stops its steps and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import BrokenNodeType
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TYPE_BROKEN", Severity.ERROR, "Every kind of step that is used works here")


def check(context: Checked) -> Iterable[Problem]:
    """Types that the registry could not import, and types whose own functions raise."""
    for drawing in context.drawings:
        for node in drawing:
            if isinstance(node.found, BrokenNodeType):
                message = (
                    f"{node.label} can't run here: its kind {node.node.type!r} can't be loaded, because "
                    f"{node.found.reason.rstrip('.')}. Repair or install it, then check again."
                )
                yield RULE.problem(drawing.where(node, "type"), message)
            elif node.failure is not None:
                message = (
                    f"{node.label} can't be understood: its kind {node.node.type!r} failed ({node.failure}). "
                    "Tell whoever made it."
                )
                yield RULE.problem(drawing.where(node, "type"), message)
