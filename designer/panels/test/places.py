"""Where effects go, in words; what a person is told, and agrees to, before a part of a flow reaches real systems."""

from __future__ import annotations

from collections.abc import Sequence

from designer.document.names import title_of
from designer.services import Services
from designer.session.cut import up_to
from designer.session.session import Where
from nodes.contract import Child, Children, Effect
from runtime.model.flow import Flow, Node
from runtime.model.project import Project

PLACES: tuple[tuple[Where, str, str], ...] = (
    ("samples", "Samples answer", "Nothing is sent. Each step answers with a sample."),
    ("practice", "Practice systems", "Real requests to made-up systems on this computer."),
    ("real", "Real systems", "Real requests to the systems of this computer's environment."),
)
PRACTISED = frozenset({"crm", "billing", "ticketing", "notifications", "fraud"})
"""connections that the practice systems serve"""
MOST = 8
"""steps that are named; what is beyond is counted"""


def practice_serves(project: Project) -> bool:
    """Whether the practice systems stand for all systems of a project."""
    return set(project.connections) <= PRACTISED and bool(project.connections)


def reaches_out(services: Services, node: Node) -> bool:
    """Whether a step, or a flow that it calls, does something outside."""
    return isinstance(services.facts.of(node).behaviour, Effect | Child | Children)


def agreed(services: Services, title: str, nodes: Sequence[Node]) -> bool:
    """Whether the person wants these steps to reach real systems. They are named with what they do."""
    lines = [f"•  {title_of(node)}: {services.facts.summary(node, services.document.project)}" for node in nodes[:MOST]]
    lines += [f"•  and {len(nodes) - MOST} more"] if len(nodes) > MOST else []
    text = "\n".join([
        "These steps reach the systems of this computer's environment. What they send there is really sent:",
        *lines,
        "The run is kept with the past runs of this project.",
    ])  # fmt: skip
    return bool(services.window.confirm(title, text, "Run for real"))


def agreed_up_to(services: Services, flow: Flow, node_id: str) -> bool:
    """The same for all that leads to a step. Raises ``CanNotRunAlone``."""
    part = up_to(services.document.project, flow.id, node_id, services.registry).flows[flow.id]
    node = flow.node(node_id)
    title = title_of(node) if node is not None else node_id
    outside = [one for one in part.nodes if reaches_out(services, one)]
    return not outside or agreed(services, f"Run up to “{title}” for real?", outside)
