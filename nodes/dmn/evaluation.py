"""Runs plans: inputs in, one decision after the other, the value and its story out.

Who calls it: `model`. Law: decisions see what they require and nothing else; what goes wrong inside an expression is
null with a problem, what goes beyond the budget ends the evaluation with an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nodes.dmn.elements import Decision, InputElement
from nodes.dmn.errors import DecisionError, Problem
from nodes.dmn.given import completed
from nodes.dmn.limits import MAX_RECORDS
from nodes.dmn.requirements import Key, Step
from nodes.dmn.result import Evaluated
from nodes.dmn.running import DecisionRunning, note
from nodes.dmn.types import ANY, MISFIT, ModelType, Simple, fit, misfit
from nodes.feel import Budget, FeelError, FeelLimitError, from_python
from nodes.feel.limits import DEFAULT_BUDGET, limit_error
from nodes.feel.running import Running
from nodes.feel.values import KINDS, SETTLED, settle

if TYPE_CHECKING:
    from nodes.feel.compiled import Code

_SCALARS: Final = SETTLED - {list, dict}
_EXACT: Final = frozenset({str, bool, Decimal})
"""Classes of inputs that are taken as they are."""
_MAX_DEPTH: Final = 64
_FEW: Final = 100


class Ready(NamedTuple):
    """A step with what it runs: the code of a decision, or the type of an input."""

    key: Key
    element: Decision | InputElement
    code: Code | None
    type: ModelType
    reads: tuple[tuple[str, Key], ...]
    kind: int | None
    """The kind of value where the type is a plain one of FEEL; None for any; -1 where the type must be asked."""
    nested: tuple[tuple[tuple[str, ...], Key], ...]
    by_plain_name: bool
    """Whether the input of an import may be given by its own name alone: the asked model has none of that name."""
    scope: dict[str, Any]
    """The functions that the decision knows, to begin its scope with."""


def ready(step: Step, own_inputs: Collection[str]) -> Ready:
    """Prepare a step once, for many evaluations. `own_inputs` are names in the model that is asked."""
    scope: dict[str, Any] = {}
    for path, owner, id_ in step.functions:
        put(scope, path, owner.function(id_))
    of = step.model.types.of(step.element.variable.type_ref)
    return Ready(
        step.key,
        step.element,
        step.model.logic(step.element).code if isinstance(step.element, Decision) and step.element.logic else None,
        of,
        tuple((path[0], key) for path, key in step.reads if len(path) == 1),
        of.of if isinstance(of, Simple) else (None if of is ANY else -1),
        tuple((path, key) for path, key in step.reads if len(path) > 1),
        bool(step.key[0]) and step.element.variable.name not in own_inputs,
        scope,
    )


def put(scope: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Enter a value under a name, or under a name of an import and its own."""
    for name in path[:-1]:
        inner = scope.get(name)
        scope = scope.setdefault(name, {}) if isinstance(inner, dict) or inner is None else {}
    scope[path[-1]] = value


def run_steps(steps: list[Ready], values: dict[Key, Any], inputs: Mapping[str, Any], running: DecisionRunning) -> None:
    """Evaluate steps in order into `values`."""
    for step in steps:
        if step.code is None:
            values[step.key] = _given(step, inputs, running)
            continue
        scope = dict(step.scope)
        if step.nested:
            for name, inner in scope.items():
                if inner.__class__ is dict:
                    scope[name] = dict(inner)
            for path, key in step.nested:
                put(scope, path, values.get(key))
        reads = {name: values.get(key) for name, key in step.reads}
        scope.update(reads)
        for path, key in step.nested:
            reads[".".join(path)] = values.get(key)
        around, before = running.element, len(running.fired)
        running.element = step.element.name
        running.scope = scope
        value = values[step.key] = step.code(running)
        running.element = around
        if len(running.trace) < MAX_RECORDS:
            fired = tuple(running.fired[before:])
            running.trace.append(Evaluated(step.element.name, step.key[1], reads, value, fired))


def _given(step: Ready, inputs: Mapping[str, Any], running: DecisionRunning) -> Any:
    """The value of an input, or of a decision that has no logic, from outside."""
    path, element = step.key[0], step.element
    name = element.variable.name
    value = _look_up(inputs, path, name) if path else inputs.get(name, MISFIT)
    of = value.__class__
    if of in _EXACT and (step.kind is None or KINDS[of] == step.kind) and (of is not Decimal or value.is_finite()):
        return value
    if value is MISFIT and name != element.name:
        value = _look_up(inputs, path, element.name)
    if value is MISFIT and step.by_plain_name:
        value = inputs.get(name, MISFIT)
    if value is MISFIT:
        message = f"`{name}` was not given; null is taken."
        note(running, Problem("missing_input", message, f"input `{name}`", element.element.line, serious=False))
        return None
    try:
        value = completed(from_python(value), step.type)
    except FeelError as error:
        raise DecisionError(f"The input `{name}` can't be taken. {error}", element=name) from None
    made = fit(value, step.type, running)
    if made is MISFIT:
        note(
            running,
            misfit(value, step.type, f"The input `{name}`", f"input `{name}`", element.element.line, running),
        )
        return None
    return made


def _look_up(inputs: Mapping[str, Any], path: tuple[str, ...], name: str) -> Any:
    """An input by its dotted name, or inside contexts named as the imports; MISFIT if it is not there."""
    names = [part for part in (*path, name) if part]
    dotted = ".".join(names)
    if dotted in inputs:
        return inputs[dotted]
    at: Any = inputs
    for part in names:
        if not isinstance(at, Mapping) or part not in at:
            return MISFIT
        at = at[part]
    return at


def guarded(running: DecisionRunning, name: str, run: Callable[[], Any]) -> Any:
    """The result of `run`, finished; nothing but a DecisionError leaves."""
    try:
        return finished(run(), running)
    except FeelLimitError as error:
        message = f"The evaluation of `{running.element or name}` was stopped. {error}"
        raise DecisionError(message, element=running.element or name, limit=error.limit) from error
    except FeelError as error:
        message = f"`{running.element or name}` can't be evaluated. {error}"
        raise DecisionError(message, element=running.element or name) from error
    except RecursionError:
        reason = limit_error("depth", running.budget.depth)
        message = f"The evaluation of `{running.element or name}` was stopped. {reason}"
        raise DecisionError(message, element=running.element or name, limit="depth") from None
    except ArithmeticError as error:
        message = f"`{running.element or name}` can't be evaluated: a number is not finite."
        raise DecisionError(message, element=running.element or name) from error


def finished(value: Any, running: Running) -> Any:
    """A copy of the value that shares nothing with the model or the inputs, within the limits of a value."""
    if value.__class__ in _SCALARS:
        return value
    if value.__class__ is list and len(value) <= _FEW and all(item.__class__ in _SCALARS for item in value):
        return list(value)
    left = running.budget.list_items

    def copy(part: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise limit_error("list_items", running.budget.list_items)
        if depth > _MAX_DEPTH:
            raise limit_error("depth", _MAX_DEPTH)
        part = settle(part)
        if part.__class__ is list:
            return [copy(item, depth + 1) for item in part]
        if part.__class__ is dict:
            return {name: copy(item, depth + 1) for name, item in part.items()}
        return part

    return copy(value, 0)


def start(budget: Budget | None, now: dt.datetime | None, zone: str) -> DecisionRunning:
    """A new evaluation."""
    return DecisionRunning(DEFAULT_BUDGET if budget is None else budget, now, zone)
