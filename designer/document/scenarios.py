"""What the steps of a flow answer in a scenario: ``scenarios/<flow>/<sample>.json``, kept beside the sample.

``{"sample": "automatic", "effects": {"get_customer": {...}}}``: node id -> output. So that an example can be tried on a
machine that reaches none of its systems, and a test says what the systems were supposed to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodes.contract import Value, from_wire, to_wire
from nodes.contract.values import ValueProblem
from runtime.model.project import Project


def effects_of(project: Project, flow: str, sample: str) -> dict[str, Value]:
    """Node id -> what it answers in the scenario of this sample; empty where there is none that can be read."""
    scenario = project.scenarios.get(flow, {}).get(sample)
    effects = scenario.get("effects") if isinstance(scenario, Mapping) else None
    found: dict[str, Value] = {}
    for node, value in effects.items() if isinstance(effects, Mapping) else ():
        try:
            found[str(node)] = from_wire(value)
        except ValueProblem:
            continue  # one damaged answer: the step answers with a made-up example, as if nothing were kept
    return found


def with_effects(project: Project, flow: str, sample: str, effects: Mapping[str, Value]) -> Project:
    """The project with these answers kept as the scenario of a sample; whatever else the scenario says stays."""
    of_flow = dict(project.scenarios.get(flow, {}))
    before = of_flow.get(sample)
    rest = dict(before) if isinstance(before, Mapping) else {"format_version": 1}
    of_flow[sample] = {**rest, "sample": sample, "effects": {node: to_wire(value) for node, value in effects.items()}}
    return project.model_copy(update={"scenarios": {**project.scenarios, flow: of_flow}})


def answering_as(project: Project, flow: str, old: str, new: str) -> Project:
    """What a step answers in the scenarios of its flow is kept under its new id; all else they say stays."""
    of_flow = project.scenarios.get(flow, {})
    carried = {sample: _carried(scenario, old, new) for sample, scenario in of_flow.items()}
    if all(carried[sample] is scenario for sample, scenario in of_flow.items()):
        return project
    return project.model_copy(update={"scenarios": {**project.scenarios, flow: carried}})


def _carried(scenario: Any, old: str, new: str) -> Any:
    effects = scenario.get("effects") if isinstance(scenario, Mapping) else None
    if not isinstance(effects, Mapping) or old not in effects or new in effects:
        return scenario
    return {**scenario, "effects": {new if node == old else node: value for node, value in effects.items()}}
