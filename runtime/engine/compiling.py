"""compile(flow, node types) -> Plan, whole or in pieces: a window that lives between two of them is never held up.

Called once per release and flow. Pure: same flow and same node types give the same plan. What others' code says of a
node, or raises, is that node's problem and never the flow's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from pydantic import ValidationError

from nodes.contract import (
    Assign,
    AwaitSignal,
    BrokenNodeType,
    Child,
    Children,
    DecisionUse,
    Effect,
    EffectKind,
    End,
    HumanTask,
    Join,
    NodeType,
    Pure,
    Start,
    Wait,
    walk_fields,
)
from nodes.feel import parse_duration
from runtime.engine.calendar import zone_rules
from runtime.engine.limits import text_broken
from runtime.engine.plan import AnyDuration, CalledFlow, Plan, PlanNode, Policy, TypeSource
from runtime.engine.state import DEFAULT_BUDGETS, EdgeKey
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow, Node
from runtime.model.graph import FlowGraph
from runtime.model.plain_words import mistakes_of

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel

P = ParamSpec("P")
T = TypeVar("T")
Pieces: TypeAlias = Generator[None, None, T]
"""work that rests between two pieces, as long as whoever does it likes"""

_KNOWN = frozenset({Assign, AwaitSignal, Child, Children, Effect, End, HumanTask, Join, Pure, Start, Wait})
"""the behaviours that ``decide/enter.py`` can start"""


def compile_in_pieces(
    flow: Flow,
    types: TypeSource,
    *,
    release: str = "",
    project: str = "",
    budgets: Mapping[str, int] | None = None,
    flows: Mapping[str, Flow] | None = None,
    decisions: Decisions = NO_DECISIONS,
) -> Pieces[Plan]:
    """The plan of a flow; it rests behind each node, of this flow and of those that it calls.

    ``budgets`` are the environment's limits; the flow may only lower them (L2). ``flows``: all flows of the release,
    those that this one calls among them (B1). ``decisions``: those of the release, one object for all its plans, so
    that each model is compiled once.
    """
    nodes: dict[str, PlanNode] = {}
    for drawn in flow.nodes:
        if drawn.id not in nodes:
            nodes[drawn.id] = _compile_node(drawn, types)
            yield
    yield from _find_called(nodes, types, {flow.id: flow, **(flows or {})})
    for node in nodes.values():
        if isinstance(node.behaviour, Pure) and node.behaviour.decisions:
            _find_decisions(node, node.behaviour.decisions, decisions)
            yield
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
    yield
    problem = _flow_problem(flow)
    return Plan(
        flow=flow,
        release=release,
        project=project,
        nodes=nodes,
        graph=graph,
        triggers=triggers,
        budgets=_lowered(flow, budgets),
        sla=_duration(flow.sla) if problem is None else None,
        decisions=decisions,
        problem=problem,
    )


def _at_once(in_pieces: Callable[P, Pieces[T]]) -> Callable[P, T]:
    def whole(*args: P.args, **named: P.kwargs) -> T:
        pieces = in_pieces(*args, **named)
        while True:
            try:
                next(pieces)
            except StopIteration as end:
                made: T = end.value
                return made

    return whole


compile_plan = _at_once(compile_in_pieces)
"""As ``compile_in_pieces``, without a rest: for those whom nobody waits for."""


def _lowered(flow: Flow, budgets: Mapping[str, int] | None) -> dict[str, int]:
    limits = {**DEFAULT_BUDGETS, **(budgets or {})}
    if flow.budgets is not None:
        for name in limits:
            own = getattr(flow.budgets, name, None)
            if own is not None:
                limits[name] = min(limits[name], own)
    return limits


def _find_called(nodes: Mapping[str, PlanNode], types: TypeSource, flows: Mapping[str, Flow]) -> Pieces[None]:
    """What the steps that call other flows have to know of those; a step whose flow can't be started gets a problem."""
    looked_at: dict[str, tuple[CalledFlow | None, str]] = {}
    for node in nodes.values():
        if not isinstance(node.behaviour, Child | Children):
            continue
        called = node.behaviour.flow
        if called not in looked_at:
            looked_at[called] = yield from _called(called, types, flows.get(called))
        node.called, problem = looked_at[called]
        if node.called is None:
            node.behaviour, node.problem = None, f'"{node.title}" can\'t call another flow: {problem}'


def _called(name: str, types: TypeSource, flow: Flow | None) -> Pieces[tuple[CalledFlow | None, str]]:
    if flow is None:
        return None, f'there is no flow "{name}" in this release.'
    problem = _flow_problem(flow)
    if problem is not None:
        return None, f'"{name}" can\'t be run: {problem}'
    starts = 0
    for node in flow.nodes:
        starts += isinstance(_compile_node(node, types).behaviour, Start)
        yield
    if starts != 1:
        return None, f'"{name}" should have one start to be called, and it has {starts}.'
    return CalledFlow(name, flow.input_schema), ""


def _find_decisions(node: PlanNode, uses: Iterable[DecisionUse], decisions: Decisions) -> None:
    """The models that a step asks; a step whose decision can't be asked gets a problem."""
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
