"""The repair that a finding suggests, wherever the finding stands: one undoable step, or a question where it leads."""

from __future__ import annotations

from designer.document.commands.apply_fix import apply_fix
from designer.services import Services
from runtime.model.problems import Problem
from runtime.model.rules.port_unconnected import RULE as UNCONNECTED


def repair_words(problem: Problem | None) -> str:
    """What stands on the button; empty where only people can repair it."""
    if problem is None or problem.fix is None or (problem.fix.edit is None and _way_out(problem) is None):
        return ""
    return problem.fix.title


def repair(services: Services, problem: Problem) -> bool:
    """Whether the document was changed. Raises CommandRefused, with the reason in words."""
    assert problem.fix is not None
    way = _way_out(problem)
    if way is None:
        return services.document.do(apply_fix(problem.fix))
    flow, node, port = way
    services.selection.show_flow(flow)
    services.window.canvas.connect_from(node, port)
    return False


def _way_out(problem: Problem) -> tuple[str, str, str] | None:
    """(flow, step, port) of a way out that leads nowhere: where it is to lead, only a person knows."""
    where = problem.where
    if problem.code != UNCONNECTED.code or where.flow is None or where.node is None or not where.field:
        return None
    return where.flow, where.node, where.field.removeprefix("ports.")
