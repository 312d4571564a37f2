"""compile(flow, node types) -> Plan: all that the engine needs to know of a drawing, worked out once per release.

Pure: same flow and same node types give the same plan. A node whose type is unknown, broken or misconfigured gets a
``problem`` instead of a behaviour; its run stops there with an incident, everything before it still runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from nodes.contract import (
    Assign,
    AwaitSignal,
    Behaviour,
    BrokenNodeType,
    Child,
    Children,
    Effect,
    EffectKind,
    End,
    Expr,
    HumanTask,
    Join,
    NodeType,
    Pure,
    Start,
    Text,
    Wait,
    walk_fields,
)
from nodes.feel import DaysTimeDuration, YearsMonthsDuration, parse_duration
from runtime.engine.calendar import zone_rules
from runtime.engine.limits import text_broken
from runtime.engine.scope import Formula, Words
from runtime.engine.state import DEFAULT_BUDGETS, EdgeKey
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow, Node
from runtime.model.graph import FlowGraph
from runtime.model.plain_words import mistakes_of

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel

_KNOWN = frozenset({Assign, AwaitSignal, Child, Children, Effect, End, HumanTask, Join, Pure, Start, Wait})
"""the behaviours that ``decide/enter.py`` can start"""
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


@dataclass(frozen=True, slots=True)
class CalledFlow:
    """What a step has to know of the flow that it calls, to be sure beforehand that the child can start."""

    id: str
    input_schema: Mapping[str, Any]


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
    called: CalledFlow | None = None
    """of a step that calls another flow"""
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    """of a step that asks decisions: file -> compiled model, shared by all plans of the release"""
    config: Any = None
    """kept alive, because the tables below go by the identity of its fields"""
    paths: dict[int, str] = field(default_factory=dict)
    """id(Expr or Text) -> path of the field, for messages"""
    places: dict[int, Any] = field(default_factory=dict)
    """id(Text) -> Place that its holes are escaped for"""
    formulas: dict[int, Formula] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)

    id: str = field(init=False)
    """the node's id"""
    title: str = field(init=False)
    """what people call it"""

    def __post_init__(self) -> None:
        self.id = self.node.id
        self.title = self.node.title or self.node.id

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
    budgets: dict[str, int]
    sla: AnyDuration | None
    decisions: Decisions = NO_DECISIONS
    """those of the release"""
    problem: str | None = None
    """why no run of this flow can start at all; None for almost every flow"""
    _openers: dict[str, str | None] = field(default_factory=dict)
    _edge_bits: dict[str, dict[EdgeKey, int]] = field(default_factory=dict)
    _reachable: dict[str, dict[str, int]] = field(default_factory=dict)

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

    def opener(self, join: str) -> str | None:
        """The node that opens the rounds of a join (J2); None is the start. Found when the first token comes there."""
        if join not in self._openers:
            self._openers[join] = self.graph.opener(join)
        return self._openers[join]

    def edge_bits(self, join: str) -> dict[EdgeKey, int]:
        """Each edge into a join and its bit in ``reachable_edges``."""
        found = self._edge_bits.get(join)
        if found is None:
            found = self._edge_bits[join] = {edge: 1 << n for n, edge in enumerate(self.nodes[join].into)}
        return found

    def reachable_edges(self, node: str, join: str) -> int:
        """Bits of the join's edges that a token in ``node`` can still get to in the same round (J8).

        Paths through the opener or through the join itself are left out: behind either another round has begun (J2).
        """
        table = self._reachable.get(join)
        if table is None:
            table = self._reachable[join] = self._reachable_table(join)
        return table.get(node, 0)

    def _reachable_table(self, join: str) -> dict[str, int]:
        """Node -> bits, carried backwards from the join until nothing changes: about one pass over the region."""
        barred = {join, self.opener(join)}
        table: dict[str, int] = {}
        changed: deque[str] = deque()

        def add(node: str, bits: int) -> None:
            known = table.get(node, 0)
            if node not in barred and known | bits != known:
                table[node] = known | bits
                changed.append(node)

        for edge, bit in self.edge_bits(join).items():
            add(edge[0], bit)
        while changed:
            node = changed.popleft()
            for edge in self.nodes[node].into:
                add(edge[0], table[node])
        return table


def compile_plan(
    flow: Flow,
    types: TypeSource,
    *,
    release: str = "",
    project: str = "",
    budgets: Mapping[str, int] | None = None,
    flows: Mapping[str, Flow] | None = None,
    decisions: Decisions = NO_DECISIONS,
) -> Plan:
    """The plan of a flow. ``budgets`` are the environment's limits; the flow may only lower them (L2). ``flows``: all
    flows of the release, those that this one calls among them (B1). ``decisions``: those of the release, one object
    for all its plans, so that each model is compiled once."""
    nodes: dict[str, PlanNode] = {}
    for drawn in flow.nodes:
        if drawn.id not in nodes:
            nodes[drawn.id] = _compile_node(drawn, types)
    _find_called(nodes, types, {flow.id: flow, **(flows or {})})
    for node in nodes.values():
        _find_decisions(node, decisions)
    triggers = tuple(n.id for n in nodes.values() if isinstance(n.behaviour, Start))
    graph = FlowGraph(flow, triggers=triggers)
    leaving: dict[str, dict[str, list[EdgeKey]]] = {}
    entering: dict[str, list[EdgeKey]] = {}
    for edge in graph.edges:
        leaving.setdefault(edge.source, {}).setdefault(edge.port, []).append(edge.key)
        entering.setdefault(edge.target, []).append(edge.key)
    for name, node in nodes.items():
        node.out = {port: tuple(edges) for port, edges in leaving.get(name, {}).items()}
        node.into = tuple(entering.get(name, ()))
    limits = {**DEFAULT_BUDGETS, **(budgets or {})}
    if flow.budgets is not None:
        for name in limits:
            own = getattr(flow.budgets, name, None)
            if own is not None:
                limits[name] = min(limits[name], own)
    problem = _flow_problem(flow)
    return Plan(
        flow=flow,
        release=release,
        project=project,
        nodes=nodes,
        graph=graph,
        triggers=triggers,
        budgets=limits,
        sla=_duration(flow.sla) if problem is None else None,
        decisions=decisions,
        problem=problem,
    )


def _find_called(nodes: Mapping[str, PlanNode], types: TypeSource, flows: Mapping[str, Flow]) -> None:
    """What the steps that call other flows have to know of those; a step whose flow can't be started gets a problem."""
    looked_at: dict[str, tuple[CalledFlow | None, str]] = {}
    for node in nodes.values():
        if not isinstance(node.behaviour, Child | Children):
            continue
        called = node.behaviour.flow
        if called not in looked_at:
            looked_at[called] = _called(called, types, flows.get(called))
        node.called, problem = looked_at[called]
        if node.called is None:
            node.behaviour, node.problem = None, f'"{node.title}" can\'t call another flow: {problem}'


def _called(name: str, types: TypeSource, flow: Flow | None) -> tuple[CalledFlow | None, str]:
    if flow is None:
        return None, f'there is no flow "{name}" in this release.'
    problem = _flow_problem(flow)
    if problem is not None:
        return None, f'"{name}" can\'t be run: {problem}'
    starts = [n.id for n in flow.nodes if isinstance(_compile_node(n, types).behaviour, Start)]
    if len(starts) != 1:
        return None, f'"{name}" should have one start to be called, and it has {len(starts)}.'
    return CalledFlow(name, flow.input_schema), ""


def _find_decisions(node: PlanNode, decisions: Decisions) -> None:
    """The models that a step asks; a step whose decision can't be asked gets a problem."""
    uses = node.behaviour.decisions if isinstance(node.behaviour, Pure) else ()
    models: dict[str, DecisionModel] = {}
    for use in uses:
        problem = decisions.problem(use.file)
        model: Any = decisions.get(use.file)
        if problem is None and use.decision not in model.decisions:
            problem = f'decisions/{use.file}.dmn has no decision "{use.decision}".'
        if problem is not None:
            node.behaviour, node.problem = None, f'"{node.title}" can\'t decide: {problem}'
            return
        models[use.file] = model
    node.decisions = models


def _flow_problem(flow: Flow) -> str | None:
    """What of the flow itself, not of one step, keeps it from being run."""
    try:
        zone_rules(flow.zone)
    except ValueError as wrong:
        return f"{wrong}."
    try:
        _duration(flow.sla)
    except _BadLength:
        return f"Its SLA {flow.sla!r} is not a length of time such as P2D."
    for words in (flow.id, *(n.id for n in flow.nodes), *(part for e in flow.edges for part in e.key)):
        broken = text_broken(words)
        if broken is not None:
            return f"An id in it can't be written: {broken}."
    return None


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
        _ask_type(compiled, kind)
        compiled.timeout, compiled.sla = _duration(node.timeout), _duration(node.sla)
    except ValidationError as problem:
        first = mistakes_of(problem, node.config, kind.Config)[0]
        compiled.problem = f'"{compiled.title}" is not filled in: {f"{first.path} {first.message}".strip()}'
    except _BadLength:
        compiled.problem = f'"{compiled.title}" has a time limit or SLA that is not a length of time such as PT4H.'
    except Exception as problem:  # noqa: BLE001  others' code: whatever it raises, the rest of the flow still opens
        compiled.problem = f'The step kind "{node.type}" broke on "{compiled.title}": {type(problem).__name__}.'
    if compiled.problem is not None:
        compiled.behaviour = None
    return compiled


def _ask_type(compiled: PlanNode, kind: NodeType) -> None:
    """Fill in all that the node's type says of it."""
    config = kind.Config.model_validate(compiled.node.config)
    behaviour = kind.behaviour(config)
    if type(behaviour) not in _KNOWN:
        compiled.problem = f'The step kind "{compiled.node.type}" asks for something that this version can\'t do.'
        return
    compiled.behaviour = behaviour
    compiled.ports = tuple(str(port.name) for port in kind.ports(config))
    for use in walk_fields(config):
        compiled.paths[id(use.field)] = use.path
        compiled.places[id(use.field)] = use.place
    compiled.config = config
    if isinstance(behaviour, Effect):
        compiled.policy = _policy(compiled.node, behaviour.effect)


class _BadLength(Exception):
    """A duration in the drawing that is none."""


def _duration(text: str | None) -> AnyDuration | None:
    """Raises ``_BadLength``."""
    if not text:
        return None
    try:
        length = parse_duration(text)
    except ValueError as problem:
        raise _BadLength(text) from problem
    if length is None:
        raise _BadLength(text)
    return length


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
