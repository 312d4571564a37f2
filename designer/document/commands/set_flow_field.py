"""Sets what a flow says of itself: title, owner, time allowed, zone, input, outcomes, budgets."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.commands.set_field import put, same
from designer.document.edits import flow_of, with_flow
from runtime.model.flow import Flow
from runtime.model.names import id_fault
from runtime.model.project import Project

_OWN = frozenset({"id", "nodes", "edges", "format_version"})


def set_flow_field(
    flow_id: str, path: Sequence[str | int], value: Any, *, title: str | None = None, inside: Hashable = ()
) -> Command:
    """``value`` is plain JSON or ``UNSET``. Edits of one field in a row, of one place ``inside`` it, are one step of
    the history.
    """
    steps = tuple(path)
    if not steps or steps[0] in _OWN:
        raise CommandRefused(f"“{steps[0] if steps else ''}” of a flow is not set here.")

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        before = flow.model_dump(by_alias=True, exclude_unset=True, exclude={"nodes", "edges"})
        changed = Flow.model_validate(put(before, steps, value))
        if same(changed.model_dump(by_alias=True, exclude_unset=True, exclude={"nodes", "edges"}), before):
            return project
        return with_flow(project, changed.model_copy(update={"nodes": flow.nodes, "edges": flow.edges}))

    name = str(steps[0]).replace("_", " ")
    merge = ("set_flow_field", flow_id, steps, inside)
    return Command(title or f"Change {name} of the flow", apply, flow_id, merge=merge)


def add_outcome(flow_id: str, outcome: str, title: str, *, resolved: bool = True) -> Command:
    """One more way for the flow to end."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        fault = id_fault(outcome)
        if fault is not None:
            raise CommandRefused(f"The outcome “{outcome}” {fault}.")
        if any(known.id == outcome for known in flow.outcomes):
            raise CommandRefused(f"There is an outcome “{outcome}” already. Choose another name.")
        raw = flow.model_dump(by_alias=True, exclude_unset=True, include={"outcomes"}).get("outcomes", ())
        wanted = [*raw, {"id": outcome, "title": title, "resolved": resolved}]
        return set_flow_field(flow_id, ("outcomes",), wanted).apply(project)

    return Command(f"Add outcome “{title or outcome}”", apply, flow_id)


def remove_outcome(flow_id: str, outcome: str) -> Command:
    """One fewer. Ends that name it stay, and the check names them."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        left = tuple(known for known in flow.outcomes if known.id != outcome)
        if len(left) == len(flow.outcomes):
            return project
        return with_flow(project, flow.model_copy(update={"outcomes": left}))

    return Command(f"Remove outcome “{outcome}”", apply, flow_id)
