"""A second state that goes its own way: whoever shows a run as it stood folds on from a copy, over and over.

Law: what the transitions change in place is copied, all else is shared: values, events and tokens are never changed.
``copy.deepcopy`` takes a hundred times as long, since it looks at each value of the run.
"""

from __future__ import annotations

from copy import copy

from runtime.engine.state import Calls, State, Step, TaskState


def copied(state: State) -> State:
    """A state equal to ``state``; folding onto one of them doesn't change the other."""
    twin = copy(state)
    twin.suspensions, twin.holding = set(state.suspensions), set(state.holding)
    twin.ready = state.ready.copy()
    twin.steps = {name: _step(step) for name, step in state.steps.items()}
    twin.live = {name: twin.steps[name] for name in state.live}
    twin.calling = {name: twin.steps[name] for name in state.calling}
    twin.counts = dict(state.counts)
    twin.fillings = {join: list(steps) for join, steps in state.fillings.items()}
    twin.arrivals = dict(state.arrivals)
    twin.incidents = dict(state.incidents)
    twin.closed_incidents = dict(state.closed_incidents)
    twin.pending = dict(state.pending)
    twin.reached = list(state.reached)
    return twin


def _step(step: Step) -> Step:
    twin = copy(step)
    twin.edges = list(step.edges)
    twin.timers = dict(step.timers)
    if step.task is not None:
        twin.task = _task(step.task)
    if step.calls is not None:
        twin.calls = _calls(step.calls)
    return twin


def _task(task: TaskState) -> TaskState:
    twin = copy(task)
    twin.answers = list(task.answers)
    twin.delegations = dict(task.delegations)
    twin.delegated_until = dict(task.delegated_until)
    return twin


def _calls(calls: Calls) -> Calls:
    twin = copy(calls)
    twin.open = dict(calls.open)
    twin.ended = dict(calls.ended)
    twin.results = dict(calls.results)
    return twin
