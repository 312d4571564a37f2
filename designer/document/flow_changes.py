"""What differs between two values of a flow and its layout: found by identity first, so big flows cost little.

Called by the canvas (to project a change) and by panels (to refresh only what they show).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runtime.model.flow import Flow

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FlowChanges:
    """Ids of nodes and keys of edges that differ; ``moved`` are nodes whose position differs."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    edges_added: tuple[Key, ...] = ()
    edges_removed: tuple[Key, ...] = ()
    settings: bool = False
    """title, input, outcomes ... of the flow itself"""
    drawing: bool = False
    """notes, groups or lanes"""

    def __bool__(self) -> bool:
        """Whether anything differs at all."""
        return self != FlowChanges()


def flow_changes(before: Flow | None, after: Flow | None, layout_before: Any, layout_after: Any) -> FlowChanges:
    """``layout_*`` are the plain layouts of the project, or None."""
    same_nodes = before is not None and after is not None and before.nodes is after.nodes
    new = {node.id: node for node in after.nodes} if after else {}
    old = new if same_nodes else {node.id: node for node in before.nodes} if before else {}
    same_edges = before is not None and after is not None and before.edges is after.edges
    old_edges = {edge.key for edge in before.edges} if before and not same_edges else set()
    new_edges = {edge.key for edge in after.edges} if after and not same_edges else set()
    old_places, new_places = _part(layout_before, "nodes"), _part(layout_after, "nodes")
    same_layout = layout_before is layout_after
    return FlowChanges(
        added=() if same_nodes else tuple(node for node in new if node not in old),
        removed=() if same_nodes else tuple(node for node in old if node not in new),
        changed=()
        if same_nodes
        else tuple(n for n, node in new.items() if n in old and old[n] is not node and old[n] != node),
        moved=() if same_layout else tuple(n for n in new if n in old and old_places.get(n) != new_places.get(n)),
        edges_added=tuple(sorted(new_edges - old_edges)),
        edges_removed=tuple(sorted(old_edges - new_edges)),
        settings=before is not after and _settings(before) != _settings(after),
        drawing=not same_layout
        and any(_part(layout_before, part) != _part(layout_after, part) for part in ("notes", "groups", "lanes")),
    )


def _part(layout: Any, name: str) -> Any:
    return (layout or {}).get(name) or {}


def _settings(flow: Flow | None) -> Any:
    return None if flow is None else {k: v for k, v in flow if k not in ("nodes", "edges")}
