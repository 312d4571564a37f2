"""What a node type itself remarks about a config that is valid."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TYPE_REMARK", Severity.WARNING, "Nothing in a step's form looks like a mistake to its own kind")


def check(context: Checked) -> Iterable[Problem]:
    """``NodeType.check``, as warnings."""
    for drawing in context.drawings:
        for node in drawing:
            for remark in node.remarks:
                yield RULE.problem(drawing.where(node, "config"), f"{node.label}: {remark}")
