"""What the drawing adds to a journal: titles, kinds, names of ports, and which fields are sensitive.

A trace is drawn on the version that the run is pinned to, so the caller brings that flow. Total: an unknown or broken
node type gives a node with its own id as title, and a journal can be read with no drawing at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nodes.contract import BrokenNodeType, HumanTask, Looking, NodeType, Value, walk_fields
from runtime.engine.plan import TypeSource
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow, Node

if TYPE_CHECKING:
    from nodes.dmn.card import DecisionCard


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNode:
    """One node, as far as a trace needs it."""

    id: str
    title: str
    type: str = ""
    category: str = ""
    kind: str = ""
    ports: Mapping[str, str] = field(default_factory=dict)
    """port -> its title"""
    needs: Mapping[str, int] = field(default_factory=dict)
    """choice -> so many people must give it"""
    role: str = ""
    """whose task it is, as people call the role"""
    sensitive: frozenset[str] = frozenset()
    """paths in the step's input, such as ``headers[2].value``"""
    card: Callable[[Mapping[str, Value], dt.datetime], DecisionCard | None] | None = None
    """(the ``why`` of a step, its run time) -> what would have changed its way; None: the node is not understood"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One flow, as far as a trace needs it."""

    flow: str = ""
    title: str = ""
    nodes: Mapping[str, DrawnNode] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    """role -> its title, of the roles that have one"""
    sensitive_names: frozenset[str] = frozenset()
    """keys that the flow's input schema marks as sensitive"""
    local_times: bool = False
    """whether sentences are read on this machine, so that instants are given in its zone; otherwise in UTC"""

    def node(self, node_id: str) -> DrawnNode:
        """The node; one with its id as title where the drawing doesn't hold it."""
        return self.nodes.get(node_id) or DrawnNode(id=node_id, title=node_id)


NO_ROLES: Mapping[str, str] = {}
NO_DRAWING = Drawing()
"""For a journal whose release is not at hand."""


def draw(
    flow: Flow,
    types: TypeSource,
    decisions: Decisions = NO_DECISIONS,
    roles: Mapping[str, str] = NO_ROLES,
    local_times: bool = False,
) -> Drawing:
    """The drawing of a flow. Never raises for what a project file may hold. ``decisions``: those of the release;
    ``roles``: the titles of its project's roles; ``local_times``: see there.
    """
    return Drawing(
        flow=flow.id,
        title=flow.title or flow.id,
        nodes={node.id: _draw_node(node, types, decisions, flow.zone, roles) for node in reversed(flow.nodes)},
        outcomes={outcome.id: outcome.title or outcome.id for outcome in flow.outcomes},
        roles=roles,
        sensitive_names=frozenset(_sensitive_names(flow.input_schema)),
        local_times=local_times,
    )


def _draw_node(node: Node, types: TypeSource, decisions: Decisions, zone: str, roles: Mapping[str, str]) -> DrawnNode:
    title = node.title or node.id
    kind = types.get(node.type, node.version)
    if not isinstance(kind, NodeType) or isinstance(kind, BrokenNodeType):
        return DrawnNode(id=node.id, title=title, type=node.type)
    try:
        config = kind.Config.model_validate(node.config)
    except ValidationError:
        return DrawnNode(id=node.id, title=title, type=node.type, category=str(kind.category))
    behaviour = kind.behaviour(config)
    task = behaviour if isinstance(behaviour, HumanTask) else None
    return DrawnNode(
        id=node.id,
        title=title,
        type=node.type,
        category=str(kind.category),
        kind=re.sub(r"(?<!^)(?=[A-Z])", "_", type(behaviour).__name__).lower(),
        ports={port.name: port.title for port in kind.ports(config)},
        needs={choice.port: choice.needs for choice in task.choices} if task else {},
        role=roles.get(task.role, task.role) if task else "",
        sensitive=frozenset(use.path for use in walk_fields(config) if use.sensitive),
        card=_card_of(kind, config, decisions, zone),
    )


def _card_of(
    kind: NodeType, config: Any, decisions: Decisions, zone: str
) -> Callable[[Mapping[str, Value], dt.datetime], DecisionCard | None]:
    """The node type's card, with the decisions of the release as they were asked in the run (N7)."""

    def card(why: Mapping[str, Value], at: dt.datetime) -> DecisionCard | None:
        try:
            return kind.card(config, why, Looking(decisions.usable, at, zone))
        except Exception:  # noqa: BLE001  others' code: a trace is shown without the card
            return None

    return card


def _sensitive_names(schema: Any, depth: int = 0) -> list[str]:
    """Property names that a JSON Schema marks: ``writeOnly``, ``format: password`` or ``x-baton-sensitive``."""
    found: list[str] = []
    if depth > 40 or not isinstance(schema, Mapping):
        return found
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        marked = isinstance(part, Mapping) and (
            part.get("writeOnly") is True or part.get("format") == "password" or part.get("x-baton-sensitive") is True
        )
        if marked:
            found.append(str(name))
        found += _sensitive_names(part, depth + 1)
    return found + _sensitive_names(schema.get("items"), depth + 1)
