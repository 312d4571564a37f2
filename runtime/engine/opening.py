"""How a run begins: the one event that a start becomes, or why there can be no run.

Called by the driver. Law: whatever of the start can be wrong is found here, before there is any event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from nodes.contract.json_schema import schema_mistakes
from runtime.engine.events import RunStarted
from runtime.engine.limits import id_broken, text_broken
from runtime.engine.plan import Plan
from runtime.engine.projection import case_key
from runtime.engine.scope import ExpressionProblem, Scope
from runtime.engine.state import DEFAULT_BUDGETS, State
from runtime.engine.stimuli import Refusal, Start


def opening_of(plan: Plan, run: str, it: Start, at: dt.datetime) -> RunStarted | Refusal:
    """The first event of a run, or why it can't begin."""
    if plan.problem is not None:
        return Refusal(422, "FLOW_BROKEN", f'"{plan.flow.id}" can\'t be run: {plan.problem}')
    trigger = it.trigger
    if trigger is None:
        if len(plan.triggers) != 1:
            named = ", ".join(plan.triggers) or "it has none"
            return Refusal(422, "TRIGGER", f'Say which start of "{plan.flow.id}" is meant: {named}.')
        trigger = plan.triggers[0]
    elif trigger not in plan.triggers:
        named = ", ".join(plan.triggers) or "it has none"
        return Refusal(422, "TRIGGER", f'"{trigger}" is no start of "{plan.flow.id}". Its starts: {named}.')
    if plan.flow.input_schema:
        mistakes = schema_mistakes(plan.flow.input_schema, it.input)
        if mistakes:
            where = f"input.{mistakes[0].path}: " if mistakes[0].path else ""
            return Refusal(
                422,
                "INPUT",
                f'The input does not fit "{plan.flow.id}": {where}{mistakes[0].message}',
                [{"path": m.path, "message": m.message} for m in mistakes],
            )
    broken = id_broken(case_key(it.case) or "") if it.parent is None else None
    if broken is not None:
        return Refusal(422, "CASE", f"The key of the case can't name it: {broken}. Correct it, or leave it out.")
    refused = _budgets_refused(it.budgets)
    if refused is not None:
        return refused
    budgets = _budgets(plan, it)
    if it.parent is None and it.depth > budgets["depth"]:
        return Refusal(422, "DEPTH", f"Flows call one another more than {budgets['depth']} deep.")
    requester = it.requester
    if requester is None:
        requester = it.actor.id if it.actor.kind in ("user", "client") else None
    behaviour = plan.nodes[trigger].behaviour
    mapped = getattr(behaviour, "requester", None)
    if it.requester is None and mapped is not None and it.parent is None:
        probe = State(run=run, state="running", flow=it.flow, input=it.input, case=it.case, run_time=at)
        probe.environment = it.environment
        try:
            found = plan.nodes[trigger].formula(mapped).value(Scope(plan, probe, {}))
        except ExpressionProblem as problem:
            return Refusal(
                422, "EXPRESSION", f'Who requests can\'t be read at "{plan.nodes[trigger].title}": {problem.message}'
            )
        if found is not None and (not isinstance(found, str) or text_broken(found)):
            return Refusal(
                422, "EXPRESSION", f'Who requests at "{plan.nodes[trigger].title}" is not the id of a person.'
            )
        requester = found if found is not None else requester
    return RunStarted(
        flow=it.flow,
        release=plan.release,
        environment=it.environment,
        trigger=trigger,
        input=it.input,
        case=it.case,
        start_key=it.key,
        requester=requester,
        requesters=it.requesters,
        parent=it.parent,
        depth=it.depth,
        place=it.place,
        budgets={n: most for n, most in budgets.items() if n != "tree" or most != DEFAULT_BUDGETS["tree"]},
        project=plan.project,
    )


def _budgets_refused(said: object) -> Refusal | None:
    if not isinstance(said, Mapping):
        words = f"What stands under 'budgets' is a {type(said).__name__}; it should be a limit by name."
        return Refusal(422, "TYPE", words)
    for name, most in said.items():
        if name not in DEFAULT_BUDGETS or not isinstance(most, int) or isinstance(most, bool) or most < 1:
            known = ", ".join(DEFAULT_BUDGETS)
            words = f"{name!r} can't be limited to {most!r}. Give a whole number from 1 on, for any of: {known}."
            return Refusal(422, "BUDGETS", words)
    return None


def _budgets(plan: Plan, it: Start) -> dict[str, int]:
    """What the environment says (``it.budgets``, for a child what is left of it), else the usual; a flow may only lower
    it (L2)."""
    own = plan.flow.budgets
    return {name: min(most, getattr(own, name, None) or most) for name, most in {**plan.budgets, **it.budgets}.items()}
