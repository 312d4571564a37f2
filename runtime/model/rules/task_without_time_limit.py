"""A task without a time limit may wait for ever; LOOKS asks what happens if nobody answers (SEMANTICS A7)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import HumanTask
from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("TASK_WITHOUT_TIME_LIMIT", Severity.WARNING, "Every task says what happens if nobody answers")


def check(context: Checked) -> Iterable[Problem]:
    """Tasks without a timeout, and so without the port ``timeout``. (One that leads nowhere is PORT_UNCONNECTED.)"""
    for drawing in context.drawings:
        for node, task in drawing.behaving(HumanTask):
            if task.timeout is None:
                message = (
                    f"{node.label} waits for people for as long as it takes. Set a time limit, and connect what "
                    "happens after it."
                )
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.timeout"}
                fix = Fix("Set a limit of 3 days", {**edit, "value": "P3D"})
                yield RULE.problem(drawing.where(node, "config.timeout"), message, fix)
