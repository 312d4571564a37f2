"""A step gives a decision every input that it needs, and none that it does not have."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("DECISION_INPUTS", Severity.ERROR, "A decision gets exactly its inputs")


def check(context: Checked) -> Iterable[Problem]:
    """Inputs that nobody fills, and inputs that the decision does not have."""
    for drawing, node, use in context.decision_uses:
        model = context.decision_model(use.file)
        if model is None or use.decision not in model.decisions:
            continue
        needed = model.inputs_of(use.decision)
        # Inputs of an import may be given by a dotted name, by their own, or in a context under the import's name.
        given = set(use.inputs) | {name for name in needed if name.rpartition(".")[2] in use.inputs}
        given |= {name for name in needed if name.partition(".")[0] in use.inputs}
        missing = [name for name in needed if name not in given]
        if missing:
            message = (
                f'{node.label} leaves out {one_of(missing, "and")}, which "{shortened(use.decision)}" needs. Say where '
                f"{'it comes' if len(missing) == 1 else 'they come'} from."
            )
            yield RULE.problem(drawing.where(node, "config.inputs"), message)
        heads = {name.partition(".")[0] for name in needed} | {name.rpartition(".")[2] for name in needed}
        for name in use.inputs:
            if name in needed or name in heads:
                continue
            near = drawing.meant(name, needed)
            advice = f"Did you mean {near}?" if near else "Leave it out."
            message = f'{node.label} gives {shortened(name)}, which "{shortened(use.decision)}" does not take. {advice}'
            yield RULE.problem(drawing.where(node, f"config.inputs.{shortened(name)}"), message)
