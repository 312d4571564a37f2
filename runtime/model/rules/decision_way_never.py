"""A way out of a decision is for a result that it can give."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel import to_text
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("DECISION_WAY_NEVER", Severity.WARNING, "A way out of a decision can be taken")


def check(context: Checked) -> Iterable[Problem]:
    """Ways out for results that no rule gives."""
    if not context.decision_uses:
        return
    from nodes.dmn.analysis import outputs_of, results_of  # only projects with decisions need it

    for drawing, node, use in context.decision_uses:
        model = context.decision_model(use.file)
        if model is None or use.decision not in model.decisions or use.routes is None:
            continue
        if outputs_of(model, use.decision) is not None and use.output is None:
            continue  # which output chooses is asked for first
        results = results_of(model, use.decision, use.output)
        if results is None:
            continue
        known = [to_text(value) for value in results]
        for result in use.routes:
            if result in known:
                continue
            near = drawing.meant(result, known)
            advice = f"Did you mean {near}?" if near else "Take the way out, or add a rule."
            message = (
                f'{node.label} has a way out for "{shortened(result)}", which "{shortened(use.decision)}" never says. '
                f"{advice}"
            )
            yield RULE.problem(drawing.where(node, "config.ways"), message)
