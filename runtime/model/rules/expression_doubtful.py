"""Operations that give null for the values that the schemas promise, and conditions that are no yes or no."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel.check import check as feel_check
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity
from runtime.model.scope import known_types

RULE = Rule("EXPRESSION_DOUBTFUL", Severity.WARNING, "Every expression works with the kinds of values that it gets")

_CODES = {"types", "not_boolean", "position"}


def check(context: Checked) -> Iterable[Problem]:
    """What FEEL's own check doubts, with what input schema and output schemas say."""
    for drawing in context.drawings:
        for formula in drawing.formulas:
            for found in feel_check(formula.text, known_types(drawing, formula)):
                if found.code in _CODES:
                    message = f"{formula.node.label}: {found.message} {found.suggestion or 'Compare or convert first.'}"
                    yield RULE.problem(drawing.where(formula.node, formula.field), message)
