"""Tasks and signals: what people and other systems bring to waiting steps (sections A and W)."""

from __future__ import annotations

from typing import Any

from runtime.engine.events import (
    Envelope,
    SignalDelivered,
    TaskAnswered,
    TaskClaimed,
    TaskDelegated,
    TaskHandedOver,
    TaskReleased,
    TaskReminded,
    TaskRevised,
)
from runtime.engine.plan import Plan
from runtime.engine.scope import after
from runtime.engine.state import JournalMismatch, State, TaskAnswer, TaskState
from runtime.engine.transitions.proofs import live_step


def _task(state: State, step_id: str) -> TaskState:
    step = live_step(state, step_id, "waiting")
    if step.task is None:
        raise JournalMismatch(f"{step_id} of {state.run} is no task")
    return step.task


def task_answered(plan: Plan, state: State, entry: Envelope, event: TaskAnswered) -> None:
    task = _task(state, event.step)
    if event.revision != task.revision:
        raise JournalMismatch(f"{event.step} shows another revision than was answered")
    task.answers.append(
        TaskAnswer(
            answer_id=event.answer_id,
            revision=event.revision,
            choice=event.choice,
            form=event.form,
            by=event.by,
            on_behalf_of=event.on_behalf_of,
            seat=event.seat,
            at=entry.at,
        )
    )


def task_claimed(plan: Plan, state: State, entry: Envelope, event: TaskClaimed) -> None:
    task = _task(state, event.step)
    task.claimed_by, task.claimed_until = event.who, event.until


def task_released(plan: Plan, state: State, entry: Envelope, event: TaskReleased) -> None:
    task = _task(state, event.step)
    task.claimed_by = task.claimed_until = None


def task_delegated(plan: Plan, state: State, entry: Envelope, event: TaskDelegated) -> None:
    task = _task(state, event.step)
    task.delegations[event.to] = event.who
    task.delegated_until.pop(event.to, None)
    if event.until is not None:
        task.delegated_until[event.to] = event.until


def task_handed_over(plan: Plan, state: State, entry: Envelope, event: TaskHandedOver) -> None:
    task = _task(state, event.step)
    task.role, task.claimed_by, task.claimed_until = event.to, None, None
    # Who stood in for a member of the old role doesn't stand in for one of the new role.
    task.delegations, task.delegated_until = {}, {}


def task_revised(plan: Plan, state: State, entry: Envelope, event: TaskRevised) -> None:
    task = _task(state, event.step)
    state.live[event.step].input = event.input
    task.revision = event.revision


def task_reminded(plan: Plan, state: State, entry: Envelope, event: TaskReminded) -> None:
    task = _task(state, event.step)
    if event.n != task.reminders + 1:
        raise JournalMismatch(f"reminder {event.n} of {event.step} can't follow reminder {task.reminders}")
    task.reminders = event.n
    step = state.live[event.step]
    if isinstance(step.facts, dict) and "remind" in step.facts:
        # Reminders repeat at the interval that was fixed when the task was made.
        step.timers["remind"] = event.next or after(plan, state.latest(entry.at), step.facts["remind"])


def signal_delivered(plan: Plan, state: State, entry: Envelope, event: SignalDelivered) -> None:
    live_step(state, event.step, "waiting").timers.pop("timeout", None)


TRANSITIONS: dict[type[Any], Any] = {
    TaskAnswered: task_answered,
    TaskClaimed: task_claimed,
    TaskReleased: task_released,
    TaskDelegated: task_delegated,
    TaskHandedOver: task_handed_over,
    TaskRevised: task_revised,
    TaskReminded: task_reminded,
    SignalDelivered: signal_delivered,
}
