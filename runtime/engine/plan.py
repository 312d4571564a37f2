"""compile(flow, node types) -> Plan: all that the engine needs to know of a drawing, worked out once per release.

Pure: same flow and same node types give the same plan. A node whose type is unknown, broken or misconfigured gets a
``problem`` instead of a behaviour; its run stops there with an incident, everything before it still runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from pydantic import ValidationError

from nodes.contract import (
    Behaviour,
    BrokenNodeType,
    Child,
    Children,
    Effect,
    EffectKind,
    Expr,
    Join,
    NodeType,
    Start,
    Text,
    walk_fields,
)
from nodes.feel import DaysTimeDuration, YearsMonthsDuration, parse_duration
from runtime.engine.scope import Formula, Words
from runtime.engine.state import DEFAULT_BUDGETS, EdgeKey
from runtime.model.flow import Flow, Node
from runtime.model.graph import FlowGraph

AnyDuration = DaysTimeDuration | YearsMonthsDuration


class TypeSource(Protocol):
    """Where node types come from; ``nodes.registry.Registry`` is one."""

    def get(self, type_id: str, version: int, /) -> NodeType | BrokenNodeType | None: ...


@dataclass(frozen=True, slots=True)
class Policy:
    """A retry policy with every value decided (R2). Delays in seconds."""

    attempts: int
    first_delay: float = 1.0
    factor: float = 2.0
    max_delay: float = 300.0
    jitter: float = 0.2
    attempt_timeout: float = 30.0


@dataclass(eq=False)
class PlanNode:
    """One node, compiled."""

    node: Node
    behaviour: Behaviour | None
    problem: str | None
    ports: tuple[str, ...]
    out: dict[str, tuple[EdgeKey, ...]]
    """port -> its edges in canonical order; ports without edges are absent"""
    into: tuple[EdgeKey, ...]
    policy: Policy | None = None
    timeout: AnyDuration | None = None
    sla: AnyDuration | None = None
    config: Any = None
    """kept alive, because the tables below go by the identity of its fields"""
    paths: dict[int, str] = field(default_factory=dict)
    """id(Expr or Text) -> path of the field, for messages"""
    places: dict[int, Any] = field(default_factory=dict)
    """id(Text) -> Place that its holes are escaped for"""
    formulas: dict[int, Formula] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The node's id."""
        return self.node.id

    @property
    def title(self) -> str:
        """What people call it."""
        return self.node.title or self.node.id

    def formula(self, expr: Expr[Any]) -> Formula:
        """The compiled form of one of this node's expressions."""
        found = self.formulas.get(id(expr))
        if found is None:
            found = self.formulas[id(expr)] = Formula(expr, self.paths.get(id(expr), "expression"))
        return found

    def text(self, text: Text) -> Words:
        """The compiled form of one of this node's texts."""
        found = self.words.get(id(text))
        if found is None:
            found = self.words[id(text)] = Words(text, self.paths.get(id(text), "text"), self.places.get(id(text)))
        return found


@dataclass(eq=False)
class Plan:
    """A flow, compiled."""

    flow: Flow
    release: str
    project: str
    nodes: dict[str, PlanNode]
    graph: FlowGraph
    triggers: tuple[str, ...]
    openers: dict[str, str | None]
    """join -> its opener (J2); None is the start"""
    budgets: dict[str, int]
    sla: AnyDuration | None

    @property
    def zone(self) -> str:
        """IANA name of the flow's zone."""
        return self.flow.zone

    def outcome_rank(self, outcome: str) -> int:
        """Place in the flow's declared list (E3); undeclared ones come last."""
        for rank, declared in enumerate(self.flow.outcomes):
            if declared.id == outcome:
                return rank
        return len(self.flow.outcomes)

    def resolved(self, outcome: str | None) -> bool:
        """Whether this outcome settles the matter (E1)."""
        return any(o.id == outcome and o.resolved for o in self.flow.outcomes)

    def reaches(self, node: str, target_edge: EdgeKey, avoiding: str | None) -> bool:
        """Whether a token in ``node`` can get to this edge by a path that doesn't pass ``avoiding``."""
        return self.graph.reaches(node, target_edge[0], avoiding=avoiding)


def compile_plan(
    flow: Flow, types: TypeSource, *, release: str = "", project: str = "", budgets: Mapping[str, int] | None = None
) -> Plan:
    """The plan of a flow. ``budgets`` are the environment's limits; the flow may only lower them (L2)."""
    nodes: dict[str, PlanNode] = {}
    for node in flow.nodes:
        if node.id not in nodes:
            nodes[node.id] = _compile_node(node, types)
    triggers = tuple(n.id for n in nodes.values() if isinstance(n.behaviour, Start))
    graph = FlowGraph(flow, triggers=triggers)
    for edge in graph.edges:
        leaving, entering = nodes[edge.source], nodes[edge.target]
        leaving.out[edge.port] = (*leaving.out.get(edge.port, ()), edge.key)
        entering.into = (*entering.into, edge.key)
    limits = {**DEFAULT_BUDGETS, **(budgets or {})}
    if flow.budgets is not None:
        for name in limits:
            own = getattr(flow.budgets, name, None)
            if own is not None:
                limits[name] = min(limits[name], own)
    return Plan(
        flow=flow,
        release=release,
        project=project,
        nodes=nodes,
        graph=graph,
        triggers=triggers,
        openers={n.id: graph.opener(n.id) for n in nodes.values() if isinstance(n.behaviour, Join)},
        budgets=limits,
        sla=_duration(flow.sla),
    )


def _compile_node(node: Node, types: TypeSource) -> PlanNode:
    kind = types.get(node.type, node.version)
    compiled = PlanNode(node=node, behaviour=None, problem=None, ports=(), out={}, into=())
    if kind is None:
        compiled.problem = (
            f'Baton has no step of the kind "{node.type}" in version {node.version}. '
            "Install it, or ask who made the flow."
        )
        return compiled
    if isinstance(kind, BrokenNodeType):
        compiled.problem = f'The step kind "{node.type}" could not be loaded: {kind.reason}'
        return compiled
    try:
        config = kind.Config.model_validate(node.config)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "config"
        compiled.problem = f'"{compiled.title}" is not filled in: {where} {first["msg"]}.'
        return compiled
    compiled.behaviour = kind.behaviour(config)
    compiled.ports = tuple(port.name for port in kind.ports(config))
    for use in walk_fields(config):
        compiled.paths[id(use.field)] = use.path
        compiled.places[id(use.field)] = use.place
    compiled.config = config
    if isinstance(compiled.behaviour, Child | Children):
        compiled.behaviour, compiled.problem = None, "This version of Baton can't call other flows yet."
    if isinstance(compiled.behaviour, Effect):
        compiled.policy = _policy(node, compiled.behaviour.effect)
    try:
        compiled.timeout = _duration(node.timeout)
        compiled.sla = _duration(node.sla)
    except ValueError:
        compiled.problem = f'"{compiled.title}" has a time limit or SLA that is not a length of time such as PT4H.'
    return compiled


def _duration(text: str | None) -> AnyDuration | None:
    return parse_duration(text) if text else None


def _policy(node: Node, effect: EffectKind) -> Policy:
    default = Policy(attempts=1 if effect is EffectKind.ONCE else 4)
    own = node.retry
    if own is None:
        return default

    def seconds(value: Decimal | None, fallback: float) -> float:
        return fallback if value is None else float(value)

    return Policy(
        # `once` is never retried by the engine, whatever the policy says (R2).
        attempts=1 if effect is EffectKind.ONCE else (own.attempts or default.attempts),
        first_delay=seconds(own.first_delay, default.first_delay),
        factor=seconds(own.factor, default.factor),
        max_delay=seconds(own.max_delay, default.max_delay),
        jitter=seconds(own.jitter, default.jitter),
        attempt_timeout=seconds(own.attempt_timeout, default.attempt_timeout),
    )
