"""Roles that a flow names are declared in ``project.json``, since environments put people into those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nodes.contract import HumanTask
from runtime.model.drawing import Checked, shortened
from runtime.model.names import id_fault
from runtime.model.plain_words import closest, one_of
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

RULE = Rule("ROLE_UNKNOWN", Severity.ERROR, "Every role that is named is declared in the project")


def check(context: Checked) -> Iterable[Problem]:
    """Owners, and the roles of tasks and their escalation."""
    roles = [role.id for role in context.project.file.roles]
    for where, who, role in _named(context):
        if role and role not in roles:
            near = closest(role, roles)
            declared = f"The project has {one_of(roles, 'and')}" if roles else "The project declares no roles yet"
            advice = f"Did you mean {near}?" if near else f"{declared}; declare it in project.json or name another."
            message = f'{who} names the role "{shortened(role)}", which does not exist. {advice}'
            yield RULE.problem(where, message, _fix(where, role, near))


def _fix(where: Where, role: str, near: str | None) -> Fix:
    if near:
        return Fix(
            f"Use {near}", {"do": "set", "flow": where.flow, "node": where.node, "field": where.field, "value": near}
        )
    return Fix("Declare the role", {"do": "declare_role", "role": role} if id_fault(role) is None else None)


def _named(context: Checked) -> Iterator[tuple[Where, str, str | None]]:
    yield Where(file="project.json", field="owner"), "The project", context.project.file.owner
    for drawing in context.drawings:
        yield drawing.where(None, "owner"), "The flow", drawing.flow.owner
        for node in drawing:
            yield drawing.where(node, "owner"), node.label, node.node.owner
            if isinstance(node.behaviour, HumanTask):
                yield drawing.where(node, "config.role"), node.label, node.behaviour.role
                yield drawing.where(node, "config.escalate_to"), node.label, node.behaviour.escalate_to
