"""Of a table that allows one rule at a time, one rule matches at a time."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TABLE_OVERLAP", Severity.WARNING, "Only one rule of a decision table matches, where only one may")


def check(context: Checked) -> Iterable[Problem]:
    """Pairs of rules that match together."""
    for analysed in context.tables:
        found = [(each.words, each.repairs, each.rules[1]) for each in analysed.analysis.overlaps]
        yield from analysed.problems(RULE, found)
