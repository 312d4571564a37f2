"""A decision model: read, compiled, asked, written.

Who calls it: the node type `decision/table`, `baton decide` and `baton check`, editors, tests.
Law: a model is read and compiled once and never changes; many threads may evaluate it at once. Nothing but a
`DmnError` leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nodes.dmn.boxed import Boxed, Context, DecisionTable, Relation
from nodes.dmn.direct import Direct, direct_way
from nodes.dmn.elements import Decision, Definitions, InputElement, ItemDefinition, Knowledge, Service
from nodes.dmn.errors import DecisionError, Problem
from nodes.dmn.evaluation import Ready, guarded, put, ready, run_steps, start
from nodes.dmn.functions import knowledge_function, service_function, service_value
from nodes.dmn.given import may_hold_texts_to_read, read_text
from nodes.dmn.logic import Compiled, LogicCompiler
from nodes.dmn.requirements import Key, Requirable, dangling, plan, refuse_circles, required_by
from nodes.dmn.result import DecisionResult
from nodes.dmn.running import DecisionRunning
from nodes.dmn.types import ModelType, TypeTable
from nodes.feel import Budget, Function, from_python
from nodes.feel.suggest import did_you_mean


class DecisionModel:
    """One file with the models that it imports. `digest` is the SHA-256 of the file, in hexadecimal digits."""

    types: TypeTable
    compiler: LogicCompiler
    all_names: frozenset[str]
    """The names of all elements, those of imports too."""

    def __init__(
        self,
        definitions: Definitions,
        imported: Mapping[str, DecisionModel],
        problems: Iterable[Problem] = (),
        *,
        source: str = "",
        digest: str = "",
    ) -> None:
        """`imported` by the name of the import. DmnReadError for requirements that go in a circle."""
        self.definitions = definitions
        self.imported = dict(imported)
        self.source = source
        self.digest = digest
        self._problems: list[Problem] = [*definitions.problems, *problems]
        self.types = TypeTable(
            definitions.types, {name: model.types for name, model in imported.items()}, self._problems.append
        )
        self._elements: dict[str, Requirable] = {
            **definitions.inputs, **definitions.decisions, **definitions.knowledge, **definitions.services,
        }  # fmt: skip
        for name in self.types.names():
            self.types.of(name)
        for element in definitions.inputs.values():
            self.types.of(element.variable.type_ref, f"input `{element.name}`", element.element.line)
        refuse_circles(self)
        self.property_names = frozenset(self._property_names())
        self.compiler = LogicCompiler(self.types, self.property_names, self._problems.append)
        self._logic: dict[str, Compiled] = {}
        self._functions: dict[str, Function] = {}
        self._plans: dict[Key, list[Ready]] = {}
        self._direct: dict[str, Direct | None] = {}
        self._read_types: dict[str, ModelType] | None = None
        self._names = self._by_name()
        self._known = {name for item in self._elements.values() for name in (item.name, item.variable.name)}
        self._known.update(imported)
        self.all_names = frozenset(self._known).union(*(model.all_names for model in imported.values()))
        self._problems.extend(dangling(self))
        for decision in definitions.decisions.values():
            self.logic(decision)
        for id_ in (*definitions.knowledge, *definitions.services):
            self.function(id_)

    # -- what there is --

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.definitions.name

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the model, found while it was compiled; those of its imports too."""
        return (*self._problems, *(problem for model in self.imported.values() for problem in model.problems))

    @property
    def own_problems(self) -> tuple[Problem, ...]:
        """Those of this file alone."""
        return tuple(self._problems)

    @property
    def decisions(self) -> dict[str, Decision]:
        """The decisions by name."""
        return {decision.name: decision for decision in self.definitions.decisions.values()}

    @property
    def services(self) -> dict[str, Service]:
        """The decision services by name."""
        return {service.name: service for service in self.definitions.services.values()}

    @property
    def inputs(self) -> dict[str, InputElement]:
        """The inputs by name, those of imports left out."""
        return {element.name: element for element in self.definitions.inputs.values()}

    def element(self, id_: str) -> Requirable | None:
        """A decision, input, function or service by id."""
        return self._elements.get(id_)

    def element_ids(self) -> Iterator[str]:
        """The ids of all that can be required."""
        return iter(self._elements)

    def inputs_of(self, name: str) -> list[str]:
        """The names of the inputs that a decision needs, directly or not; those of imports with dots."""
        path, decision = self.find_decision(name)
        steps = self._plan(path, decision.id)
        return [".".join([*step.key[0], step.element.variable.name]) for step in steps if step.code is None]

    def read_inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs from JSON: texts become dates, times and durations where the types of the inputs say so."""
        read = self._read_types
        if read is None:
            types = {name: self.types.of(element.variable.type_ref) for name, element in self.inputs.items()}
            read = self._read_types = {name: of for name, of in types.items() if may_hold_texts_to_read(of)}
        return {name: read_text(value, read[name]) if name in read else value for name, value in values.items()}

    # -- asking --

    def evaluate(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        now: dt.datetime | None = None,
        zone: str = "UTC",
        budget: Budget | None = None,
    ) -> DecisionResult:
        """Evaluate a decision (by name or id) with all that it requires.

        `inputs` by name as plain Python values; those of an import as `import.name` or in a mapping under the name of
        the import. `now` is an aware datetime, without which `now()` and `today()` are errors. DecisionError if there
        is no such decision, a value can't be taken, or the budget does not suffice.
        """
        direct = self._direct.get(name) if budget is None else None
        if direct is None:
            return self._planned(name, inputs, now, zone, budget)
        known = direct.answer(inputs, now, zone)
        if known.__class__ is DecisionResult:
            return known
        result = self._planned(name, inputs, now, zone, budget)
        if known.__class__ is int:
            direct.remember(known, result)
        return result

    def _planned(
        self, name: str, inputs: Mapping[str, Any], now: dt.datetime | None, zone: str, budget: Budget | None
    ) -> DecisionResult:
        """The result of all that a decision requires, step by step."""
        path, decision = self.find_decision(name)
        running = start(budget, now, zone)

        def run() -> Any:
            values: dict[Key, Any] = {}
            run_steps(self._plan(path, decision.id), values, inputs, running)
            return values[path, decision.id]

        value = guarded(running, name, run)
        self._tell_strangers(inputs, running)
        result = _result(decision.name, value, running, self.digest)
        if name not in self._direct:
            table = None if path else self.logic(decision).table
            self._direct[name] = (
                None if table is None else direct_way(self._plan(path, decision.id), table, self.digest)
            )
        return result

    def invoke_service(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        now: dt.datetime | None = None,
        zone: str = "UTC",
        budget: Budget | None = None,
    ) -> DecisionResult:
        """Invoke a decision service with its inputs and input decisions by name.

        The value of its one output decision, or a dict of them by name if it has several. Errors as `evaluate`.
        """
        service = self._found(name, Service)
        running = start(budget, now, zone)
        value = guarded(running, name, lambda: service_value(self, service, inputs, running))
        return _result(service.name, value, running, self.digest)

    def invoke_function(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        now: dt.datetime | None = None,
        zone: str = "UTC",
        budget: Budget | None = None,
    ) -> DecisionResult:
        """Call a business knowledge model with its arguments by name. Errors as `evaluate`."""
        knowledge = self._found(name, Knowledge)
        running = start(budget, now, zone)
        running.element = knowledge.name
        function = self.function(knowledge.id)
        value = guarded(
            running,
            name,
            lambda: function.call(running, [], {key: from_python(item) for key, item in arguments.items()}),
        )
        return _result(knowledge.name, value, running, self.digest)

    # -- compiled parts, for the other files of this package --

    def logic(self, decision: Decision) -> Compiled:
        """The compiled logic of a decision, its value made to fit."""
        made = self._logic.get(decision.id)
        if made is None:
            place = f"decision `{decision.name}`"
            names = self._scope_names(decision)
            compiled = self.compiler.boxed(decision.logic, names, place)
            what, line = f"The value of `{decision.name}`", decision.element.line
            made = self.compiler.typed(compiled, decision.variable.type_ref, what, place, line)
            self._logic[decision.id] = made
        return made

    def function(self, id_: str) -> Function:
        """The function of a business knowledge model or a decision service."""
        made = self._functions.get(id_)
        if made is None:
            element = self._elements[id_]
            if isinstance(element, Service):
                made = service_function(self, element)
                self._functions[id_] = made
            else:
                assert isinstance(element, Knowledge), "only these two are functions"
                scope: dict[str, Any] = {}
                made = knowledge_function(self, element, self._scope_names(element) | {element.variable.name}, scope)
                self._functions[id_] = scope[element.variable.name] = made
                for required in required_by(self, (), element):
                    if isinstance(required.element, (Knowledge, Service)) and required.key[1] != id_:
                        put(scope, required.scope_path, required.model.function(required.key[1]))
        return made

    def _scope_names(self, element: Decision | Knowledge) -> frozenset[str]:
        return frozenset(required.scope_path[0] for required in required_by(self, (), element))

    def _plan(self, path: tuple[str, ...], id_: str) -> list[Ready]:
        made = self._plans.get((path, id_))
        if made is None:
            owner: DecisionModel = self
            for name in path:
                owner = owner.imported[name]
            made = [ready(step, self._known) for step in plan(owner, path, [id_])]
            self._plans[path, id_] = made
        return made

    def find_decision(self, name: str) -> tuple[tuple[str, ...], Decision]:
        """A decision of this model by name or id, or of an import by the name of the import, a dot and its own."""
        found = self._names.get(name)
        if found is not None:
            return (), found
        for prefix, model in self.imported.items():
            if prefix and name.startswith(f"{prefix}."):
                path, inner = model.find_decision(name[len(prefix) + 1 :])
                return (prefix, *path), inner
        return (), self._found(name, Decision)

    def _found(self, name: str, of: type[Any]) -> Any:
        wanted = " ".join(name.split())
        for element in self._elements.values():
            if isinstance(element, of) and wanted in {element.name, element.id}:
                return element
        kinds: dict[type, str] = {
            Decision: "decision", Service: "decision service", Knowledge: "business knowledge model",
        }  # fmt: skip
        kind = kinds[of]
        names = [element.name for element in self._elements.values() if isinstance(element, of)]
        suggestion = did_you_mean(wanted, names) or (f"There are: {', '.join(names[:10])}." if names else "")
        raise DecisionError(f"The model `{self.name}` has no {kind} `{wanted}`. {suggestion}".strip(), element=wanted)

    def _by_name(self) -> dict[str, Decision]:
        """The decisions by name; two of one name are told of, and the first is meant."""
        found: dict[str, Decision] = {}
        for decision in self.definitions.decisions.values():
            if decision.name in found:
                message = f"There are two decisions `{decision.name}`; the first is meant by the name."
                place = f"decision `{decision.name}`"
                self._problems.append(Problem("duplicate", message, place, decision.element.line))
            found.setdefault(decision.name, decision)
        return found

    def _tell_strangers(self, inputs: Mapping[str, Any], running: DecisionRunning) -> None:
        for name in inputs:
            if name not in self.all_names and str(name).partition(".")[0] not in self.imported:
                message = f"The model has no input `{name}`; the value is not used."
                suggestion = did_you_mean(str(name), self._known)
                problem = Problem("unknown_input", message, f"input `{name}`", 0, 0, suggestion, serious=False)
                running.problems.append(problem)

    def _property_names(self) -> set[str]:
        """All names that may stand behind a dot and that a parser would not take for one word."""
        names: set[str] = set()

        def of_type(definition: ItemDefinition) -> None:
            for component in definition.components:
                names.add(component.name)
                of_type(component)

        for definition in self.definitions.types:
            of_type(definition)
        names.update(element.variable.name for element in self._elements.values())
        for element in self._elements.values():
            if isinstance(element, (Decision, Knowledge)) and element.logic is not None:
                names.update(_names_in(element.logic))
        for model in self.imported.values():
            names |= model.property_names
        return {name for name in names if name and not name.isidentifier()}


def _names_in(logic: Boxed) -> Iterator[str]:
    """The names of entries, columns and results of a boxed expression."""
    stack: list[Any] = [logic]
    while stack:
        at = stack.pop()
        if isinstance(at, Context):
            for variable, inner in at.entries:
                if variable is not None:
                    yield variable.name
                stack.append(inner)
        elif isinstance(at, DecisionTable):
            yield from (clause.name for clause in at.outputs if clause.name)
        elif isinstance(at, Relation):
            yield from (column.name for column in at.columns)
        elif at is not None:
            stack.extend(
                getattr(at, name, None)
                for name in ("body", "called", "condition", "then", "otherwise", "source", "match")
            )
            stack.extend(getattr(at, "items", ()))
            stack.extend(inner for _, inner in getattr(at, "bindings", ()))


def _result(name: str, value: Any, running: DecisionRunning, digest: str) -> DecisionResult:
    story = (tuple(running.fired), tuple(running.trace))
    return DecisionResult(name, value, tuple(running.problems), story, digest)
