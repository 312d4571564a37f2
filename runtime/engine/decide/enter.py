"""A token enters a node: a step starts, and does at once whatever needs nothing from outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nodes.contract import (
    Assign,
    AwaitSignal,
    Child,
    Children,
    DecisionUse,
    Effect,
    End,
    Expr,
    HumanTask,
    Join,
    Pure,
    Routed,
    Start,
    StepProblem,
    Value,
    Wait,
)
from nodes.feel import to_text
from runtime.engine.calendar import instant_of
from runtime.engine.decide.children import start_child, start_children
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import IncidentClosed, IncidentRaised, Source, StepStarted, TokenAbsorbed, TokenJoined
from runtime.engine.joins import filling_for, has_fired, join_behaviour, join_output, needed, round_of
from runtime.engine.limits import NotAdmitted, admitted, cleaned, copied, id_broken, limit_broken, text_broken
from runtime.engine.plan import Plan, PlanNode
from runtime.engine.scope import ExpressionProblem, Scope, after, entering, evaluate_tree
from runtime.engine.state import State, Step, Token

if TYPE_CHECKING:
    from nodes.dmn import DecisionResult


def enter(r: Reaction, token: Token) -> None:
    """Serve one ready token: it joins a filling, is absorbed, starts a step, or stops at an incident."""
    node = r.plan.nodes[token.target]
    join = join_behaviour(r.plan, node.id)
    if join is not None and _arrive(r, node, join, token):
        return
    step_id = f"{node.id}#{r.state.counts.get(node.id, 0) + 1}"
    sources = (Source(token.source, token.edge[1]),) if token.source else ()
    over = _over_budget(r.state)
    if over is not None:
        r.emit(IncidentRaised(step=step_id, kind="budget", error=over, sources=sources))
        return
    start(r, node, step_id, sources, token.seen)


def resume_reserved(r: Reaction, step: Step) -> None:
    """A step that an incident had stopped before its start tries again."""
    over = _over_budget(r.state, reserved=1)
    if over is not None:
        r.emit(IncidentRaised(step=step.id, kind="budget", error=over))
        return
    given = step.input if r.state.pending.get(step.id) == "edit" else None
    start(r, r.plan.nodes[step.node], step.id, step.sources, entering(r.state, step), given)


def start(
    r: Reaction, node: PlanNode, step_id: str, sources: tuple[Source, ...], seen: Mapping[str, int], given: Value = None
) -> None:
    """Start a step. ``given``: an input put in place of the mappings by an operator (edit)."""
    if node.behaviour is None:
        error = {"code": "node_type", "message": node.problem or "Nobody knows here what this step does."}
        r.emit(IncidentRaised(step=step_id, kind="unreadable", error=error, sources=sources))
        return
    scope = Scope(r.plan, r.state, seen)
    scope.now = r.now
    try:
        _STARTERS[type(node.behaviour)](r, node, node.behaviour, step_id, sources, scope, given)
    except ExpressionProblem as problem:
        r.emit(IncidentRaised(step=step_id, kind="expression", error=problem.as_error(), sources=sources))


def _over_budget(state: State, reserved: int = 0) -> dict[str, Value] | None:
    """The budget that the next activation would exceed (L3), as an error; None if it fits.

    ``reserved``: activations that are counted already, because an incident has reserved their steps.
    """
    if state.activations - reserved >= state.budgets["activations"]:
        return {
            "code": "activations",
            "message": f"The run has started {state.activations} steps, as many as it may. "
            "Something may repeat for ever; look at it, then let it go on with a higher limit.",
        }
    if state.place > 1 and state.place > state.limit("tree"):
        return {
            "code": "tree",
            "message": f"{state.limit('tree')} runs have come from one start, as many as may. "
            "Flows may call one another for ever; look at it, then let it go on with a higher limit.",
        }
    if state.seq >= state.budgets["events"]:
        return {"code": "events", "message": f"The run's journal holds {state.seq} events, as many as it may."}
    return None


def _arrive(r: Reaction, node: PlanNode, join: Join, token: Token) -> bool:
    """Take the token into a filling that is open or has fired; False if a new one must be opened (J3, J5)."""
    round_ = round_of(r.plan, r.state, node.id, token.seen)
    filling = filling_for(r.state, node.id, round_, token.edge)
    if filling is None:
        return False
    if has_fired(filling):
        r.emit(TokenAbsorbed(filling.id, token.edge, token.source))
        return True
    r.emit(TokenJoined(filling.id, token.edge, token.source))
    _fire_if_full(r, filling, join)
    return True


def _fire_if_full(r: Reaction, filling: Step, join: Join) -> None:
    """The filling fires the moment enough distinct edges have arrived (J4), even if it was given up as starved."""
    starved = filling.incident is not None and filling.incident.kind == "join_starved"
    if filling.state != "collecting" and not starved:
        return
    if len(set(filling.edges)) >= needed(r.plan, filling.node, join):
        if filling.incident is not None:
            r.emit(IncidentClosed(filling.incident.id, "the missing branches came"))
        leave(r, filling, "joined", join_output(r.plan, filling))


def _checked(value: Value, node: PlanNode) -> Value:
    broken = limit_broken(value)
    if broken is not None:
        raise ExpressionProblem("input", f'The input of "{node.title}" is refused: {broken}.')
    return value


def _sla(r: Reaction, node: PlanNode) -> dict[str, dt.datetime]:
    return {} if node.sla is None else {"sla": after(r.plan, r.now, node.sla)}


# -- one starter per behaviour: (reaction, node, behaviour, step id, sources, scope, given input) ------------------


def _start_trigger(r: Reaction, node: PlanNode, it: Start, step: str, sources: Any, scope: Scope, given: Value) -> None:
    r.emit(StepStarted(step=step, sources=sources))
    leave(r, r.state.live[step], node.ports[0] if node.ports else "started", r.state.input)


def _start_pure(r: Reaction, node: PlanNode, it: Pure, step: str, sources: Any, scope: Scope, given: Value) -> None:
    inputs = given
    if inputs is None:
        inputs = _checked(evaluate_tree(node, it.inputs, scope), node) if it.inputs else {}
    routed = apply_pure(node, it, inputs, scope)
    r.emit(StepStarted(step=step, sources=sources, input=inputs or None))
    leave(r, r.state.live[step], routed.port, routed.output, why=routed.why)


def apply_pure(node: PlanNode, it: Pure, inputs: Value, scope: Scope) -> Routed:
    """Run the function of a pure step. Whatever it does wrong is an ``ExpressionProblem`` of this step alone.

    It gets copies and its answer is copied, so that a function that changes what it was given, or what it gave, later,
    changes no state.
    """

    def evaluate(expr: Expr[Any]) -> tuple[Value, Mapping[str, Value]]:
        value, reads = node.formula(expr).value_and_reads(scope)
        return copied(value), reads

    def decide(use: DecisionUse, given: Mapping[str, Value]) -> DecisionResult:
        from nodes.dmn import DmnError  # loaded with the model; flows without decisions need none of it

        model = node.decisions.get(use.file) if use in it.decisions else None
        if model is None:
            raise StepProblem(f'"{node.title}" asks a decision that it did not name.')
        try:
            return model.evaluate(use.decision, model.read_inputs(given), now=scope.now, zone=scope.plan.zone)
        except DmnError as problem:
            raise StepProblem(str(problem)) from problem

    try:
        routed = it.apply(copied(inputs), evaluate, decide) if it.decisions else it.apply(copied(inputs), evaluate)
    except ExpressionProblem:
        raise
    except StepProblem as problem:
        raise ExpressionProblem("config", cleaned(str(problem))) from problem
    except Exception as problem:  # others' code: whatever it raises stops its step, never the run
        message = f'"{node.title}" broke: {type(problem).__name__}: {problem}'
        raise ExpressionProblem("config", cleaned(message)) from problem
    port, why = getattr(routed, "port", None), getattr(routed, "why", None)
    plain = why is None or type(why) is dict or isinstance(why, Mapping)
    if not isinstance(port, str) or text_broken(port) or not plain:
        raise ExpressionProblem("config", f'"{node.title}" broke: what it decided is not a port, an output and why.')
    try:
        return Routed(port, admitted(routed.output), admitted(why))
    except NotAdmitted as problem:
        raise ExpressionProblem("output", f'The output of "{node.title}" is refused: {problem}.') from problem


def _start_assign(r: Reaction, node: PlanNode, it: Assign, step: str, sources: Any, scope: Scope, given: Value) -> None:
    values = _checked({name: node.formula(expr).value(scope) for name, expr in it.assignments.items()}, node)
    r.emit(StepStarted(step=step, sources=sources))
    leave(r, r.state.live[step], "done", values, written=values)


def _start_effect(r: Reaction, node: PlanNode, it: Effect, step: str, sources: Any, scope: Scope, given: Value) -> None:
    inputs = _checked(evaluate_tree(node, it.inputs, scope), node) if given is None else given
    due = _sla(r, node)
    if node.timeout is not None:
        due["timeout"] = after(r.plan, r.now, node.timeout)
    facts = {"connection": it.connection} if it.connection is not None else None
    r.emit(StepStarted(step=step, sources=sources, input=inputs, due=due, facts=facts))


def _start_join(r: Reaction, node: PlanNode, it: Join, step: str, sources: Any, scope: Scope, given: Value) -> None:
    due = _sla(r, node)
    if it.timeout is not None:
        due["timeout"] = after(r.plan, r.now, node.formula(it.timeout).value(scope))
    r.emit(StepStarted(step=step, sources=sources, due=due))
    _fire_if_full(r, r.state.live[step], it)


def _start_wait(r: Reaction, node: PlanNode, it: Wait, step: str, sources: Any, scope: Scope, given: Value) -> None:
    due = _wait_due(r.plan, node, it, scope, r.now)
    r.emit(StepStarted(step=step, sources=sources, due={"wait": due, **_sla(r, node)}))
    if due <= r.now:
        leave(r, r.state.live[step], "done", {"until": due})


def _wait_due(plan: Plan, node: PlanNode, it: Wait, scope: Scope, now: dt.datetime) -> dt.datetime:
    if it.until is not None:
        until: dt.datetime = node.formula(it.until).value(scope)
        try:
            return instant_of(until)
        except OverflowError as problem:
            raise ExpressionProblem("until", f'"{node.title}" waits until a day beyond the calendar.') from problem
    if it.duration is None:
        raise ExpressionProblem("config", f'"{node.title}" says neither how long nor until when it waits.')
    return after(plan, now, node.formula(it.duration).value(scope))


def _start_signal(
    r: Reaction, node: PlanNode, it: AwaitSignal, step: str, sources: Any, scope: Scope, given: Value
) -> None:
    name = node.formula(it.name).value(scope)
    key = node.formula(it.key).value(scope)
    for field, value in (("name", name), ("key", key)):
        if value is None:
            raise ExpressionProblem(
                field, f'The {field} of "{node.title}" is nothing (null), so no signal could ever match it.'
            )
        broken = id_broken(to_text(value), plain=False)
        if broken is not None:
            raise ExpressionProblem(field, f'No signal could ever match the {field} of "{node.title}": {broken}.')
    due = _sla(r, node)
    if it.timeout is not None:
        due["timeout"] = after(r.plan, r.now, node.formula(it.timeout).value(scope))
    # Key and name compare as text (W4).
    facts = _checked({"name": to_text(name), "key": to_text(key)}, node)
    r.emit(StepStarted(step=step, sources=sources, due=due, facts=facts))


def _start_task(
    r: Reaction, node: PlanNode, it: HumanTask, step: str, sources: Any, scope: Scope, given: Value
) -> None:
    due = _sla(r, node)
    facts: dict[str, Value] = {}
    for purpose, field in (("remind", it.remind), ("due", it.due), ("timeout", it.timeout)):
        if field is not None:
            length = node.formula(field).value(scope)
            due[purpose] = after(r.plan, r.now, length)
            if purpose == "remind":
                if due[purpose] <= r.now:
                    raise ExpressionProblem("remind", f'"{node.title}" can\'t remind people every {to_text(length)}.')
                facts["remind"] = length
    shown = shown_by(node, it, scope) if given is None else given
    r.emit(StepStarted(step=step, sources=sources, input=_checked(shown, node), due=due, facts=facts or None))


def shown_by(node: PlanNode, it: HumanTask, scope: Scope) -> dict[str, Value]:
    """What a task shows to people, evaluated once: title, instructions, why and the labelled values (A1)."""
    shown: dict[str, Value] = {"title": node.text(it.title).value(scope)}
    if it.instructions is not None:
        shown["instructions"] = node.text(it.instructions).value(scope)
    if it.why is not None:
        shown["why"] = node.text(it.why).value(scope)
    shown["show"] = evaluate_tree(node, it.show, scope)
    return shown


def _start_end(r: Reaction, node: PlanNode, it: End, step: str, sources: Any, scope: Scope, given: Value) -> None:
    output = _checked(evaluate_tree(node, it.output, scope), node)
    r.emit(StepStarted(step=step, sources=sources))
    leave(r, r.state.live[step], None, output)


_STARTERS: dict[type[Any], Any] = {
    Start: _start_trigger,
    Pure: _start_pure,
    Assign: _start_assign,
    Effect: _start_effect,
    Join: _start_join,
    Wait: _start_wait,
    AwaitSignal: _start_signal,
    HumanTask: _start_task,
    Child: start_child,
    Children: start_children,
    End: _start_end,
}
