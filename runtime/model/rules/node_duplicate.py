"""Two nodes of a flow never share an id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("NODE_DUPLICATE", Severity.ERROR, "Every step has an id of its own")


def check(context: Checked) -> Iterable[Problem]:
    """Ids that several nodes bear."""
    for drawing in context.drawings:
        counts = Counter(node.id for node in drawing.flow.nodes)
        for node_id, count in counts.items():
            if count > 1:
                titles = [shortened(n.title or n.id) for n in drawing.flow.nodes if n.id == node_id]
                free = next(f"{node_id}_{n}" for n in range(2, count + 2) if f"{node_id}_{n}" not in drawing.nodes)
                message = (
                    f'{count} steps have the id "{shortened(node_id)}": {", ".join(titles[:5])}. '
                    "Expressions and lines can't tell them apart; give each an id of its own."
                )
                edit = {"do": "rename_last_node", "flow": drawing.flow.id, "node": node_id, "to": free}
                yield RULE.problem(drawing.where(drawing.nodes[node_id], "id"), message, Fix(f"Call one {free}", edit))
