"""Who requires whom: what must be evaluated, in which order, for a decision; and that nothing requires itself.

Who calls it: `model`. Law: a model that is imported twice is there twice, with inputs of its own for each way of
imports that leads to it; a plan names each element by that way (`path`) and its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from nodes.dmn.elements import Decision, InputElement, Knowledge, Reference, Service
from nodes.dmn.errors import DmnReadError, Problem
from nodes.dmn.limits import MAX_STEPS

if TYPE_CHECKING:
    from nodes.dmn.model import DecisionModel

Key: TypeAlias = tuple[tuple[str, ...], str]
"""A way of import names, and an id."""
Requirable: TypeAlias = Decision | InputElement | Knowledge | Service


_MOST_NAMED: Final = 8
"""Elements of a circle that its error names."""


class Required(NamedTuple):
    """One thing in the scope of a decision: its name there (of the import, then its own), and what it is."""

    scope_path: tuple[str, ...]
    key: Key
    model: DecisionModel
    element: Requirable


class Step(NamedTuple):
    """One decision or input of a plan. `reads` are the values in its scope, `knows` the functions."""

    key: Key
    model: DecisionModel
    element: Decision | InputElement
    reads: tuple[tuple[tuple[str, ...], Key], ...]
    functions: tuple[tuple[tuple[str, ...], DecisionModel, str], ...]


def find(model: DecisionModel, path: tuple[str, ...], reference: Reference) -> Required | None:
    """What a reference points to; None if nothing has that id."""
    prefix: tuple[str, ...] = ()
    if reference.namespace:
        name = next((i.name for i in model.definitions.imports if i.namespace == reference.namespace), None)
        if name is None or name not in model.imported:
            return None
        model = model.imported[name]
        path = (*path, name)
        prefix = (name,) if name else ()
    element = model.element(reference.id)
    if element is None:
        return None
    return Required((*prefix, element.variable.name), (path, reference.id), model, element)


def required_by(model: DecisionModel, path: tuple[str, ...], element: Decision | Knowledge) -> list[Required]:
    """What an element requires; references to nothing are left out (the model tells of them)."""
    references = element.knowledge if isinstance(element, Knowledge) else (*element.required, *element.knowledge)
    found = (find(model, path, reference) for reference in references)
    return [required for required in found if required is not None]


def dangling(model: DecisionModel) -> Iterable[Problem]:
    """The references to nothing."""
    definitions = model.definitions
    elements: tuple[Requirable, ...] = (
        *definitions.decisions.values(), *definitions.knowledge.values(), *definitions.services.values(),
    )  # fmt: skip
    for element in elements:
        references: tuple[Reference, ...]
        if isinstance(element, Service):
            references = element.outputs + element.encapsulated + element.input_decisions + element.input_elements
        elif isinstance(element, Decision):
            references = element.required + element.knowledge
        elif isinstance(element, Knowledge):
            references = element.knowledge
        else:
            references = ()
        for reference in references:
            if find(model, (), reference) is None:
                href = f"{reference.namespace}#{reference.id}"
                message = f"It refers to `{href}`, which is not in this model or its imports."
                yield Problem("reference", message, f"`{element.name}`", reference.line)


def refuse_circles(model: DecisionModel) -> None:
    """DmnReadError if something requires itself, by whatever way."""
    done: set[str] = set()
    for start in model.element_ids():
        if start in done:
            continue
        way: list[str] = []
        on_way: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            at, leaving = stack.pop()
            if leaving:
                on_way.discard(way.pop())
                done.add(at)
                continue
            if at in on_way:
                raise _circle(model, [*way[way.index(at) :], at])
            if at in done:
                continue
            way.append(at)
            on_way.add(at)
            stack.append((at, True))
            stack.extend((after, False) for after in _after(model, at))


def _after(model: DecisionModel, id_: str) -> list[str]:
    element = model.element(id_)
    if isinstance(element, Service):
        references: tuple[Reference, ...] = element.outputs
    elif isinstance(element, Decision):
        references = element.required + element.knowledge
    elif isinstance(element, Knowledge):
        references = tuple(reference for reference in element.knowledge if reference.id != id_)
    else:
        return []
    return [reference.id for reference in references if not reference.namespace and model.element(reference.id)]


def _circle(model: DecisionModel, way: list[str]) -> DmnReadError:
    elements = [model.element(id_) for id_ in way]
    names = [f"`{element.name}`" for element in elements if element is not None]
    if len(names) > _MOST_NAMED:
        names[_MOST_NAMED - 2 : -2] = [f"... ({len(names) - _MOST_NAMED:,} more)"]
    first = elements[0]
    line = 0 if first is None else first.element.line
    return DmnReadError(
        f"The requirements go in a circle: {' → '.join(names)}; remove one.", source=model.source, line=line
    )


def plan(
    model: DecisionModel, path: tuple[str, ...], targets: Iterable[str], given: Mapping[Key, object] | None = None
) -> list[Step]:
    """The steps that lead to decisions, each after what it requires; what is `given` is not worked out."""
    known = given or {}
    steps: list[Step] = []
    seen: set[Key] = set(known)
    stack: list[tuple[DecisionModel, Key, bool]] = [(model, (path, target), False) for target in reversed([*targets])]
    while stack:
        owner, key, ready = stack.pop()
        if key in seen:
            continue
        element = owner.element(key[1])
        if isinstance(element, InputElement):
            seen.add(key)
            steps.append(Step(key, owner, element, (), ()))
            continue
        if not isinstance(element, Decision):
            continue
        required = required_by(owner, key[0], element)
        if ready:
            seen.add(key)
            steps.append(_step(owner, key, element, required))
            if len(steps) > MAX_STEPS:
                raise DmnReadError(
                    f"The decision `{element.name}` needs more than {MAX_STEPS:,} others.", limit="steps"
                )
            continue
        stack.append((owner, key, True))
        stack.extend((item.model, item.key, False) for item in reversed(required) if item.key not in seen)
    return steps


def _step(owner: DecisionModel, key: Key, element: Decision, required: list[Required]) -> Step:
    return Step(
        key,
        owner,
        element,
        tuple((item.scope_path, item.key) for item in required if isinstance(item.element, (Decision, InputElement))),
        tuple(
            (item.scope_path, item.model, item.key[1])
            for item in required
            if isinstance(item.element, (Knowledge, Service))
        ),
    )
