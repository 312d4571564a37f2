"""What a decision file says can be evaluated: expressions are FEEL, references lead somewhere, types exist."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.on_disk import DECISION
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("DECISION_MISTAKE", Severity.ERROR, "Decisions can be evaluated")


def check(context: Checked) -> Iterable[Problem]:
    """The serious problems of models, each with its line, and the column in the expression."""
    for file in context.decisions:
        model = context.decision_model(file)
        for found in () if model is None else model.own_problems:
            if found.serious:
                place = f"line {found.line}" if found.line else None
                if place and found.column:
                    place += f", column {found.column} of the expression"
                text = found.message if found.suggestion is None else f"{found.message} {found.suggestion}"
                message = f"{found.place[:1].upper()}{found.place[1:]}: {text}"
                yield RULE.problem(Where(file=DECISION.path(file), field=place), message)
