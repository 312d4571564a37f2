"""Pure edits of a project that commands are made of: a flow, node, edge or layout replaced, everything else shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from designer.document.command import CommandRefused
from designer.document.names import title_of
from runtime.model.flow import Edge, Flow, Node
from runtime.model.layout import LayoutFile, Position
from runtime.model.project import Project

_KEPT = 16
_READ: dict[int, tuple[object, LayoutFile]] = {}
"""plain layouts that were read last, by identity, as plain layouts are never changed: each command asks, and so does
what shows its change, and reading a thousand places takes milliseconds"""


def flow_of(project: Project, flow_id: str) -> Flow:
    """The flow with this id. Raises CommandRefused if it is gone."""
    flow = project.flows.get(flow_id)
    if flow is None:
        raise CommandRefused(f"The flow “{flow_id}” is not in this project any more.")
    return flow


def node_of(flow: Flow, node_id: str) -> Node:
    """The node with this id. Raises CommandRefused if it is gone."""
    node = flow.node(node_id)
    if node is None:
        raise CommandRefused(f"The step “{node_id}” is not in “{title_of(flow)}” any more.")
    return node


def with_flow(project: Project, flow: Flow) -> Project:
    """The project with this flow in the place of the one with its id, or added."""
    if project.flows.get(flow.id) is flow:
        return project
    return project.model_copy(update={"flows": {**project.flows, flow.id: flow}})


def change_flow(project: Project, flow_id: str, change: Callable[[Flow], Flow]) -> Project:
    """The project with one flow changed."""
    return with_flow(project, change(flow_of(project, flow_id)))


def with_node(flow: Flow, node: Node) -> Flow:
    """The flow with this node in the place of the one with its id."""
    if flow.node(node.id) is node:
        return flow
    return flow.model_copy(update={"nodes": tuple(node if found.id == node.id else found for found in flow.nodes)})


def change_node(project: Project, flow_id: str, node_id: str, change: Callable[[Node], Node]) -> Project:
    """The project with one node changed."""
    return change_flow(project, flow_id, lambda flow: with_node(flow, change(node_of(flow, node_id))))


def with_edges(flow: Flow, edges: Iterable[Edge]) -> Flow:
    """The flow with these edges instead of its own."""
    return flow.model_copy(update={"edges": tuple(edges)})


def layout_of(project: Project, flow_id: str) -> LayoutFile:
    """The layout of a flow; an empty one if it has none or none that can be read (then all is placed afresh)."""
    raw = project.layouts.get(flow_id)
    if not isinstance(raw, Mapping):
        return LayoutFile()
    read = _READ.get(id(raw))
    if read is not None and read[0] is raw:
        return read[1]
    try:
        layout = LayoutFile.model_validate(raw)
    except ValueError:  # a damaged layout is no reason to lose the flow; its positions are made anew
        layout = LayoutFile()
    _remember(raw, layout)
    return layout


def with_layout(project: Project, flow_id: str, layout: LayoutFile) -> Project:
    """The project with this layout for a flow."""
    plain = layout.model_dump(by_alias=True, exclude_unset=True)
    plain = {"format_version": layout.format_version, **plain}
    _remember(plain, layout)
    return project.model_copy(update={"layouts": {**project.layouts, flow_id: plain}})


def change_layout(project: Project, flow_id: str, change: Callable[[LayoutFile], LayoutFile]) -> Project:
    """The project with the layout of one flow changed; the same object if the layout stays."""
    before = layout_of(project, flow_id)
    after = change(before)
    return project if after is before else with_layout(project, flow_id, after)


def with_positions(layout: LayoutFile, positions: Mapping[str, tuple[float, float]]) -> LayoutFile:
    """The layout with these cards at these places (upper left corner, canvas units, rounded to whole ones)."""
    placed: dict[str, Any] = dict(layout.nodes)
    for node_id, (x, y) in positions.items():
        placed[node_id] = Position(x=Decimal(round(x)), y=Decimal(round(y)))
    if placed == layout.nodes:
        return layout
    return layout.model_copy(update={"nodes": placed})


def _remember(plain: object, layout: LayoutFile) -> None:
    if len(_READ) >= _KEPT:
        _READ.pop(next(iter(_READ)), None)
    _READ[id(plain)] = (plain, layout)
