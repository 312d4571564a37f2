"""Timers: which is due next, and what follows when one fires (SEMANTICS Z4, Z5, A7, R5, J7)."""

from __future__ import annotations

import datetime as dt

from nodes.contract import AwaitSignal, Child, Children, Effect, HumanTask, Join
from runtime.engine.decide.cancel import give_up_cancelling
from runtime.engine.decide.children import go_on_after_children
from runtime.engine.decide.effects import timed_out
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.decide.settle import settle
from runtime.engine.events import (
    AttemptAbandoned,
    AttemptStarted,
    SlaBreached,
    TaskHandedOver,
    TaskReminded,
    TimerFired,
)
from runtime.engine.joins import join_output
from runtime.engine.scope import after_in_zone
from runtime.engine.state import State, Step
from runtime.engine.tasks import task_output

_ORDER = {"cancel": 0, "retry": 1, "wait": 2, "remind": 3, "due": 4, "timeout": 5, "sla": 6}
"""timers of one step that are due at one instant fire in this order"""


def next_due(state: State) -> dt.datetime | None:
    """The earliest unfired, ungated timer of a run, or None."""
    first = _next(state)
    return None if first is None else first[0]


def _next(state: State) -> tuple[dt.datetime, int, int, str, str] | None:
    """(due, seq of the step's start, order, step, purpose) of the timer that fires next (Z5)."""
    if state.gated or state.terminal:
        return None
    best: tuple[dt.datetime, int, int, str, str] | None = None
    if state.sla_due is not None:
        best = (state.sla_due, 0, _ORDER["sla"], "", "sla")
    for step in state.live.values():
        for purpose, due in step.timers.items():
            found = (due, step.started_seq, _ORDER[purpose], step.id, purpose)
            if best is None or found < best:
                best = found
        if step.cancel_due is not None:
            found = (step.cancel_due, step.started_seq, _ORDER["cancel"], step.id, "cancel")
            if best is None or found < best:
                best = found
    return best


def fire_timers(r: Reaction, *, inclusive: bool) -> None:
    """Fire what is due before run time (``inclusive``: at it, too), each with its consequences before the next (Z5).

    A stimulus stamped exactly at a due instant goes before the timer, so equal goes to the person (Z4).
    """
    while fire_timer(r, inclusive=inclusive):
        settle(r)


def fire_timer(r: Reaction, *, inclusive: bool) -> bool:
    """Fire the one that is next, if it is due; ``settle`` is to follow then."""
    first = _next(r.state)
    if first is None or first[0] > r.now or (first[0] == r.now and not inclusive):
        return False
    due, _, _, step_id, purpose = first
    if purpose == "cancel":
        give_up_cancelling(r, r.state.live[step_id], "cancelled")
    else:
        r.emit(TimerFired(step_id, purpose, due))
        if step_id:
            _follow(r, r.state.live[step_id], purpose, due)
        else:
            r.emit(SlaBreached(""))
    return True


def _follow(r: Reaction, step: Step, purpose: str, due: dt.datetime) -> None:
    behaviour = r.plan.nodes[step.node].behaviour
    if purpose == "wait":
        leave(r, step, "done", {"until": due})
    elif purpose == "retry":
        # Woken so late that the step's own time is over as well: no attempt is begun only to be given up (R5).
        limit = step.timers.get("timeout")
        if limit is None or limit > r.now:
            r.emit(AttemptStarted(step.id, step.attempt + 1, "retry", r.worker))
    elif purpose == "remind" and step.task is not None:
        every = step.facts.get("remind") if isinstance(step.facts, dict) else None
        r.emit(TaskReminded(step.id, step.task.reminders + 1, after_in_zone(r.plan, r.now, every)))
    elif purpose == "due" and isinstance(behaviour, HumanTask):
        if behaviour.escalate_to is not None:
            r.emit(TaskHandedOver(step.id, "system", behaviour.escalate_to))
    elif purpose == "sla":
        r.emit(SlaBreached(step.id))
    elif purpose == "timeout":
        _time_out(r, step, behaviour)


def _time_out(r: Reaction, step: Step, behaviour: object) -> None:
    if isinstance(behaviour, Effect):
        in_flight = step.in_flight
        if in_flight:
            r.emit(AttemptAbandoned(step.id, step.attempt, "timeout"))
        timed_out(r, step, in_flight)
    elif isinstance(behaviour, HumanTask) and step.task is not None:
        leave(r, step, "timeout", task_output(step.task, None, None))
    elif isinstance(behaviour, Join):
        leave(r, step, "timeout", join_output(r.plan, step))
    elif isinstance(behaviour, AwaitSignal):
        leave(r, step, "timeout", None)
    elif isinstance(behaviour, Child | Children):
        go_on_after_children(r, step)
