"""The outcome of an end is one that its flow declares (SEMANTICS E1)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import End
from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("OUTCOME_UNKNOWN", Severity.ERROR, "Every outcome that is reached is declared")


def check(context: Checked) -> Iterable[Problem]:
    """Ends with an outcome that is not in the flow's list."""
    for drawing in context.drawings:
        declared = [outcome.id for outcome in drawing.flow.outcomes]
        for node, end in drawing.behaving(End):
            if end.outcome is None or end.outcome in declared:
                continue
            near = drawing.meant(end.outcome, declared)
            has = f"The flow has {one_of(declared, 'and')}" if declared else "The flow declares none yet"
            advice = f"Did you mean {near}?" if near else f"{has}; add it to the flow's outcomes."
            message = f'{node.label} ends with "{shortened(end.outcome)}", which is no outcome of this flow. {advice}'
            edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.outcome", "value": near}
            fix = Fix(f"Use {near}", edit) if near else Fix("Declare the outcome")
            yield RULE.problem(drawing.where(node, "config.outcome"), message, fix)
