"""What steps give a decision, and what reads its result, goes along when its table calls these otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from designer.document.rereading import of_entry, rewritten
from runtime.model.flow import Flow, Node
from runtime.model.project import Project

FILE, DECISION, GIVEN, CHOOSES = "file", "decision", "inputs", "output"
"""fields of a step that asks a decision"""
RESULT = "result"
"""the entry of its output in which the result stands"""


def carry_given(project: Project, file: str, old: str, new: str) -> Project:
    """Steps that ask a decision of this file give what it is given under its new name."""
    return project if old == new else _each(project, lambda flow: _giving(flow, file, old, new))


def carry_result(project: Project, file: str, decisions: Collection[str], old: str, new: str) -> Project:
    """Steps that ask this decision choose by the new name of a result, and what reads it behind them reads that."""
    return _each(project, lambda flow: _reading(flow, file, decisions, old, new))


def _each(project: Project, change: Callable[[Flow], Flow]) -> Project:
    flows = {name: change(flow) for name, flow in project.flows.items()}
    same = all(flows[name] is flow for name, flow in project.flows.items())
    return project if same else project.model_copy(update={"flows": flows})


def _giving(flow: Flow, file: str, old: str, new: str) -> Flow:
    def change(node: Node) -> Any:
        given = node.config.get(GIVEN)
        if node.config.get(FILE) != file or not isinstance(given, Mapping) or old not in given or new in given:
            return node.config
        return {**node.config, GIVEN: {new if key == old else key: value for key, value in given.items()}}

    return _with_configs(flow, change)


def _reading(flow: Flow, file: str, decisions: Collection[str], old: str, new: str) -> Flow:
    asking = [one for one in flow.nodes if one.config.get(FILE) == file and one.config.get(DECISION) in decisions]

    def change(node: Node) -> Any:
        config: Any = node.config
        for step in asking:
            config = rewritten(config, {old: new}, of_entry(step.id, RESULT))
        return {**config, CHOOSES: new} if node in asking and config.get(CHOOSES) == old else config

    return _with_configs(flow, change)


def _with_configs(flow: Flow, change: Callable[[Node], Any]) -> Flow:
    configs = [change(node) for node in flow.nodes]
    if all(config is node.config for config, node in zip(configs, flow.nodes, strict=True)):
        return flow
    nodes = (
        node if config is node.config else node.model_copy(update={"config": config})
        for config, node in zip(configs, flow.nodes, strict=True)
    )
    return flow.model_copy(update={"nodes": tuple(nodes)})
