"""project(plan, state) -> RunRows: the rows of lists and inboxes as a pure function of a run's state (law 5)."""

from __future__ import annotations

from nodes.contract import AwaitSignal, HumanTask, Value
from nodes.feel import to_text
from runtime.engine.decide.timers import next_due
from runtime.engine.limits import LONGEST_ID, as_shown
from runtime.engine.plan import Plan
from runtime.engine.rows import IncidentRow, RunRow, RunRows, TaskRow, WaitRow
from runtime.engine.state import State, Step
from runtime.engine.tasks import due_of


def project(plan: Plan, state: State) -> RunRows:
    """All projection rows of one run."""
    tasks: list[TaskRow] = []
    waits: list[WaitRow] = []
    incidents: list[IncidentRow] = []
    busy = False
    for step in state.live.values():
        behaviour = plan.nodes[step.node].behaviour
        busy = busy or (step.in_flight and not step.lost)
        if step.incident is not None:
            incidents.append(_incident(state, step))
        elif step.state == "waiting" and isinstance(behaviour, HumanTask):
            tasks.append(_task(state, step))
        elif step.state == "waiting" and isinstance(behaviour, AwaitSignal):
            waits.append(_wait(state, step))
    assert state.started_at is not None
    run = RunRow(
        run=state.run,
        flow=state.flow,
        project=state.project,
        release=state.release,
        environment=state.environment,
        state=state.state,
        outcome=state.outcome,
        resolved=state.resolved,
        case_key=_shown_case(state.case),
        requester=None if state.requester is None else as_shown(state.requester),
        parent=state.parent.run if state.parent is not None else None,
        started_at=state.started_at,
        ended_at=state.ended_at,
        next_due=next_due(state),
        open_incidents=len(incidents),
        open_tasks=len(tasks),
        needs_worker=busy and not state.terminal,
        at_nodes=tuple(dict.fromkeys(step.node for step in state.live.values())),
    )
    return RunRows(run=run, tasks=tuple(tasks), incidents=tuple(incidents), waits=tuple(waits))


def case_key(case: Value) -> str | None:
    """The business key of a case: a text or number itself, or the ``key`` or ``id`` of a context."""
    if isinstance(case, dict):
        case = case.get("key", case.get("id"))
    return None if case is None or isinstance(case, dict | list) else to_text(case)


def _shown_case(case: Value) -> str | None:
    """A case without a proper key begins no run any more (``opening``); of an older one as much as an index takes."""
    key = case_key(case)
    return None if key is None else as_shown(key[:LONGEST_ID])


def _task(state: State, step: Step) -> TaskRow:
    task = step.task
    assert task is not None
    return TaskRow(
        task=f"{state.run}:{step.id}",
        run=state.run,
        step=step.id,
        node=step.node,
        flow=state.flow,
        title=as_shown(str(step.input.get("title", ""))) if isinstance(step.input, dict) else "",
        role=task.role,
        created_at=step.started_at,
        due=due_of(step),
        overdue=task.overdue,
        revision=task.revision,
        claimed_by=task.claimed_by,
        answers=len(task.current()),
    )


def _incident(state: State, step: Step) -> IncidentRow:
    incident = step.incident
    assert incident is not None
    message = incident.error.get("message", "") if isinstance(incident.error, dict) else ""
    return IncidentRow(
        incident=incident.id,
        run=state.run,
        step=step.id,
        node=step.node,
        flow=state.flow,
        kind=incident.kind,
        message=as_shown(str(message)),
        raised_at=incident.raised_at,
    )


def _wait(state: State, step: Step) -> WaitRow:
    facts = step.facts if isinstance(step.facts, dict) else {}
    return WaitRow(
        run=state.run,
        step=step.id,
        flow=state.flow,
        name=as_shown(str(facts.get("name", ""))),
        key=as_shown(str(facts.get("key", ""))),
        opened_at=step.started_at,
    )
