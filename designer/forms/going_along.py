"""``going_along``: what a change of one field of a step changes with it, in the same step of the history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from designer.document.command import Command
from designer.document.commands.set_field import UNSET, set_field
from designer.services import Services
from nodes.contract import End
from runtime.model.flow import Flow, Node

Path = tuple[str | int, ...]


def going_along(
    services: Services, flow: Flow, node: Node, path: Path, value: Any, fields: Collection[str]
) -> Command | None:
    """None where nothing does. ``fields``: paths of all that the form has, such as ``config.outcomes``."""
    if path == ("config", "flow") and "config.outcomes" in fields:
        return _ways_of_called(services, flow, node, value)
    if path == ("config", "outcome") and isinstance(services.facts.of(node).behaviour, End):
        return _called_as_outcome(services, flow, node, value)
    return None


def _ways_of_called(services: Services, flow: Flow, node: Node, value: Any) -> Command:
    """Choosing a flow to be called fills in its outcomes: each is a way out of the step."""
    called = services.document.project.flows.get(value) if isinstance(value, str) else None
    names = [outcome.id for outcome in called.outcomes] if called is not None else []
    return set_field(flow.id, node.id, ("config", "outcomes"), names or UNSET)


def _called_as_outcome(services: Services, flow: Flow, node: Node, value: Any) -> Command | None:
    """An end that nobody gave a name is called as the outcome that it stands for."""
    titles = {outcome.id: outcome.title or outcome.id for outcome in flow.outcomes}
    kind = services.facts.of(node).type
    given = {"", kind.title if kind is not None else "", titles.get(node.config.get("outcome", ""), "")}
    if value not in titles or (node.title or "") not in given:
        return None
    return set_field(flow.id, node.id, ("title",), titles[value])
