"""Ids are file names and names in expressions, so all are spelled alike and none is reserved (SEMANTICS N2)."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.names import id_fault, node_id_fault, suggested_id
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

RULE = Rule("ID_INVALID", Severity.ERROR, "Every id is spelled well and means nothing else")


def check(context: Checked) -> Iterable[Problem]:
    """Ids of the project, its roles and connections, of flows, outcomes and nodes."""
    project = context.project
    for what, given, field in [
        ("project", project.file.id, "id"),
        *(("role", role.id, f"roles[{n}].id") for n, role in enumerate(project.file.roles, 1)),
        *(("environment", name, f"environments[{n}]") for n, name in enumerate(project.file.environments, 1)),
        *(("connection", name, f"connections.{shortened(name)}") for name in project.connections),
    ]:
        fault = id_fault(given)
        if fault is not None:
            file = "connections.json" if what == "connection" else "project.json"
            yield RULE.problem(Where(file=file, field=field), _message(what, given, fault), _advice(given))
    for flow in project.flows.values():
        fault = id_fault(flow.id)
        if fault is not None:
            yield RULE.problem(Where(flow=flow.id, field="id"), _message("flow", flow.id, fault), _advice(flow.id))
        for n, outcome in enumerate(flow.outcomes, 1):
            fault = id_fault(outcome.id)
            if fault is not None:
                where = Where(flow=flow.id, field=f"outcomes[{n}].id")
                yield RULE.problem(where, _message("outcome", outcome.id, fault), _advice(outcome.id))
    for drawing in context.drawings:
        for node in drawing:
            fault = node_id_fault(node.id)
            if fault is not None:
                better = suggested_id(node.id)
                edit = {"do": "rename_node", "flow": drawing.flow.id, "node": node.id, "to": better}
                message = _message("step", node.id, fault)
                yield RULE.problem(drawing.where(node, "id"), message, Fix(f"Call it {better}", edit))


def _message(what: str, given: str, fault: str) -> str:
    return f'The id of the {what} "{shortened(given)}" {fault}.'


def _advice(given: str) -> Fix:
    return Fix(f"Call it {suggested_id(given)}")
