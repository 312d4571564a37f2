"""From every node an end can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("END_UNREACHABLE", Severity.ERROR, "Every step leads to an end")


def check(context: Checked) -> Iterable[Problem]:
    """The places at which a run enters a part of the drawing that it can't leave for an end."""
    for drawing in context.drawings:
        if not drawing.ends or not drawing.triggers:
            continue
        graph = drawing.graph
        # Of a node whose kind is unknown nobody knows whether it ends anything.
        ends = [*drawing.ends, *(node.id for node in drawing if node.behaviour is None)]
        fine = graph.leading_to(ends)
        for node in drawing:
            if node.id in fine or node.id not in graph.reachable:
                continue
            if node.id in drawing.triggers or any(edge.source in fine for edge in graph.into(node.id)):
                message = f"From {node.label} no way leads to an end, so a run that comes here never finishes."
                yield RULE.problem(drawing.where(node), f"{message} Lead it on to an end.")
