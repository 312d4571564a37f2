"""What people and signals bring to waiting steps (sections A and W)."""

from __future__ import annotations

from nodes.contract import AwaitSignal, HumanTask, Value
from nodes.contract.json_schema import schema_mistakes
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import (
    Actor,
    SignalDelivered,
    TaskAnswered,
    TaskClaimed,
    TaskDelegated,
    TaskHandedOver,
    TaskReleased,
    TaskRevised,
)
from runtime.engine.state import Step
from runtime.engine.stimuli import (
    Answer,
    ClaimTask,
    DelegateTask,
    DeliverSignal,
    HandOverTask,
    Refusal,
    ReleaseTask,
    ReviseTask,
    how_steps_are_called,
)
from runtime.engine.tasks import SHOWN, Repeated, deciding_choice, may_answer, revision_of, task_closed, task_output


def answer(r: Reaction, it: Answer) -> Refusal | dict[str, Value]:
    """A person answers; the first choice to reach its need decides (A2)."""
    step = _task_of(r, it.step)
    if isinstance(step, Refusal):
        return step
    assert step.task is not None
    verdict = may_answer(r.plan, r.state, step, it, r.now)
    if isinstance(verdict, Refusal):
        return verdict
    if isinstance(verdict, Repeated):
        return {
            "answer_id": verdict.answer.answer_id,
            "repeated": True,
            "decided": step.state != "waiting",
            "port": step.port,
        }
    entry = r.emit(
        TaskAnswered(
            step=step.id,
            revision=step.task.revision,
            answer_id=it.answer_id or f"{r.state.run}:{r.state.seq + 1}",
            choice=it.choice,
            form=it.form,
            by=it.by,
            on_behalf_of=it.on_behalf_of,
            seat=it.seat,
        ),
        Actor("user", it.by, it.seat),
    )
    behaviour = r.plan.nodes[step.node].behaviour
    assert isinstance(behaviour, HumanTask)
    choice = deciding_choice(behaviour, step.task)
    if choice is not None:
        leave(r, step, choice, task_output(step.task, choice, entry.at), actor=Actor("user", it.by, it.seat))
    given = step.task.answers[-1]
    return {"answer_id": given.answer_id, "repeated": False, "decided": choice is not None, "port": choice}


def _task_of(r: Reaction, step_id: str) -> Step | Refusal:
    step, name = r.state.steps.get(step_id), f"{r.state.run}:{step_id}"
    if step is None:
        return Refusal(404, "TASK_UNKNOWN", f"There is no task {name}." + how_steps_are_called(step_id))
    return step if step.task is not None else Refusal(404, "TASK_UNKNOWN", f"{name} is no task.")


def _open_task(r: Reaction, step_id: str) -> Step | Refusal:
    step = _task_of(r, step_id)
    if isinstance(step, Refusal):
        return step
    planned = r.plan.nodes[step.node]
    assert isinstance(planned.behaviour, HumanTask)
    assert step.task is not None
    return task_closed(planned.behaviour, step, step.task, planned.title) or step


def _in_role(r: Reaction, step: Step, who: str, roles: frozenset[str] | None, *, own: bool = False) -> Refusal | None:
    """``own``: standing in for a member is not enough. Else a chain of delegations would hide whose word it is (A3)."""
    assert step.task is not None
    stands_in = step.task.stands_for(who, r.now) is not None
    if own and stands_in and (roles is None or step.task.role not in roles):
        return Refusal(403, "DELEGATED_ON", f"{who} stands in for somebody else and can't pass that on.")
    if roles is None or step.task.role in roles or stands_in:
        return None
    return Refusal(403, "ROLE", f"The task is for the role {step.task.role}; {who} is not in it.")


def claim_task(r: Reaction, it: ClaimTask) -> Refusal | dict[str, Value]:
    """Somebody takes the task on; that doesn't bar others unless the node says so (A8)."""
    step = _open_task(r, it.step)
    if isinstance(step, Refusal):
        return step
    refused = _in_role(r, step, it.who, it.roles)
    if refused is not None:
        return refused
    assert step.task is not None
    holder = step.task.holder(r.now)
    if holder == it.who and step.task.claimed_until == it.until:
        return {"repeated": True}
    if holder is not None and holder != it.who:
        return Refusal(409, "CLAIMED", f"{holder} has claimed it.")
    r.emit(TaskClaimed(step.id, it.who, it.until), Actor("user", it.who))
    return {"repeated": False}


def release_task(r: Reaction, it: ReleaseTask) -> Refusal | dict[str, Value]:
    """Who claimed it gives it back."""
    step = _open_task(r, it.step)
    if isinstance(step, Refusal):
        return step
    assert step.task is not None
    holder = step.task.holder(r.now)
    if holder is None:
        return {"repeated": True}
    if holder != it.who:
        return Refusal(409, "CLAIMED", f"{holder} has claimed it, not {it.who}.")
    r.emit(TaskReleased(step.id, it.who), Actor("user", it.who))
    return {"repeated": False}


def delegate_task(r: Reaction, it: DelegateTask) -> Refusal | dict[str, Value]:
    """Somebody of the role lets another person answer in their stead."""
    step = _open_task(r, it.step)
    if isinstance(step, Refusal):
        return step
    refused = _in_role(r, step, it.who, it.roles, own=True)
    if refused is not None:
        return refused
    if it.to == it.who:
        return Refusal(422, "DELEGATE_SELF", "A task can't be delegated to oneself.")
    r.emit(TaskDelegated(step.id, it.who, it.to, it.until), Actor("user", it.who))
    return {"repeated": False}


def hand_over_task(r: Reaction, it: HandOverTask) -> Refusal | dict[str, Value]:
    """The task moves to another role; the token stays (A8)."""
    step = _open_task(r, it.step)
    if isinstance(step, Refusal):
        return step
    r.emit(TaskHandedOver(step.id, it.who, it.to, it.seat), Actor("user", it.who))
    return {"repeated": False}


def revise_task(r: Reaction, it: ReviseTask) -> Refusal | dict[str, Value]:
    """An operator changes what is shown; answers so far no longer count (A6)."""
    step = _open_task(r, it.step)
    if isinstance(step, Refusal):
        return step
    if not isinstance(it.input, dict):
        return Refusal(422, "INPUT", SHOWN)
    r.emit(TaskRevised(step=step.id, revision=revision_of(it.input), input=it.input), it.actor)
    return {"repeated": False}


def deliver_signal(r: Reaction, it: DeliverSignal) -> Refusal | dict[str, Value]:
    """A matched signal reaches its wait (W2); a payload that doesn't fit is refused for this wait (W6)."""
    step = r.state.live.get(it.step)
    behaviour = None if step is None else r.plan.nodes[step.node].behaviour
    if step is None or step.state != "waiting" or not isinstance(behaviour, AwaitSignal):
        return Refusal(409, "WAIT_CLOSED", f"{r.state.run}:{it.step} doesn't wait any more.")
    if behaviour.payload_schema:
        mistakes = schema_mistakes(behaviour.payload_schema, it.payload)
        if mistakes:
            where = f"{mistakes[0].path}: " if mistakes[0].path else ""
            return Refusal(422, "PAYLOAD", f"The signal doesn't fit this wait: {where}{mistakes[0].message}")
    r.emit(SignalDelivered(step=step.id, signal=it.signal, payload=it.payload))
    leave(r, step, "received", {"signal": it.signal, "payload": it.payload})
    return {"delivered": True}
