"""A value that is missing on some ways is null there, and a field that needs it then stops the run (SEMANTICS N3).

An expression that asks for null itself (``null``, ``is defined``, ``get or else``) knows that and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import ERROR
from runtime.model.drawing import Checked, Drawing, Read
from runtime.model.problems import Problem, Rule, Severity
from runtime.model.scope import located_reads, node_reads, reserved_names

RULE = Rule("NAME_MAYBE_UNSET", Severity.WARNING, "Every value that is read is there on every way")


def check(context: Checked) -> Iterable[Problem]:
    """Nodes and variables that come before on some ways only, and outputs of steps that may have failed."""
    for drawing in context.drawings:
        yield from _of_nodes(drawing)
        yield from _of_variables(drawing)


def _of_nodes(drawing: Drawing) -> Iterable[Problem]:
    for read, source, found in node_reads(drawing):
        if read.guarded or not found.ports:
            continue
        if not found.always:
            if source.id == read.node.id:
                why = "on the first pass nothing stands there yet"
            else:
                why = f"{source.label} does not come before it on every way"
        elif len(read.path) > 1 and ERROR.name in found.ports and len(found.ports) > 1:
            said = "failed" if read.path[1] != ERROR.name else "not failed"
            why = f"{source.label} may have {said}"
        else:
            continue
        yield _problem(drawing, read, why)


def _of_variables(drawing: Drawing) -> Iterable[Problem]:
    reads = [read for read in located_reads(drawing) if read.path[0] == "vars" and len(read.path) > 1]
    if not reads:
        return
    gives: dict[str, list[str]] = {}
    for name, writers in drawing.writers.items():
        for writer in writers:
            gives.setdefault(writer, []).append(name)
    given = drawing.graph.surely_given(gives)
    for read in reads:
        name = read.path[1]
        if read.guarded or name not in drawing.writers or "vars" not in reserved_names(drawing, read.node, read.moment):
            continue
        if name not in given.get(read.node.id, frozenset()) and read.node.id not in drawing.undo_nodes:
            yield _problem(drawing, read, f"{drawing.label(drawing.writers[name][0])} does not set it on every way")


def _problem(drawing: Drawing, read: Read, why: str) -> Problem:
    message = (
        f"{read.node.label} reads {read.text}, which may be empty: {why}. "
        f"Say what holds then, such as: if {read.text} = null then ... else ..."
    )
    return RULE.problem(drawing.where(read.node, read.field), message)
