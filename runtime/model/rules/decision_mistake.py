"""What a decision file says can be evaluated: expressions are FEEL, references lead somewhere, types exist."""

from __future__ import annotations

import re
from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.on_disk import DECISION
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

_MEANT = re.compile(r"Did you mean `(.*)`\?\Z", re.DOTALL)

RULE = Rule("DECISION_MISTAKE", Severity.ERROR, "Decisions can be evaluated")


def check(context: Checked) -> Iterable[Problem]:
    """The serious problems of models, each with its line, and the column in the expression."""
    repairs = _repairs(context)
    for file in context.decisions:
        model = context.decision_model(file)
        for found in () if model is None else model.own_problems:
            if found.serious:
                place = f"line {found.line}" if found.line else None
                if place and found.column:
                    place += f", column {found.column} of the expression"
                text = found.message if found.suggestion is None else f"{found.message} {found.suggestion}"
                message = f"{found.place[:1].upper()}{found.place[1:]}: {text}"
                meant = _MEANT.search(text)
                fix = repairs.get((file, found.line, meant[1])) if meant is not None else None
                yield RULE.problem(Where(file=DECISION.path(file), field=place), message, fix)


def _repairs(context: Checked) -> dict[tuple[str, int, str], Fix]:
    """By file, line of the rule and what a cell of it was meant to be: the repair that makes it so."""
    return {
        (table.file, table.placed.table.rules[error.rule].line, repair.text): table.fix(repair)
        for table in context.tables
        for error in table.analysis.cell_errors
        if error.code == "syntax"
        for repair in error.repairs
    }
