"""What reads or gives a field of a flow's input goes along when the field gets another name: expressions of the flow,
its samples, and the steps of other flows that call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.command import Command
from designer.document.rereading import of_entry, rewritten
from runtime.model.flow import Flow, Node
from runtime.model.project import Project

READ = of_entry("input")
CALLED, GIVEN = "flow", "inputs"
"""fields of a step that calls a flow: which, and what it is given by name"""


def carry_input(flow_id: str, old: str, new: str) -> Command:
    """The field itself has its new name already; nothing changes where nobody reads or gives it."""

    def apply(project: Project) -> Project:
        flows = {flow.id: _carried(flow, flow_id, old, new) for flow in project.flows.values()}
        samples = {
            flow: {name: _keyed(value, old, new) for name, value in held.items()} if flow == flow_id else held
            for flow, held in project.samples.items()
        }
        same = all(flows[name] is flow for name, flow in project.flows.items()) and samples == dict(project.samples)
        return project if same else project.model_copy(update={"flows": flows, "samples": samples})

    return Command(f"Read “{new}” where “{old}” was read", apply, flow_id)


def _carried(flow: Flow, flow_id: str, old: str, new: str) -> Flow:
    nodes = tuple(_node(node, flow.id == flow_id, flow_id, old, new) for node in flow.nodes)
    same = all(one is other for one, other in zip(nodes, flow.nodes, strict=True))
    return flow if same else flow.model_copy(update={"nodes": nodes})


def _node(node: Node, inside: bool, flow_id: str, old: str, new: str) -> Node:
    config: Any = rewritten(node.config, {old: new}, READ) if inside else node.config
    given = config.get(GIVEN)
    if config.get(CALLED) == flow_id and isinstance(given, Mapping) and old in given:
        config = {**config, GIVEN: _keyed(given, old, new)}
    return node if config is node.config else node.model_copy(update={"config": config})


def _keyed(value: Any, old: str, new: str) -> Any:
    if not isinstance(value, Mapping) or old not in value or new in value:
        return value
    return {new if key == old else key: inside for key, inside in value.items()}
