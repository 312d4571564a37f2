"""An outcome that no end reaches promises what never happens."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import End
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("OUTCOME_UNREACHED", Severity.WARNING, "Every outcome that is declared can be reached")


def check(context: Checked) -> Iterable[Problem]:
    """Declared outcomes without an end."""
    for drawing in context.drawings:
        reached = {end.outcome for _, end in drawing.behaving(End)}
        # An end whose form is wrong still names what it means.
        meant = (node.node.config.get("outcome") for node in drawing if node.behaviour is None)
        reached |= {outcome for outcome in meant if isinstance(outcome, str)}
        for n, outcome in enumerate(drawing.flow.outcomes, 1):
            if outcome.id not in reached:
                name = shortened(outcome.title or outcome.id)
                message = f'No end reaches the outcome "{name}". Add an end for it, or remove it.'
                yield RULE.problem(drawing.where(None, f"outcomes[{n}]"), message)
