"""Nothing is taken back yet: whoever draws an undo hears of it before a customer does (SEMANTICS U comes later)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Child, Children, Effect, End
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("UNDO_LATER", Severity.WARNING, "What the flow wants taken back is done by people for now")


def check(context: Checked) -> Iterable[Problem]:
    """Steps with an undo that is drawn as it should be, and ends that ask for it."""
    for drawing in context.drawings:
        linked = {end for edge in drawing.flow.edges for end in (edge.source, edge.target)}
        for node in drawing:
            undo = node.node.undo
            takes = isinstance(node.behaviour, Effect | Child | Children)
            if undo in drawing.nodes and undo != node.id and undo not in linked and takes:
                message = (
                    f"{node.label} names a step that takes it back, but this version of Baton does not run it yet: "
                    f"when a run is cancelled, what {node.label} did stays done. Have a person take it back."
                )
                yield RULE.problem(drawing.where(node, "undo"), message)
            elif isinstance(node.behaviour, End) and node.behaviour.undo:
                message = (
                    f"{node.label} asks to take back what was done, but this version of Baton does not do it yet. "
                    "Draw the steps that take it back before this end."
                )
                yield RULE.problem(drawing.where(node, "config.undo"), message)
