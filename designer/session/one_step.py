"""One step alone, in memory: on values that a tester gives for every name that it reads. Nothing is sent.

The flow is cut down to the step (``cut``) and rehearsed, so the engine itself says what the step does, as in a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.document.clock import now
from designer.session.answers import Answers, RehearsalRefused
from designer.session.cut import CanNotRunAlone, step_alone
from designer.session.examples import example_of
from designer.session.rehearsal import Rehearsal
from designer.session.story import Story
from designer.session.waiting import open_incidents, open_tasks
from nodes.contract import End, HumanTask, Value
from runtime.engine.plan import TypeSource
from runtime.model.project import Project

MOST_WAITS = 20


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


def run_alone(
    project: Project, flow_id: str, node_id: str, types: TypeSource, given: Mapping[str, Value], answers: Answers,
    *, choice: str = "",
) -> StepResult:  # fmt: skip
    """Run one step on ``given`` (name -> value). ``choice``: the way that a person takes, for a step that asks one.

    Raises ``CanNotRunAlone``.
    """
    small = step_alone(project, flow_id, node_id, types, given)
    try:
        rehearsal = Rehearsal(small, flow_id, types, answers, start_at=now())
        rehearsal.start(given.get("input"), case=given.get("case"))
        _advance(rehearsal, node_id, choice)
    except RehearsalRefused as refused:
        raise CanNotRunAlone(str(refused)) from refused
    story = Story(rehearsal.run, small, flow_id, types, rehearsed=True)
    story.add(rehearsal.simulation.entries())
    return result_of(story, node_id)


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


def result_of(story: Story, node_id: str) -> StepResult:
    """What the step has done in this run so far. Raises ``CanNotRunAlone`` where the run never came to it."""
    incidents = open_incidents(story)
    if incidents:
        return StepResult("incident", words=incidents[0].message)
    spans = story.steps_of(node_id)
    if not spans:
        raise CanNotRunAlone("The step was not reached: it has no way in that can be tried alone.")
    span = spans[-1]
    tasks = open_tasks(story)
    if tasks:
        return StepResult("person", words=f"{tasks[0].title} It waits for {tasks[0].role_title}.".strip())
    if not span.port and not story.ended:
        return StepResult("time", words=story.words(span))
    if isinstance(story.plan.nodes[node_id].behaviour, End):
        return StepResult("done", story.outcome_title() or "The end", story.words(span), span.input, span.output)
    ways = story.drawing.node(node_id).ports
    return StepResult("done", ways.get(span.port or "", span.port or ""), story.words(span), span.input, span.output)
