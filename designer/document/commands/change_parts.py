"""Renames or deletes what stands beside the flows: connections, decisions, forms and samples.

Renaming changes what names it, too: each field of a step that is called as the kind and holds the old name. What is
kept beside a thing goes along: the tests of a decision's tables, the answers of systems in a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from designer.document.command import Command, CommandRefused
from designer.document.lookup import NAMED_BY
from designer.document.names import as_read
from runtime.model.flow import Flow, Node
from runtime.model.names import id_fault
from runtime.model.project import Project

Kind = Literal["connection", "decision", "form"]
PARTS: dict[str, str] = {"connection": "connections", "decision": "decisions", "form": "forms"}


def rename_part(kind: Kind, old: str, new: str) -> Command:
    """Under another name, everywhere."""

    def apply(project: Project) -> Project:
        parts = getattr(project, PARTS[kind])
        if old == new:
            return project
        _refuse(kind, parts, old, new)
        renamed = {new if name == old else name: value for name, value in parts.items()}
        flows = {flow.id: _renamed(flow, NAMED_BY[kind], old, new) for flow in project.flows.values()}
        return project.model_copy(update={PARTS[kind]: renamed, "flows": flows, **_tests(kind, project, old, new)})

    return Command(f"Rename {kind} “{old}” to “{new}”", apply)


def delete_part(kind: Kind, name: str) -> Command:
    """It is gone; steps that name it stay, and the check names them."""

    def apply(project: Project) -> Project:
        parts = getattr(project, PARTS[kind])
        if name not in parts:
            raise CommandRefused(f"The {kind} “{name}” is not in this project any more.")
        left = {key: part for key, part in parts.items() if key != name}
        return project.model_copy(update={PARTS[kind]: left, **_tests(kind, project, name, None)})

    return Command(f"Delete {kind} “{name}”", apply)


def rename_sample(flow_id: str, old: str, new: str) -> Command:
    """A sample under another name."""

    def apply(project: Project) -> Project:
        samples = project.samples.get(flow_id, {})
        if old == new:
            return project
        _refuse("sample", samples, old, new)
        renamed = {new if name == old else name: value for name, value in samples.items()}
        scenarios = _scenarios(project, flow_id, old, new)
        return project.model_copy(update={"samples": {**project.samples, flow_id: renamed}, "scenarios": scenarios})

    return Command(f"Rename sample “{as_read(old)}” to “{as_read(new)}”", apply, flow_id)


def delete_sample(flow_id: str, name: str) -> Command:
    """A sample fewer."""

    def apply(project: Project) -> Project:
        samples = project.samples.get(flow_id, {})
        if name not in samples:
            raise CommandRefused(f"The sample “{name}” is not in this project any more.")
        left = {key: value for key, value in samples.items() if key != name}
        kept = {flow: value for flow, value in project.samples.items() if flow != flow_id}
        scenarios = _scenarios(project, flow_id, name, None)
        return project.model_copy(update={"samples": {**kept, flow_id: left} if left else kept, "scenarios": scenarios})

    return Command(f"Delete sample “{as_read(name)}”", apply, flow_id)


def _tests(kind: Kind, project: Project, old: str, new: str | None) -> dict[str, Any]:
    """The tests of a decision file under its new name; None: it is gone."""
    if kind != "decision" or old not in project.decision_tests:
        return {}
    rest = {file: tests for file, tests in project.decision_tests.items() if file not in (old, new)}
    return {"decision_tests": rest if new is None else {**rest, new: project.decision_tests[old]}}


def _scenarios(project: Project, flow_id: str, old: str, new: str | None) -> Mapping[str, Any]:
    """What systems answer in a sample, under its new name; None: it is gone."""
    of_flow = project.scenarios.get(flow_id, {})
    if old not in of_flow:
        return project.scenarios
    left = {name: held for name, held in of_flow.items() if name not in (old, new)}
    if new is not None:
        held = of_flow[old]
        left[new] = {**held, "sample": new} if isinstance(held, Mapping) and "sample" in held else held
    rest = {flow: held for flow, held in project.scenarios.items() if flow != flow_id}
    return {**rest, flow_id: left} if left else rest


def _refuse(kind: str, parts: Mapping[str, Any], old: str, new: str) -> None:
    if old not in parts:
        raise CommandRefused(f"The {kind} “{old}” is not in this project any more.")
    if new in parts:
        raise CommandRefused(f"There is a {kind} “{new}” already. Choose another name.")
    fault = id_fault(new)
    if fault is not None:
        raise CommandRefused(f"“{new}” can't be its name: it {fault}.")


def _renamed(flow: Flow, fields: frozenset[str], old: str, new: str) -> Flow:
    nodes = tuple(_renamed_node(node, fields, old, new) for node in flow.nodes)
    same = all(one is other for one, other in zip(nodes, flow.nodes, strict=True))
    return flow if same else flow.model_copy(update={"nodes": nodes})


def _renamed_node(node: Node, fields: frozenset[str], old: str, new: str) -> Node:
    config = _replaced(node.config, fields, old, new)
    return node if config is node.config else node.model_copy(update={"config": config})


def _replaced(value: Any, fields: frozenset[str], old: str, new: str) -> Any:
    if isinstance(value, Mapping):
        made = {
            key: new if key in fields and inside == old else _replaced(inside, fields, old, new)
            for key, inside in value.items()
        }
        return value if all(made[key] is inside for key, inside in value.items()) else made
    if isinstance(value, list | tuple):
        items = [_replaced(inside, fields, old, new) for inside in value]
        return value if all(one is other for one, other in zip(items, value, strict=True)) else items
    return value
