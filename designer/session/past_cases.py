"""What a decision file was asked before: by the runs that this machine keeps, and by the samples of the project.

Called by the table editor. Law: of a run only what its journal says (``why`` of the step) is taken; a case of which any
value is masked is left out, for it can't be decided again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from designer.document.clock import now
from designer.document.scenarios import effects_of
from designer.session.answers import Answers
from nodes.contract import Value, from_wire
from nodes.contract.values import ValueProblem
from nodes.registry import Registry
from runtime.model.project import Project

if TYPE_CHECKING:
    from runtime.client.door import Door

MOST_RUNS = 100
PAGE = 200


@dataclass(frozen=True, slots=True)
class PastCase:
    """One time that a decision was asked: ``values`` by the names of its inputs, and what it said then."""

    title: str
    """the case of the run, or the name of the sample"""
    at: dt.datetime | None
    """None for a sample"""
    decision: str
    values: Mapping[str, Value]
    result: Value


def of_runs(door: Door, file: str) -> list[PastCase]:
    """The youngest runs that a runtime knows, youngest first. Raises ``Problem`` if it can't be asked."""
    found: list[PastCase] = []
    for run in door.runs(limit=MOST_RUNS).runs:
        skip = 0
        while True:
            page = door.trace(run.run, skip=skip, limit=PAGE)
            title = run.case_key or run.title or run.flow
            found += decided_in(page.spans, file, title)
            skip += len(page.spans)
            if len(page.spans) < PAGE:
                break
    return found


def of_samples(project: Project, registry: Registry, file: str) -> list[PastCase]:
    """What each sample of the project asks, played in memory; nothing is sent."""
    found: list[PastCase] = []
    for flow_id, samples in sorted(project.samples.items()):
        flow = project.flows.get(flow_id)
        if flow is None or not any(node.config.get("file") == file for node in flow.nodes):
            continue
        for name in sorted(samples):
            found += _of_sample(project, registry, file, flow_id, name)
    return found


def decided_in(spans: Iterable[Any], file: str, title: str, *, sample: bool = False) -> list[PastCase]:
    """The times that steps of a run (spans or their views) asked this file."""
    found: list[PastCase] = []
    for span in spans:
        try:
            why, output = (_value(part, sample) for part in (span.why, span.output))
        except ValueProblem:
            continue  # a value that this Baton does not know can't be decided again
        if not isinstance(why, Mapping) or why.get("file") != file or not isinstance(output, Mapping):
            continue
        values = why.get("values")
        if isinstance(values, Mapping) and not masked_places(values) and not masked_places(output):
            at = None if sample else span.started_at
            found.append(PastCase(title, at, str(why.get("decision")), values, output.get("result")))
    return found


def _value(part: Any, plain: bool) -> Any:
    return part if plain else from_wire(part)


def masked_places(value: Value) -> int:
    """At how many places of a value something is hidden."""
    from runtime.trace.masking import MASK

    if isinstance(value, Mapping):
        return sum(map(masked_places, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(masked_places, value))
    return int(isinstance(value, str) and MASK in value)


def _of_sample(project: Project, registry: Registry, file: str, flow_id: str, name: str) -> list[PastCase]:
    from designer.session.rehearsal import Rehearsal
    from designer.session.story import Story

    answers = Answers(seen=effects_of(project, flow_id, name))
    try:
        rehearsal = Rehearsal(project, flow_id, registry, answers, start_at=now())
        rehearsal.start(from_wire(project.samples[flow_id][name]))
    except Exception:  # noqa: BLE001 - a flow that is being drawn may be wrong in any way; the check says in which
        return []
    rehearsal.play_through()
    story = Story(rehearsal.run, project, flow_id, registry, rehearsed=True)
    story.add(rehearsal.simulation.entries())
    return decided_in(story.trace.spans, file, name.replace("_", " "), sample=True)
