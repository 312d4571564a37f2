"""A loop needs something that keeps it from running away: a wait, a person, or a limit (SEMANTICS L1).

What brakes a loop: a wait, a wait for a signal, a task of people; or a decision in the loop that can leave it and reads
a run variable which is set in the loop - that is how a flow counts. A condition on another system's answer is no limit:
that system may give the same answer for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import AwaitSignal, End, HumanTask, Pure, Start, Wait
from runtime.model.drawing import Checked, Drawing
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("LOOP_ENDLESS", Severity.ERROR, "No loop runs without a wait or a limit")


def check(context: Checked) -> Iterable[Problem]:
    """Loops that are left once everything that brakes is taken out."""
    for drawing in context.drawings:
        graph = drawing.graph
        # Nothing passes a start or an end, whatever lines are drawn there; other rules name those.
        stops = Wait | AwaitSignal | HumanTask | Start | End
        brakes = {node.id for node in drawing if isinstance(node.behaviour, stops)}
        # Each turn takes out the limits of the loops that are left; inner loops need limits of their own.
        while limits := {node for loop in graph.loops(brakes) for node in _limits(drawing, set(loop))}:
            brakes |= limits
        for loop in graph.loops(brakes):
            if not graph.reachable & set(loop):
                continue
            labels = [drawing.label(node_id) for node_id in loop]
            steps = one_of(labels, "and") if len(labels) > 1 else labels[0]
            message = (
                f"{steps} would repeat for ever. Add a wait, or count the passes in a variable and leave the loop by a "
                "condition on it."
            )
            yield RULE.problem(drawing.where(drawing.nodes[loop[0]]), message, Fix("Add a limit"))


def _limits(drawing: Drawing, loop: set[str]) -> Iterable[str]:
    """The decisions of a loop that can leave it by a count."""
    counted = {name for name, writers in drawing.writers.items() if loop & set(writers)}
    for node_id in loop:
        node = drawing.nodes[node_id]
        leaves = any(edge.target not in loop for edge in drawing.graph.out(node_id))
        if leaves and isinstance(node.behaviour, Pure) and counted & _variables_read(drawing, node_id):
            yield node_id


def _variables_read(drawing: Drawing, node_id: str) -> set[str]:
    return {
        read.path[1]
        for read in drawing.reads
        if read.node.id == node_id and read.path[0] == "vars" and len(read.path) > 1
    }
