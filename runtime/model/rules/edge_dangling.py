"""An edge must begin and end at nodes that exist."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("EDGE_DANGLING", Severity.ERROR, "Every line joins two steps that exist")


def check(context: Checked) -> Iterable[Problem]:
    """Edges with an unknown source or target."""
    for drawing in context.drawings:
        for edge in drawing.flow.edges:
            lost = [end for end in (edge.source, edge.target) if end not in drawing.nodes]
            if not lost:
                continue
            line = f'The line from "{shortened(edge.source)}" ({shortened(edge.port)}) to "{shortened(edge.target)}"'
            names = " and ".join(f'"{shortened(end)}"' for end in dict.fromkeys(lost))
            message = f"{line} leads nowhere: there is no step {names}. Remove it, or connect it to a step."
            edit = {"do": "remove_edge", "flow": drawing.flow.id, "edge": list(edge.key)}
            yield RULE.problem(drawing.at_edge(edge), message, Fix("Remove the line", edit))
