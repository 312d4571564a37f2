"""Gives a step another id: lines, the drawing, undo steps and every expression that reads it go along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.edits import change_layout, flow_of, node_of, with_flow
from nodes.feel import FeelError, compile_expression, parse_template
from nodes.feel.tree import Name, children
from nodes.feel.tree import Node as Tree
from runtime.model.flow import Edge, Flow, Node
from runtime.model.layout import LayoutFile
from runtime.model.names import node_id_fault
from runtime.model.project import Project


def rename_node(flow_id: str, node_id: str, new: str) -> Command:
    """Refused if the new id is taken or can't be one."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        node_of(flow, node_id)
        if new == node_id:
            return project
        refuse_id(flow, new)
        moved = {node_id: new}
        nodes = tuple(_renamed(node, node_id, new) for node in flow.nodes)
        edges = tuple(_plugged(edge, moved) for edge in flow.edges)
        flow = flow.model_copy(update={"nodes": nodes, "edges": edges})
        return change_layout(with_flow(project, flow), flow_id, lambda layout: _placed(layout, moved))

    return Command(f"Call “{node_id}” “{new}”", apply, flow_id, select=(new,))


def refuse_id(flow: Flow, new: str) -> None:
    """Raises CommandRefused if no step of this flow may get this id."""
    fault = node_id_fault(new)
    if fault is not None:
        raise CommandRefused(f"The name “{new}” {fault}.")
    if flow.node(new) is not None:
        raise CommandRefused(f"Another step is called “{new}” already. Choose another name.")


def _renamed(node: Node, old: str, new: str) -> Node:
    update: dict[str, Any] = {}
    if node.id == old:
        update["id"] = new
    if node.undo == old:
        update["undo"] = new
    config = _rewritten(node.config, old, new)
    if config is not node.config:
        update["config"] = config
    return node.model_copy(update=update) if update else node


def _rewritten(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return _in_text(value, old, new) if old in value and "{" in value else value
    if isinstance(value, Mapping):
        if set(value) == {"feel"} and isinstance(value["feel"], str):
            text = _in_expression(value["feel"], old, new)
            return value if text == value["feel"] else {"feel": text}
        inner = {key: _rewritten(item, old, new) for key, item in value.items()}
        return value if all(inner[key] is value[key] for key in inner) else inner
    if isinstance(value, list | tuple):
        items = [_rewritten(item, old, new) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _in_expression(text: str, old: str, new: str) -> str:
    try:
        tree = compile_expression(text).ast
    except FeelError:
        return text  # what can't be read can't be renamed; the check names it
    return _replaced(text, _places(tree, old), 0, old, new)


def _in_text(text: str, old: str, new: str) -> str:
    try:
        holes = parse_template(text).holes
    except FeelError:
        return text
    for hole in reversed(holes):
        text = _replaced(text, _places(hole.expression.ast, old), hole.offset, old, new)
    return text


def _replaced(text: str, places: list[int], offset: int, old: str, new: str) -> str:
    for start in sorted(places, reverse=True):
        at = start + offset
        if text[at : at + len(old)] == old:
            text = text[:at] + new + text[at + len(old) :]
    return text


def _places(tree: Tree, name: str) -> list[int]:
    """Where the name itself is read, not an entry of the same name behind a dot."""
    found = [tree.span.start] if isinstance(tree, Name) and tree.name == name else []
    for child in children(tree):
        found += _places(child, name)
    return found


def _plugged(edge: Edge, moved: Mapping[str, str]) -> Edge:
    if edge.source not in moved and edge.target not in moved:
        return edge
    ends = {"source": moved.get(edge.source, edge.source), "target": moved.get(edge.target, edge.target)}
    return edge.model_copy(update=ends)


def _placed(layout: LayoutFile, moved: Mapping[str, str]) -> LayoutFile:
    update: dict[str, Any] = {}
    if moved.keys() & layout.nodes.keys():
        update["nodes"] = {moved.get(node, node): place for node, place in layout.nodes.items()}
    groups = tuple(
        group.model_copy(update={"nodes": tuple(moved.get(node, node) for node in group.nodes)})
        if moved.keys() & set(group.nodes)
        else group
        for group in layout.groups
    )
    if groups != layout.groups:
        update["groups"] = groups
    return layout.model_copy(update=update) if update else layout
