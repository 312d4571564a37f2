"""An edge must begin and end at nodes that exist."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.flow import Edge
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("EDGE_DANGLING", Severity.ERROR, "Every line joins two steps that exist")


def check(context: Checked) -> Iterable[Problem]:
    """Edges with an unknown source or target."""
    for drawing in context.drawings:
        known = {edge.key for edge in drawing.flow.edges}
        for edge in drawing.flow.edges:
            lost = [end for end in (edge.source, edge.target) if end not in drawing.nodes]
            if not lost:
                continue
            line = f'The line from "{shortened(edge.source)}" ({shortened(edge.port)}) to "{shortened(edge.target)}"'
            names = ", nor ".join(f'"{shortened(end)}"' for end in dict.fromkeys(lost))
            message = f"{line} leads nowhere: there is no step {names}. "
            edit = {"do": "remove_edge", "flow": drawing.flow.id, "edge": list(edge.key)}
            near = drawing.meant(lost[0], drawing.nodes) if len(lost) == 1 else None
            if near is None or _led(edge, lost[0], near) in known:
                message, fix = message + "Remove it, or connect it to a step.", Fix("Remove the line", edit)
            else:
                message += f"Did you mean {drawing.label(near)}?"
                led = list(_led(edge, lost[0], near))
                fix = Fix(f"Lead it to {near}", {**edit, "do": "replace_edge", "with": led})
            yield RULE.problem(drawing.at_edge(edge), message, fix)


def _led(edge: Edge, lost: str, near: str) -> tuple[str, str, str]:
    """The edge with the end that is lost replaced."""
    return (near, edge.port, edge.target) if edge.source == lost else (edge.source, edge.port, near)
