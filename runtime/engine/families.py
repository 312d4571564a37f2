"""Parents and children: what a run asks for its child runs, what a child starts with, and how its end is told.

Pure functions that outstanding, decide and driver share (sections B, F; C3, A3, L2). A child's run id is the id of its
StartChild command (I1), so it begins with its parent's: the ids of a whole tree begin with that of its root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from nodes.contract import Child, Children, Value
from runtime.engine.commands import CancelChild, ChildCommand, ResumeChild, StartChild, SuspendChild
from runtime.engine.events import Parent
from runtime.engine.plan import Plan
from runtime.engine.state import Calls, OpenChild, State, Step
from runtime.engine.stimuli import Cancel, ChildReported, Resume, Start, Suspend

OF_THE_TREE = ("depth", "tree")
"""budgets that hold for a run together with all that it calls"""


def child_id(state: State, step: Step, index: int) -> str:
    """The run id of a child: that of the command which starts it (I1). ``index`` is 0 for a subflow."""
    return f"{state.run}:{step.key_seq}:{index}"


def root_of(run: str) -> str:
    """The run at the root of the tree that a run belongs to."""
    return run.partition(":")[0]


def ancestors_of(run: str) -> Iterator[str]:
    """The runs above a run, nearest first: each child's id is its parent's and two numbers more."""
    while run.count(":") >= 2:
        run = run.rsplit(":", 2)[0]
        yield run


def items_of(step: Step) -> list[Value]:
    """The items of a loop, as they were journaled when it started (F2)."""
    items = step.input.get("items") if isinstance(step.input, dict) else None
    return items if isinstance(items, list) else []


def child_input(step: Step, index: int) -> Value:
    """The input of a child: the step's own, or ``{item, index, ...mapped}`` of an item (F1)."""
    if not index:
        return step.input
    assert isinstance(step.input, dict)
    mapped = step.input.get("mapped")
    own = mapped[index - 1] if isinstance(mapped, list) else {}
    return item_input(items_of(step)[index - 1], index, own if isinstance(own, dict) else {})


def item_input(item: Value, index: int, mapped: Mapping[str, Value]) -> dict[str, Value]:
    """What the child of an item is started with; ``index`` counts from 1, as FEEL does."""
    return {"item": item, "index": Decimal(index), **mapped}


def held_places(plan: Plan, state: State) -> int:
    """How many live children the run's steps have or may still have at the same time (L2)."""
    return sum(_places(plan, step) for step in state.calling.values())


def _places(plan: Plan, step: Step) -> int:
    behaviour, calls = plan.nodes[step.node].behaviour, step.calls
    if calls is None or not isinstance(behaviour, Children):
        return 1
    if calls.leaving or step.state != "waiting":
        return len(calls.open)
    return min(behaviour.at_once, len(items_of(step)) - calls.begun + len(calls.open))


# -- commands -------------------------------------------------------------------------------------------------------


def holds(state: State) -> Iterator[ChildCommand]:
    """What a suspended run asks: that its live children are held back, too."""
    for step in state.calling.values():
        for child in step.calls.open.values() if step.calls is not None else ():
            yield SuspendChild(
                id=_asked(state, state.suspended_seq, child),
                run=state.run,
                step=step.id,
                child=child.id,
                cause=_suspension(state),
            )


def child_commands(plan: Plan, state: State, step: Step, before: Mapping[str, StartChild]) -> Iterator[ChildCommand]:
    """What a run asks for the live children of one step. ``before``: what was outstanding, not made anew."""
    calls = step.calls
    assert calls is not None
    for child in calls.open.values():
        if step.state == "cancelling" or calls.leaving:
            yield CancelChild(
                id=_asked(state, calls.asked_seq, child),
                run=state.run,
                step=step.id,
                child=child.id,
                undo=calls.undo,
            )
            continue
        yield before.get(child.id) or _start(plan, state, step, child)
        if child.started_seq < state.suspended_seq:
            yield ResumeChild(
                id=_asked(state, state.suspended_seq, child),
                run=state.run,
                step=step.id,
                child=child.id,
                cause=_suspension(state),
                shift=state.shifted,
            )


def _asked(state: State, seq: int, child: OpenChild) -> str:
    return f"{state.run}:{seq}:{child.started_seq}"


def _suspension(state: State) -> str:
    return f"{state.run}:{state.suspended_seq}"


def _start(plan: Plan, state: State, step: Step, child: OpenChild) -> StartChild:
    behaviour = plan.nodes[step.node].behaviour
    assert isinstance(behaviour, Child | Children), step.id
    above = (*state.requesters, state.requester) if state.requester is not None else state.requesters
    return StartChild(
        id=child.id,
        run=state.run,
        step=step.id,
        release=state.release,
        flow=behaviour.flow,
        input=child_input(step, child.index),
        index=child.index or None,
        case=state.case,
        environment=state.environment,
        requester=state.requester,
        requesters=tuple(dict.fromkeys(above)),
        depth=state.depth + 1,
        budgets={name: state.limit(name) for name in OF_THE_TREE},
    )


# -- what the driver brings to whom -----------------------------------------------------------------------------------


def start_of(command: StartChild, place: int) -> Start:
    """The start of a child. ``place``: which run of its tree it is."""
    return Start(
        flow=command.flow,
        input=command.input,
        case=command.case,
        requester=command.requester,
        environment=command.environment,
        parent=Parent(command.run, command.step, command.index),
        requesters=command.requesters,
        depth=command.depth,
        place=place,
        budgets=command.budgets,
    )


def brought_by(command: CancelChild | SuspendChild | ResumeChild) -> Cancel | Suspend | Resume:
    """What a command brings to the child."""
    if isinstance(command, CancelChild):
        return Cancel(reason="the run that called it goes on without it", undo=command.undo, cause=command.id)
    if isinstance(command, SuspendChild):
        return Suspend(reason="the run that called it is suspended", cause=command.cause)
    return Resume(reason="the run that called it goes on", cause=command.cause, shift=command.shift)


def report_of(state: State) -> tuple[str, ChildReported] | None:
    """Whom to tell of the end of a run, and what; None if it is not over, or nobody called it."""
    if state.parent is None or not state.terminal:
        return None
    told = ChildReported(
        step=state.parent.step,
        child=state.run,
        state=state.state,
        outcome=state.outcome,
        resolved=state.resolved,
        output=state.output,
    )
    return state.parent.run, told


def never_began(command: CancelChild) -> ChildReported:
    """The end of a child that was asked to cancel before its run existed; none will ever begin (B4)."""
    return ChildReported(step=command.step, child=command.child, state="cancelled")


def outputs_of(step: Step, calls: Calls) -> list[Value]:
    """One entry for each item, in their order, whatever the order of ends; null where none began (F4)."""
    return [calls.results.get(index) for index in range(1, len(items_of(step)) + 1)]
