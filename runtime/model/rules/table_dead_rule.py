"""Each rule of a decision table can decide something."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TABLE_DEAD_RULE", Severity.WARNING, "Each rule of a decision table can decide something")


def check(context: Checked) -> Iterable[Problem]:
    """Rules that never decide, and rules that change nothing."""
    for analysed in context.tables:
        # Of a rule with a wrong cell it is that cell that is told of.
        wrong = {error.rule for error in analysed.analysis.cell_errors if not error.output}
        dead = [each for each in analysed.analysis.unreachable if each.rule not in wrong]
        found = [(each.words, each.repairs, each.rule) for each in dead]
        found += [(each.words, each.repairs, each.rule) for each in analysed.analysis.subsumed]
        yield from analysed.problems(RULE, found)
