"""Calls of functions that don't exist, or that don't take what they are given, and patterns that don't work."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel.check import check as feel_check
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity
from runtime.model.scope import known_types

RULE = Rule("EXPRESSION_MISTAKE", Severity.ERROR, "Every expression calls what exists, in the way that it is called")

_CODES = {"unknown_function", "arguments", "external", "pattern"}


def check(context: Checked) -> Iterable[Problem]:
    """What FEEL's own check is sure of. Names and paths have rules of their own, which know the flow."""
    for drawing in context.drawings:
        for formula in drawing.formulas:
            for found in feel_check(formula.text, known_types(drawing, formula)):
                if found.code in _CODES:
                    message = f"{formula.node.label}: {found.message} {found.suggestion or 'Write it in another way.'}"
                    yield RULE.problem(drawing.where(formula.node, formula.field), message)
