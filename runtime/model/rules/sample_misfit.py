"""Samples show how a flow is started, so each belongs to a flow and fits its input schema."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import ValueProblem, from_wire
from nodes.contract.json_schema import SchemaCheck, schema_problems
from runtime.model.drawing import Checked
from runtime.model.plain_words import closest
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("SAMPLE_MISFIT", Severity.WARNING, "Every sample input fits its flow")

_NAMED = 5
"""Mistakes of one sample that are named."""


def check(context: Checked) -> Iterable[Problem]:
    """Samples of unknown flows, and samples that the input schema refuses."""
    project = context.project
    for flow_id, samples in project.samples.items():
        flow = project.flows.get(flow_id)
        if flow is None and not context.all_flows_read:
            continue  # there may be one; it can't be read
        if flow is None:
            near = closest(flow_id, project.flows)
            advice = f"Did you mean {near}?" if near else "Rename its folder, or remove it."
            message = f'These samples are for the flow "{flow_id}", which does not exist. {advice}'
            yield RULE.problem(Where(file=f"samples/{flow_id}"), message)
            continue
        if schema_problems(flow.input_schema):
            continue
        schema = SchemaCheck(flow.input_schema)
        for name, raw in samples.items():
            where = Where(flow=flow_id, file=f"samples/{flow_id}/{name}.json")
            try:
                mistakes = [str(mistake) for mistake in schema.mistakes(from_wire(raw))]
            except ValueProblem as problem:
                mistakes = [str(problem)]
            for mistake in mistakes[:_NAMED]:
                message = f'The sample "{name}" does not fit the input of its flow: {mistake}. Repair it.'
                yield RULE.problem(where, message)
