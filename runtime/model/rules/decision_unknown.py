"""A step asks a decision that is there."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("DECISION_UNKNOWN", Severity.ERROR, "A step asks a decision that there is")


def check(context: Checked) -> Iterable[Problem]:
    """Files that the project does not have, and decisions that their file does not have."""
    for drawing, node, use in context.decision_uses:
        if use.file not in context.decisions:
            if not context.decisions_read:
                continue
            known, wanted, field = list(context.decisions), use.file, "config.file"
            message = (
                f'{node.label} asks a decision of "decisions/{shortened(use.file)}.dmn", and there is no such file.'
            )
            todo = "Add the file, or choose another."
        else:
            model = context.decision_model(use.file)
            if model is None or use.decision in model.decisions:
                continue
            known, wanted, field = list(model.decisions), use.decision, "config.decision"
            message = (
                f'{node.label} asks the decision "{shortened(use.decision)}", which "{use.file}.dmn" does not have.'
            )
            todo = f"It has {one_of(known, 'and')}." if known else "It has no decision."
        near = drawing.meant(wanted, known)
        edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": field, "value": near}
        words = f"{message} Did you mean {near}?" if near else f"{message} {todo}"
        yield RULE.problem(drawing.where(node, field), words, Fix(f"Use {near}", edit) if near else None)
