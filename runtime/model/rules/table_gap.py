"""A decision table has a rule for whatever may come in."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TABLE_GAP", Severity.WARNING, "A decision table has a rule for every case")


def check(context: Checked) -> Iterable[Problem]:
    """Inputs that no rule takes, with the repair that closes the gap."""
    for analysed in context.tables:
        # A case between whole numbers is none where things are counted, and few columns say what they hold.
        gaps = [gap for gap in analysed.analysis.gaps if not gap.between_whole_numbers]
        yield from analysed.problems(RULE, [(gap.words, gap.repairs, 0) for gap in gaps])
