"""Business knowledge models and decision services as functions.

Who calls it: `model`. Law: both are FEEL functions like any other, called by position or by name, charged to the
evaluation that calls them. The parameters of a service are its inputs, then its input decisions, in the order written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nodes.dmn.elements import Decision, InputElement, Knowledge, Service
from nodes.dmn.errors import DecisionError, Problem
from nodes.dmn.evaluation import Ready, ready, run_steps
from nodes.dmn.given import completed
from nodes.dmn.logic.boxes import Written, bound
from nodes.dmn.logic.compiler import Compiled, external_problem, fitting
from nodes.dmn.requirements import Key, Required, find, plan
from nodes.dmn.running import DecisionRunning
from nodes.dmn.types import ANY, MISFIT, fit, misfit
from nodes.feel import FeelError, Function, from_python
from nodes.feel.limits import limit_error
from nodes.feel.running import Running

if TYPE_CHECKING:
    from nodes.dmn.model import DecisionModel


def knowledge_function(
    model: DecisionModel, element: Knowledge, names: frozenset[str], scope: Mapping[str, Any]
) -> Function:
    """The function of a business knowledge model; `scope` may be filled later with what it requires."""
    compiler = model.compiler
    place, line = f"function `{element.name}`", element.element.line
    logic = element.logic
    if logic is None:
        body = compiler.broken(Problem("empty", "The function has no logic; null is taken.", place, line))
        return Function(element.name, (), Written((), (), body, scope, place, line))
    variables = logic.parameters
    if logic.kind.upper() != "FEEL":
        body = compiler.broken(external_problem(logic.kind, place, logic.line or line))
    else:
        body = compiler.boxed(logic.body, names | {variable.name for variable in variables}, place)
    result = compiler.result_type(logic.type_ref, element.variable.type_ref)
    if result is not ANY:
        body = Compiled(fitting(body.code, result, f"The result of `{element.name}`", place, line), *body[1:])
    types = tuple(compiler.types.of(variable.type_ref, place, line) for variable in variables)
    return Function(
        element.name,
        tuple(variable.name for variable in variables),
        Written(variables, types, body, scope, place, line),
        tuple(None if of is ANY else of.feel() for of in types),
        None if result is ANY else result.feel(),
    )


class ServiceCall:
    """How a decision service is called."""

    __slots__ = ("_service", "_steps", "fitted", "model", "names", "outputs", "parameters", "types")

    def __init__(self, model: DecisionModel, service: Service) -> None:
        self.model = model
        self._service = service
        found = [find(model, (), reference) for reference in (*service.input_elements, *service.input_decisions)]
        self.parameters: list[Required] = [
            item for item in found if item is not None and isinstance(item.element, (Decision, InputElement))
        ]
        self.names = tuple(".".join(item.scope_path) for item in self.parameters)
        self.types = tuple(item.model.types.of(item.element.variable.type_ref) for item in self.parameters)
        outputs = [find(model, (), reference) for reference in service.outputs]
        self.outputs = [item for item in outputs if item is not None and isinstance(item.element, Decision)]
        self._steps: list[Ready] | None = None
        self.fitted = model.compiler.result_type(service.variable.type_ref)

    def steps(self) -> list[Ready]:
        """The plan from the parameters to the output decisions."""
        if self._steps is None:
            given: dict[Key, object] = {item.key: None for item in self.parameters}
            steps: list[Ready] = []
            for item in self.outputs:
                made = [ready(step, self.names) for step in plan(item.model, item.key[0], [item.key[1]], given)]
                steps.extend(made)
                given.update((step.key, None) for step in made)
            self._steps = steps
        return self._steps

    def value(self, arguments: Mapping[str, Any], running: DecisionRunning) -> Any:
        """Decide the outputs: the value of one, a context of several."""
        values: dict[Key, Any] = {
            item.key: arguments[name] for name, item in zip(self.names, self.parameters, strict=True)
        }
        scope, slots = running.scope, running.slots
        try:
            run_steps(self.steps(), values, {}, running)
        finally:
            running.scope, running.slots = scope, slots
        if len(self.outputs) == 1:
            value = values.get(self.outputs[0].key)
        else:
            value = {item.element.variable.name: values.get(item.key) for item in self.outputs}
        if self.fitted is ANY:
            return value
        name, line = self._service.name, self._service.element.line
        place = f"decision service `{name}`"
        return fitting(lambda _: value, self.fitted, f"The result of `{name}`", place, line)(running)

    def __call__(self, running: Running, positional: list[Any], named: dict[str, Any] | None) -> Any:
        assert isinstance(running, DecisionRunning), "services are called in an evaluation of a model"
        place, line = f"decision service `{self._service.name}`", self._service.element.line
        arguments = bound(running, self.names, self.types, positional, named, place, line)
        if arguments is None:
            return None
        steps = self.steps()
        running.charge(len(steps) + 1)
        running.depth -= 70
        if running.depth < 0:
            raise limit_error("depth", running.budget.depth)
        try:
            return self.value(arguments, running)
        finally:
            running.depth += 70


def service_function(model: DecisionModel, service: Service) -> Function:
    """The function of a decision service."""
    call = ServiceCall(model, service)
    signature = tuple(None if of is ANY else of.feel() for of in call.types)
    result = None if call.fitted is ANY else call.fitted.feel()
    return Function(service.name, call.names, call, signature, result)


def service_value(model: DecisionModel, service: Service, inputs: Mapping[str, Any], running: DecisionRunning) -> Any:
    """The value of a service called from outside: what is not given, or does not fit, is null with a problem."""
    call = model.function(service.id).call
    assert isinstance(call, ServiceCall), "made by `service_function`"
    running.element = service.name
    arguments: dict[str, Any] = {}
    for name, of, item in zip(call.names, call.types, call.parameters, strict=True):
        given = inputs.get(name, inputs.get(item.element.name))
        if name not in inputs and item.element.name not in inputs:
            message = f"`{name}` was not given; null is taken."
            running.problems.append(Problem("missing_input", message, f"input `{name}`", serious=False))
        try:
            value = completed(from_python(given), of)
        except FeelError as error:
            raise DecisionError(f"The input `{name}` can't be taken. {error}", element=name) from None
        made = fit(value, of, running)
        if made is MISFIT:
            running.problems.append(misfit(value, of, f"The input `{name}`", f"input `{name}`", 0, running))
            made = None
        arguments[name] = made
    for name in inputs:
        if name not in call.names and all(name != item.element.name for item in call.parameters):
            message = f"The service has no input `{name}`; the value is not used."
            running.problems.append(Problem("unknown_input", message, f"input `{name}`", serious=False))
    return call.value(arguments, running)
