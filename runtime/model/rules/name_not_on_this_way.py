"""A step that left by ``error`` has only ``.error``, and one that did not has none (SEMANTICS N2)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import ERROR
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity
from runtime.model.scope import node_reads

RULE = Rule("NAME_NOT_ON_THIS_WAY", Severity.ERROR, "What is read of a step fits the way by which it was left")


def check(context: Checked) -> Iterable[Problem]:
    """Results read where only a failure leads, and failures read where none leads."""
    for drawing in context.drawings:
        for read, source, found in node_reads(drawing):
            if len(read.path) < 2 or not found.ports or source.port(ERROR.name) is None:
                continue
            wants_error = read.path[1] == ERROR.name
            where = drawing.where(read.node, read.field)
            if not wants_error and found.ports == {ERROR.name}:
                message = (
                    f"{read.node.label} reads {read.text}, but it is only reached after {source.label} has failed, and "
                    f"then only {source.id}.error is there. Read that, or draw the step on another way."
                )
                yield RULE.problem(where, message)
            elif wants_error and ERROR.name not in found.ports:
                message = (
                    f"{read.node.label} reads {read.text}, but it is never reached after {source.label} has failed. "
                    f"Connect the error of {source.label} to this way, or read its result."
                )
                yield RULE.problem(where, message)
