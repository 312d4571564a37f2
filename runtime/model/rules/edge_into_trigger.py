"""Nothing leads into a trigger: it starts the flow, and has no way in (SEMANTICS T1)."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("EDGE_INTO_TRIGGER", Severity.ERROR, "No line leads into a start")


def check(context: Checked) -> Iterable[Problem]:
    """Edges whose target is a trigger."""
    for drawing in context.drawings:
        for edge in drawing.flow.edges:
            if edge.target in drawing.triggers:
                source, start = drawing.label(edge.source), drawing.label(edge.target)
                message = f"The line from {source} leads into the start {start}. Lead it to the step after the start."
                edit = {"do": "remove_edge", "flow": drawing.flow.id, "edge": list(edge.key)}
                yield RULE.problem(drawing.at_edge(edge), message, Fix("Remove the line", edit))
