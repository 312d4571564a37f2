"""Makes a step another kind: what fits stays, its wires too, as far as the new kind has such ways out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.command import Command
from designer.document.edits import change_flow, node_of, with_edges, with_node
from designer.document.likely_ports import likely_ports
from designer.document.names import as_read, title_of
from nodes.contract import NodeType
from runtime.model.flow import Edge, Flow, Node


def replace_kind(flow_id: str, node_id: str, new: NodeType, facts: Any, *, old_ports: tuple[str, ...] = ()) -> Command:
    """``facts`` answers the ports of the new node; ``old_ports`` are those of the old one, in their order.

    A way out keeps its wire by its name, else by its place among those that no name claims.
    """

    def change(flow: Flow) -> Flow:
        node = node_of(flow, node_id)
        config = kept_config(node.config, new)
        update: dict[str, Any] = {"type": new.id, "version": new.version, "config": config}
        replaced = Node.model_validate({**node.model_dump(by_alias=True, exclude_unset=True), **update})
        if replaced == node:
            return flow
        known = facts.of(replaced).ports or likely_ports(replaced, new)
        ports = [port.name for port in known or ()]
        used = list(dict.fromkeys([*old_ports, *(edge.port for edge in flow.edges if edge.source == node_id)]))
        renamed = _renamed(used, ports) if known is not None else {port: port for port in used}
        edges: dict[tuple[str, str, str], Edge] = {}
        for edge in flow.edges:
            kept: Edge | None = edge
            if edge.source == node_id:
                port = renamed.get(edge.port)
                kept = Edge.model_validate({"from": node_id, "port": port, "to": edge.target}) if port else None
            if kept is not None and not (edge.target == node_id and str(new.category) == "trigger"):
                edges.setdefault(kept.key, kept)
        return with_edges(with_node(flow, replaced), edges.values())

    return Command(
        f"Change to {new.title}", lambda project: change_flow(project, flow_id, change), flow_id, select=(node_id,)
    )


def kept_config(config: Mapping[str, Any], new: NodeType) -> dict[str, Any]:
    """The fields that the new kind knows, too."""
    known = {field.alias or name for name, field in new.Config.model_fields.items()} | set(new.Config.model_fields)
    return {name: value for name, value in config.items() if name in known}


def losses(before: Flow, after: Flow, node_id: str, old: NodeType | None) -> tuple[str, ...]:
    """What a step loses that becomes another kind, in words: settings that say something, and lines."""
    was, now = before.node(node_id), after.node(node_id)
    if was is None or now is None:
        return ()
    fields = {field.alias or name: field for name, field in old.Config.model_fields.items()} if old is not None else {}
    said = []
    for name in was.config:
        if name not in now.config:
            field = fields.get(name)
            said.append((field.title if field is not None else None) or as_read(name))
    kept = {(edge.source, edge.target) for edge in after.edges}
    for edge in before.edges:
        if node_id in (edge.source, edge.target) and (edge.source, edge.target) not in kept:
            other = before.node(edge.target if edge.source == node_id else edge.source)
            title = title_of(other) if other is not None else edge.target
            said.append(f"the line {'to' if edge.source == node_id else 'from'} “{title}”")
    return tuple(dict.fromkeys(said))


def _renamed(used: list[str], ports: list[str]) -> dict[str, str]:
    found = {port: port for port in used if port in ports}
    free = [port for port in ports if port not in found and port not in ("error", "timeout")]
    for port in used:
        if port not in found and free and port not in ("error", "timeout"):
            found[port] = free.pop(0)
    return found
