"""One step alone, in memory: on values that a tester gives for every name that it reads. Nothing is sent.

The step is put into a small flow of its own: a start, one stand-in for each step whose result it reads (under that
step's name), the values that runs remember, and an end behind each of its ways out. So the engine itself says what the
step does, as in a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from designer.document.clock import now
from designer.session.examples import example_of
from designer.session.rehearsal import Answers, Rehearsal, RehearsalRefused
from designer.session.story import Story
from designer.session.waiting import open_incidents, open_tasks
from nodes.contract import (
    DONE,
    Behaviour,
    BrokenNodeType,
    Category,
    End,
    HumanTask,
    NodeConfig,
    NodeType,
    Pure,
    Routed,
    Start,
    Value,
)
from runtime.engine.plan import TypeSource
from runtime.model.drawing import NodeFacts
from runtime.model.flow import Edge, Flow, Node
from runtime.model.names import SCOPE_NAMES, node_id_fault
from runtime.model.project import Project

GIVEN = "given/"
"""how the types of stand-ins begin; they exist here alone and never in a project"""
BEGIN, REMEMBER, FINISH = "alone_begin", "alone_remember", "alone_finish"
MOST_WAITS = 20
OWN_NAMES = frozenset({"input", "vars", "case"})
"""names that are no steps and can be given"""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What the step did. ``port`` is its title, empty if it did not leave."""

    state: str
    """done, person (waits for one), time, or incident"""
    port: str = ""
    words: str = ""
    """why, or what it waits for, or what is wrong"""
    given: Value = None
    """what it worked on: of a request, what would be sent"""
    output: Value = None


class CanNotRunAlone(Exception):
    """The step can't be run alone; the text is a sentence for a person."""


def run_alone(
    project: Project, flow_id: str, node_id: str, types: TypeSource, given: Mapping[str, Value], answers: Answers,
    *, choice: str = "",
) -> StepResult:  # fmt: skip
    """Run one step on ``given`` (name -> value). ``choice``: the way that a person takes, for a step that asks one.

    Raises ``CanNotRunAlone``.
    """
    for name in given:
        if name not in OWN_NAMES and (fault := node_id_fault(name)) is not None:
            raise CanNotRunAlone(f"“{name}” can't be read: as a name it {fault}.")
    source = _Types(types, given)
    small = _alone(project, flow_id, node_id, source, given)
    try:
        rehearsal = Rehearsal(small, flow_id, source, answers, start_at=now())
        rehearsal.start(given.get("input"), case=given.get("case"))
        _advance(rehearsal, node_id, choice)
    except RehearsalRefused as refused:
        raise CanNotRunAlone(str(refused)) from refused
    story = Story(rehearsal.run, small, flow_id, source, rehearsed=True)
    story.add(rehearsal.simulation.entries())
    return _result(story, node_id)


def _advance(rehearsal: Rehearsal, node_id: str, choice: str) -> None:
    """Until it has ended or waits for what nobody gave: people answer by ``choice``, time passes by itself."""
    for _ in range(MOST_WAITS):
        if rehearsal.advance() != "waits":
            return
        step = next((one for one in rehearsal.state.live.values() if one.node == node_id), None)
        task = rehearsal.simulation.plans[rehearsal.flow_id].nodes[node_id].behaviour
        if step is not None and choice and isinstance(task, HumanTask):
            form = example_of(task.form) if task.form else None
            rehearsal.answer(step.id, choice, "somebody", form)
            choice = ""
        elif isinstance(task, HumanTask) or not rehearsal.skip_time():
            return


def _result(story: Story, node_id: str) -> StepResult:
    incidents = open_incidents(story)
    if incidents:
        return StepResult("incident", words=incidents[0].message)
    spans = story.steps_of(node_id)
    if not spans:
        raise CanNotRunAlone("The step was not reached: it has no way in that can be tried alone.")
    span = spans[-1]
    tasks = open_tasks(story)
    if tasks:
        return StepResult("person", words=f"{tasks[0].title} It waits for {tasks[0].role}.".strip())
    if not span.port and not story.ended:
        return StepResult("time", words=story.words(span))
    if isinstance(story.plan.nodes[node_id].behaviour, End):
        return StepResult("done", story.outcome_title() or "The end", story.words(span), span.input, span.output)
    ways = story.drawing.node(node_id).ports
    return StepResult("done", ways.get(span.port or "", span.port or ""), story.words(span), span.input, span.output)


def _alone(project: Project, flow_id: str, node_id: str, types: TypeSource, given: Mapping[str, Value]) -> Project:
    """The project with the flow cut down to this step."""
    flow = project.flows[flow_id]
    node = flow.node(node_id)
    found = types.get(node.type, node.version) if node is not None else None
    if node is None or not isinstance(found, NodeType):
        raise CanNotRunAlone("The kind of this step is not installed here, so it can't be run.")
    facts = NodeFacts(node, found)
    if facts.behaviour is None:
        raise CanNotRunAlone("The step can't be run yet: a field is missing or can't be read. Its form says which.")
    if isinstance(facts.behaviour, Start):
        raise CanNotRunAlone("This step starts the flow. Run the flow, or choose a step behind it.")
    nodes = [_node(BEGIN, "triggers/manual")]
    remembered = given.get("vars")
    if isinstance(remembered, Mapping) and remembered:
        nodes.append(_node(REMEMBER, "control/set", {"assignments": dict(remembered)}))
    nodes += [_node(name, f"{GIVEN}{name}") for name in given if name not in SCOPE_NAMES and name != node_id]
    nodes.append(node.model_copy(update={"undo": None}))
    edges = [_edge(one.id, "started" if one.id == BEGIN else DONE.name, other.id) for one, other in pairwise(nodes)]
    if not isinstance(facts.behaviour, End):
        nodes.append(_node(FINISH, "control/end"))
        edges += [_edge(node_id, port.name, FINISH) for port in facts.ports or ()]
    small: Flow = flow.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges), "input_schema": {}})
    return project.model_copy(update={"flows": {**project.flows, flow_id: small}})


def _node(name: str, kind: str, config: Mapping[str, Value] | None = None) -> Node:
    return Node(id=name, type=kind, version=1, title="", config=dict(config or {}))


def _edge(source: str, port: str, target: str) -> Edge:
    return Edge.model_validate({"from": source, "port": port, "to": target})


class _Nothing(NodeConfig):
    """A stand-in has no fields."""


class _Types:
    """The types that are installed, and a stand-in for each given step, which gives what the tester said."""

    def __init__(self, types: TypeSource, given: Mapping[str, Value]) -> None:
        self._types = types
        self._stand_ins = {f"{GIVEN}{name}": _stand_in(name, value) for name, value in given.items()}

    def get(self, type_id: str, version: int, /) -> NodeType | BrokenNodeType | None:
        return self._stand_ins.get(type_id) or self._types.get(type_id, version)


def _stand_in(name: str, value: Value) -> NodeType:
    def behaviour(_config: NodeConfig) -> Behaviour:
        return Pure(lambda _inputs, _evaluate: Routed(DONE.name, value))

    return NodeType(
        id=f"{GIVEN}{name}",
        version=1,
        title=name,
        help="",
        category=Category.CONTROL,
        icon="variable",
        Config=_Nothing,
        ports=lambda _config: (DONE,),
        output_schema=lambda _config: {},
        summary=lambda _config: "",
        behaviour=behaviour,
    )
