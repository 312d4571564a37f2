"""A choice that needs more people than its role is sure to have may never be made (SEMANTICS A2)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import HumanTask
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("QUORUM_TOO_LARGE", Severity.ERROR, "No choice needs more people than its role has")


def check(context: Checked) -> Iterable[Problem]:
    """``needs`` of a choice above the role's ``members_at_least``."""
    for drawing in context.drawings:
        for node, task in drawing.behaving(HumanTask):
            role = context.project.role(task.role)
            for n, choice in enumerate(task.choices, 1):
                if role is None or choice.needs <= role.members_at_least:
                    continue
                people = "1 member" if role.members_at_least == 1 else f"{role.members_at_least} members"
                message = (
                    f'{node.label}: "{shortened(choice.title or choice.port)}" needs {choice.needs} people, but the '
                    f"role {shortened(role.title or role.id)} is only sure to have {people}. Lower the number, or "
                    "raise the role's members_at_least in project.json."
                )
                field = f"config.choices[{n}].needs"
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": field}
                fix = Fix(f"Ask for {role.members_at_least}", {**edit, "value": role.members_at_least})
                yield RULE.problem(drawing.where(node, field), message, fix)
