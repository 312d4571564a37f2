"""A cell of a decision table compares with what may come."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TABLE_CELL", Severity.WARNING, "Cells of decision tables fit their columns")


def check(context: Checked) -> Iterable[Problem]:
    """Cells of another type, with values that never come, or with names that nobody knows."""
    for analysed in context.tables:
        # What can't be read at all is DECISION_MISTAKE.
        errors = [each for each in analysed.analysis.cell_errors if each.code != "syntax"]
        yield from analysed.problems(RULE, [(each.words, each.repairs, each.rule) for each in errors])
