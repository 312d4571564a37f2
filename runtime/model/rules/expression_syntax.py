"""Every expression and every text with holes must be FEEL."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("EXPRESSION_SYNTAX", Severity.ERROR, "Every expression can be read")


def check(context: Checked) -> Iterable[Problem]:
    """Expressions that do not parse, with the place."""
    for drawing in context.drawings:
        for unreadable in drawing.unreadable:
            message = f"{unreadable.node.label}: this expression can't be read. {unreadable.message}"
            yield RULE.problem(drawing.where(unreadable.node, unreadable.field), message)
