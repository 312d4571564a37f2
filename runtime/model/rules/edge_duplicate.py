"""Between one port and one node there is at most one edge: a second would start the same step twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("EDGE_DUPLICATE", Severity.ERROR, "No line is drawn twice")


def check(context: Checked) -> Iterable[Problem]:
    """Edges that stand in the file more than once."""
    for drawing in context.drawings:
        counts = Counter(edge.key for edge in drawing.flow.edges)
        for edge in {edge.key: edge for edge in drawing.flow.edges}.values():
            if counts[edge.key] > 1:
                message = (
                    f"The line from {drawing.label(edge.source)} ({shortened(edge.port)}) to "
                    f"{drawing.label(edge.target)} is drawn {counts[edge.key]} times. Keep one."
                )
                edit = {"do": "remove_edge", "flow": drawing.flow.id, "edge": list(edge.key)}
                yield RULE.problem(drawing.at_edge(edge), message, Fix("Remove one of them", edit))
