"""A flow cut down to a part of it, as a project of its own that any runtime can run: one step alone, or up to a step.

Law: what is left of a step is exactly what is drawn. Only steps of installed types are put beside it, so that the part
is played in memory and run by ``baton serve`` in the same way, with the same journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from nodes.contract import DONE, End, NodeType, Start, Value
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.moments import WideDate, WideDateTime, WideTime
from nodes.feel.printer import number_text
from nodes.feel.temporal_text import format_temporal
from nodes.feel.texts import quote
from runtime.engine.plan import TypeSource
from runtime.model.drawing import NodeFacts
from runtime.model.flow import Edge, Flow, Node
from runtime.model.names import SCOPE_NAMES, node_id_fault
from runtime.model.project import Project

BEGIN, REMEMBER, FINISH = "alone_begin", "alone_remember", "alone_finish"
OWN_NAMES = frozenset({"input", "vars", "case"})
"""names that are no steps and can be given"""
_TEMPORAL = (
    dt.date, dt.time, WideDate, WideDateTime, WideTime, DaysTimeDuration, YearsMonthsDuration,
)  # fmt: skip


class CanNotRunAlone(Exception):
    """The part can't be run; the text is a sentence for a person."""


def step_alone(project: Project, flow_id: str, node_id: str, types: TypeSource, given: Mapping[str, Value]) -> Project:
    """The project with the flow cut down to one step, on ``given`` values (name -> value).

    Before it stand a start, a step in the place of each whose result is given, and the values that runs remember;
    behind each of its ways out an end. ``input`` and ``case`` of ``given`` are what the run is to be started with.
    Raises ``CanNotRunAlone``.
    """
    for name in given:
        if name not in OWN_NAMES and (fault := node_id_fault(name)) is not None:
            raise CanNotRunAlone(f"“{name}” can't be read: as a name it {fault}.")
    flow = project.flows[flow_id]
    facts = _known(flow, node_id, types)
    if isinstance(facts.behaviour, Start):
        raise CanNotRunAlone("This step starts the flow. Run the flow, or choose a step behind it.")
    nodes = [_node(BEGIN, "triggers/manual", "Start")]
    remembered = given.get("vars")
    if isinstance(remembered, Mapping) and remembered:
        values = {name: as_config(value) for name, value in remembered.items()}
        nodes.append(_node(REMEMBER, "control/set", "What the run remembers", {"assignments": values}))
    for name in given:
        if name not in SCOPE_NAMES and name != node_id:
            nodes.append(_node(name, "control/value", _given_title(flow, name), {"value": as_config(given[name])}))
    nodes.append(facts.node.model_copy(update={"undo": None}))
    edges = [_edge(one.id, "started" if one.id == BEGIN else DONE.name, other.id) for one, other in pairwise(nodes)]
    if not isinstance(facts.behaviour, End):
        nodes.append(_node(FINISH, "control/end", "Tried"))
        edges += [_edge(node_id, port.name, FINISH) for port in facts.ports or ()]
    return _with(project, flow, nodes, edges, {}, input_schema={})


def up_to(project: Project, flow_id: str, node_id: str, types: TypeSource) -> Project:
    """The project with the flow cut behind one step: only what leads there is run, and nothing beside or behind it.

    A way that leads past the step, or out of it, comes to an end. Raises ``CanNotRunAlone``.
    """
    flow = project.flows[flow_id]
    reached = _known(flow, node_id, types)
    if isinstance(reached.behaviour, Start):
        raise CanNotRunAlone("This step starts the flow, so nothing leads to it. Choose a step behind it.")
    inside = [edge for edge in flow.edges if edge.source != node_id]
    starts = {
        node.id for node in flow.nodes
        if isinstance(found := types.get(node.type, node.version), NodeType)
        and isinstance(NodeFacts(node, found).behaviour, Start)
    }  # fmt: skip
    before = _closed({node_id}, {(edge.target, edge.source) for edge in inside})
    kept = before & _closed(starts, {(edge.source, edge.target) for edge in inside})
    if node_id not in kept:
        raise CanNotRunAlone("No way leads from the start of the flow to this step. Connect it first.")
    edges = [edge for edge in inside if edge.source in kept and edge.target in kept]
    nodes = [
        node if node.undo is None or node.undo in kept else node.model_copy(update={"undo": None})
        for node in flow.nodes
        if node.id in kept
    ]
    # A way out that was never connected stays so: where it leads nowhere in the flow, it must not look fine here.
    drawn = {(edge.source, edge.port) for edge in flow.edges if edge.source in kept}
    drawn |= {(node_id, port.name) for port in reached.ports or ()}
    cut = sorted(drawn - {(edge.source, edge.port) for edge in edges})
    if cut:
        nodes.append(_node(FINISH, "control/end", "As far as it was to run"))
        edges += [_edge(source, port, FINISH) for source, port in cut]
    return _with(project, flow, nodes, edges, _beside(project.layouts.get(flow_id), node_id))


def as_config(value: Value) -> Any:
    """A value as a field of a step holds it: itself where that says the same, else as an expression.

    Raises ``CanNotRunAlone`` for a file or a secret, which can't be written.
    """
    if _plain(value) and not (isinstance(value, Mapping) and set(value) == {"feel"}):
        return value
    return {"feel": _feel(value)}


def _plain(value: Value) -> bool:
    if isinstance(value, Mapping):
        return all(map(_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return value is None or isinstance(value, bool | int | str | Decimal)


def _feel(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        return number_text(Decimal(value))
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quote(key)}: {_feel(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_feel, value)) + "]"
    if isinstance(value, _TEMPORAL):
        return f'@"{format_temporal(value)}"'
    raise CanNotRunAlone(f"A {type(value).__name__.lower()} can't be given here. Leave it out, or run the flow.")


def _known(flow: Flow, node_id: str, types: TypeSource) -> NodeFacts:
    node = flow.node(node_id)
    found = types.get(node.type, node.version) if node is not None else None
    if node is None or not isinstance(found, NodeType):
        raise CanNotRunAlone("The kind of this step is not installed here, so it can't be run.")
    facts = NodeFacts(node, found)
    if facts.behaviour is None:
        raise CanNotRunAlone("The step can't be run yet: a field is missing or can't be read. Its form says which.")
    return facts


def _closed(first: Collection[str], arcs: Collection[tuple[str, str]]) -> set[str]:
    """Everything that the arcs lead to from these."""
    leading: dict[str, list[str]] = {}
    for source, target in arcs:
        leading.setdefault(source, []).append(target)
    found, ahead = set(first), list(first)
    while ahead:
        for target in leading.get(ahead.pop(), ()):
            if target not in found:
                found.add(target)
                ahead.append(target)
    return found


def _given_title(flow: Flow, name: str) -> str:
    node = flow.node(name)
    return f"Given: {(node.title if node is not None else '') or name}"


def _with(
    project: Project, flow: Flow, nodes: list[Node], edges: list[Edge], layout: Mapping[str, Any], **more: Any
) -> Project:
    small = flow.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges), **more})
    flows, layouts = {**project.flows, flow.id: small}, {**project.layouts, flow.id: layout}
    return project.model_copy(update={"flows": flows, "layouts": layouts})


def _beside(layout: Mapping[str, Any] | None, node_id: str) -> Mapping[str, Any]:
    """The places of the whole flow without its notes, and the end of the part right of its last step."""
    places = (layout or {}).get("nodes")
    if not isinstance(places, Mapping):
        return {}
    last = places.get(node_id)
    x, y = (last.get("x"), last.get("y")) if isinstance(last, Mapping) else (None, None)
    if not isinstance(x, int | Decimal) or not isinstance(y, int | Decimal):
        return {}
    return {**(layout or {}), "notes": [], "nodes": {**places, FINISH: {"x": x + 260, "y": y + 14}}}


def _node(name: str, kind: str, title: str, config: Mapping[str, Value] | None = None) -> Node:
    return Node(id=name, type=kind, version=1, title=title, config=dict(config or {}))


def _edge(source: str, port: str, target: str) -> Edge:
    return Edge.model_validate({"from": source, "port": port, "to": target})
