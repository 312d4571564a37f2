"""Steps that call other flows: one child (section B), or one for each item of a list (section F)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from nodes.contract import Child, Children, Duration, Expr, Value
from nodes.contract.json_schema import schema_mistakes
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import ChildEnded, ChildStarted, IncidentRaised, StepCancelled, StepCompleted, StepStarted
from runtime.engine.families import child_id, child_input, held_places, item_input, items_of, outputs_of
from runtime.engine.limits import admitted, limit_broken
from runtime.engine.plan import PlanNode
from runtime.engine.scope import ExpressionProblem, Scope, after, evaluate_tree
from runtime.engine.state import TERMINAL_RUNS, Step
from runtime.engine.stimuli import ChildReported, Refusal


def start_child(r: Reaction, node: PlanNode, it: Child, step: str, sources: Any, scope: Scope, given: Value) -> None:
    """A subflow: its input is fixed, its child wanted, in one batch (B2)."""
    inputs = evaluate_tree(node, it.inputs, scope) if given is None else given
    broken = limit_broken(inputs)
    if broken is not None:
        raise ExpressionProblem("inputs", f'The input of "{node.title}" is refused: {broken}.')
    _check_input(node, inputs, "inputs", "")
    over = _over_depth(r) or _over_children(r, 1)
    if over is not None:
        r.emit(IncidentRaised(step=step, kind="budget", error=over, sources=sources))
        return
    r.emit(StepStarted(step=step, sources=sources, input=inputs, due=_due(r, node, it.timeout, scope)))
    _begin(r, r.state.live[step], 0)


def start_children(
    r: Reaction, node: PlanNode, it: Children, step: str, sources: Any, scope: Scope, given: Value
) -> None:
    """A loop: its items and what is mapped for each are fixed at once (F2, N5); the children follow (``next_item``)."""
    items = list(node.formula(it.items).value(scope))
    fixed: dict[str, Value] = {"items": items}
    if it.inputs:
        fixed["mapped"] = [_mapped(node, it, scope, item, n) for n, item in enumerate(items, 1)]
    over = _over_items(r, fixed, items) or _over_depth(r) or _over_children(r, min(it.at_once, len(items)))
    if over is not None:
        r.emit(IncidentRaised(step=step, kind="budget", error=over, sources=sources))
        return
    for n, item in enumerate(items, 1):
        mapped = fixed["mapped"][n - 1] if it.inputs else {}
        _check_input(node, item_input(item, n, mapped), "items", f" for item {n}")
    r.emit(StepStarted(step=step, sources=sources, input=admitted(fixed), due=_due(r, node, it.timeout, scope)))
    if not items:
        go_on_after_children(r, r.state.live[step])


def _mapped(node: PlanNode, it: Children, scope: Scope, item: Value, index: int) -> Value:
    inner = Scope(scope.plan, scope.state, scope.seen, {"item": item, "index": Decimal(index)})
    inner.now = scope.now
    return evaluate_tree(node, it.inputs, inner)


def _check_input(node: PlanNode, given: Value, field: str, which: str) -> None:
    """What the called flow would refuse is a mistake of this step, found before there is a child."""
    assert node.called is not None
    if not node.called.input_schema:
        return
    mistakes = schema_mistakes(node.called.input_schema, given)
    if mistakes:
        where = f"{mistakes[0].path}: " if mistakes[0].path else ""
        words = f'"{node.title}" can\'t call "{node.called.id}"{which}, the input does not fit: '
        raise ExpressionProblem(field, f"{words}{where}{mistakes[0].message}")


def _due(r: Reaction, node: PlanNode, timeout: Expr[Duration] | None, scope: Scope) -> dict[str, dt.datetime]:
    due = {} if node.sla is None else {"sla": after(r.plan, r.now, node.sla)}
    if timeout is not None:
        due["timeout"] = after(r.plan, r.now, node.formula(timeout).value(scope))
    return due


# -- budgets (L2, F2, B6): an error, or None if it fits ---------------------------------------------------------------


def _over_depth(r: Reaction) -> dict[str, Value] | None:
    most = r.state.limit("depth")
    if r.state.depth + 1 <= most:
        return None
    return {"code": "depth", "message": f"Flows call one another {r.state.depth} deep; at most {most} are allowed."}


def _over_children(r: Reaction, more: int) -> dict[str, Value] | None:
    most, held = r.state.limit("children"), held_places(r.plan, r.state)
    if held + more <= most:
        return None
    message = f"The run would have {held + more} children at once; at most {most} are allowed."
    return {"code": "children", "message": message}


def _over_items(r: Reaction, fixed: dict[str, Value], items: list[Value]) -> dict[str, Value] | None:
    most = r.state.limit("tree")
    if len(items) > most - r.state.place:
        message = f"The list has {len(items)} items; at most {most} runs may come from one start."
        return {"code": "tree", "message": message}
    broken = limit_broken(fixed)
    return None if broken is None else {"code": "size", "message": f"The list of items can't be held: {broken}."}


# -- children begin ------------------------------------------------------------------------------------------


def _begin(r: Reaction, step: Step, index: int) -> None:
    child = child_id(r.state, step, index)
    r.emit(ChildStarted(step=step.id, child=child, index=index or None, input=child_input(step, index)))


def another_child(r: Reaction, step: Step) -> None:
    """Another try after the child was cancelled by somebody; its id comes from the resolution (B4)."""
    _begin(r, step, 0)


def next_item(r: Reaction) -> Step | None:
    """The first loop with a free slot and an item that has not begun (F3)."""
    for step in r.state.calling.values():
        behaviour, calls = r.plan.nodes[step.node].behaviour, step.calls
        if calls is None or not isinstance(behaviour, Children) or step.state != "waiting" or calls.leaving:
            continue
        if len(calls.open) < behaviour.at_once and calls.begun < len(items_of(step)):
            return step
    return None


def start_item(r: Reaction, step: Step) -> None:
    """The lowest item that has not begun (F3)."""
    assert step.calls is not None
    _begin(r, step, step.calls.begun + 1)


# -- children end ------------------------------------------------------------------------------------------


def child_reported(r: Reaction, it: ChildReported) -> Refusal | dict[str, Value]:
    """A child is over; that counts once for each child (B2)."""
    step = r.state.steps.get(it.step)
    calls = None if step is None else step.calls
    if step is None or calls is None or (it.child not in calls.open and it.child not in calls.ended):
        return Refusal(404, "CHILD_UNKNOWN", f"{r.state.run} has no child {it.child} in {it.step}.")
    if it.child in calls.ended:
        return {"repeated": True}
    if it.state not in TERMINAL_RUNS:
        return Refusal(422, "CHILD_LIVE", f"{it.child} is {it.state}, so it is not over.")
    r.emit(
        ChildEnded(
            step=step.id,
            child=it.child,
            state=it.state,
            outcome=it.outcome,
            resolved=it.resolved,
            output=it.output,
        )
    )
    go_on_after_children(r, step)
    return {"repeated": False}


def go_on_after_children(r: Reaction, step: Step) -> None:
    """A step whose children are over goes on; one with live children, or items still to come, waits."""
    calls, behaviour = step.calls, r.plan.nodes[step.node].behaviour
    assert calls is not None
    if calls.open:
        return
    if isinstance(behaviour, Child):
        _after_child(r, step)
    elif step.state == "cancelling":
        done = any(isinstance(result, dict) and "cancelled" not in result for result in calls.results.values())
        r.emit(StepCancelled(step=step.id, cause="cancelled", possibly_done=done))
    elif calls.leaving or calls.begun == len(items_of(step)):
        _leave(r, step, calls.leaving or "done", {"outputs": outputs_of(step, calls)})


def _after_child(r: Reaction, step: Step) -> None:
    calls, node = step.calls, r.plan.nodes[step.node]
    assert calls is not None
    ended, output = calls.last, calls.results.get(0)
    assert ended is not None
    completed = ended.state == "completed"
    if step.state == "cancelling":
        # As with an effect: what was done before it could be withdrawn is done; its token goes nowhere (B5, C1).
        if completed:
            r.emit(StepCompleted(step=step.id, port=ended.outcome or "done", output=output))
        else:
            r.emit(StepCancelled(step=step.id, cause="cancelled"))
    elif calls.leaving:
        _leave(r, step, calls.leaving, output)
    elif completed:
        _leave(r, step, ended.outcome or "done", output)
    elif node.out.get("cancelled"):
        _leave(r, step, "cancelled", output)
    else:
        message = (
            f'What "{node.title}" called was cancelled, and no way leads on from there. Try again, or go on by hand.'
        )
        error: dict[str, Value] = {"code": "child_cancelled", "message": message, "child": ended.child}
        r.emit(IncidentRaised(step=step.id, kind="child_cancelled", error=error))


def _leave(r: Reaction, step: Step, port: str, output: Value) -> None:
    """Leave with what the children gave, unless that is more than a step may hand out (X6)."""
    broken = limit_broken(output)
    if broken is None:
        leave(r, step, port, output)
        return
    title = r.plan.nodes[step.node].title
    message = f'What "{title}" called is over, but its results can\'t be handed on: {broken}. Say what goes on.'
    r.emit(IncidentRaised(step=step.id, kind="outcome_unknown", error={"code": "too_large", "message": message}))
