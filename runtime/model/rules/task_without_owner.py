"""A task belongs to a role; a task of nobody is never answered (SEMANTICS section A)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import HumanTask
from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("TASK_WITHOUT_OWNER", Severity.ERROR, "Every task has a role that owns it")


def check(context: Checked) -> Iterable[Problem]:
    """Tasks whose role is empty. (A role that is not filled in at all is CONFIG_INVALID.)"""
    for drawing in context.drawings:
        for node, task in drawing.behaving(HumanTask):
            if not task.role.strip():
                message = f"{node.label} waits for people but names no role, so nobody gets the task. Name who decides."
                yield RULE.problem(drawing.where(node, "config.role"), message, Fix("Choose a role"))
