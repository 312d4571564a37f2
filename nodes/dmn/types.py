"""The types of a model: item definitions, what conforms to them, and how a value is made to fit.

Who calls it: `logic` (variables, results, parameters), `evaluation` (inputs).
Law (DMN 1.5, 10.3.2.9.4): null fits everywhere; a list of one fits where its item does, an item where a list of it
does, a date where a date and time does; anything else becomes null, with a problem that says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from nodes.dmn.elements import ItemDefinition
from nodes.dmn.errors import Problem
from nodes.feel import (
    CompiledUnaryTests,
    FeelError,
    Function,
    to_text,
    type_name,
    unary_tests,
)
from nodes.feel.kinds import NAMED_KINDS
from nodes.feel.library import LIBRARY
from nodes.feel.running import Running
from nodes.feel.texts import quote
from nodes.feel.tree import ContextType, FunctionType, GenericType, NamedType, Type
from nodes.feel.values import CONTEXT, DATE_TIME, FUNCTION, KINDS, LIST, kind, settle

MISFIT: Final = object()
"""What `fit` answers for a value that does not fit."""
_SHOWN: Final = 60
TYPE_DEPTH: Final = 8
"""Levels of a type that are looked at."""
_MOST_PARTS: Final = 2_000
"""Parts of a type as FEEL writes it; types that use others many times would be endless."""


class _Left:
    """How many parts of a type may still be written out."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts = _MOST_PARTS

    def enough(self, depth: int) -> bool:
        """Whether one more may be, counted."""
        self.parts -= 1
        return depth <= TYPE_DEPTH and self.parts >= 0


class ModelType:
    """Parent of all: any value."""

    __slots__ = ()
    name = "Any"

    def admits(self, value: Any, running: Running) -> bool:
        """Whether a value that is not null conforms."""
        return True

    def feel(self) -> Type:
        """The type as FEEL writes it, for `instance of`; deep inside a large one only what kind it is."""
        return self.written(0, _Left())

    def written(self, depth: int, left: _Left) -> Type:
        """The same as a part of another."""
        return NamedType("Any")


ANY: Final = ModelType()


class Simple(ModelType):
    """A type of FEEL by name."""

    __slots__ = ("name", "of")

    def __init__(self, name: str, of: int) -> None:
        self.name = name
        self.of = of

    def admits(self, value: Any, running: Running) -> bool:
        return KINDS.get(value.__class__, -1) == self.of or kind(value) == self.of

    def written(self, depth: int, left: _Left) -> Type:
        return NamedType(self.name)


class ListOf(ModelType):
    """A collection."""

    __slots__ = ("item", "name")

    def __init__(self, name: str, item: ModelType) -> None:
        self.name = name
        self.item = item

    def admits(self, value: Any, running: Running) -> bool:
        if kind(value) != LIST:
            return False
        items = settle(value)
        running.charge(len(items))
        return all(item is None or self.item.admits(item, running) for item in items)

    def written(self, depth: int, left: _Left) -> Type:
        return GenericType("list", self.item.written(depth + 1, left)) if left.enough(depth) else NamedType("list")


class ContextOf(ModelType):
    """Components by name; a value may have more."""

    __slots__ = ("components", "name")

    def __init__(self, name: str, components: dict[str, ModelType]) -> None:
        self.name = name
        self.components = components

    def admits(self, value: Any, running: Running) -> bool:
        if kind(value) != CONTEXT:
            return False
        entries = settle(value)
        running.charge(len(self.components))
        for name, of in self.components.items():
            if name not in entries:
                return False
            entry = entries[name]
            if entry is not None and not of.admits(entry, running):
                return False
        return True

    def written(self, depth: int, left: _Left) -> Type:
        if not left.enough(depth):
            return NamedType("context")
        return ContextType(tuple((name, of.written(depth + 1, left)) for name, of in self.components.items()))


class FunctionOf(ModelType):
    """Functions of so many parameters of these types."""

    __slots__ = ("name", "parameters", "result")

    def __init__(self, name: str, parameters: tuple[ModelType, ...], result: ModelType) -> None:
        self.name = name
        self.parameters = parameters
        self.result = result

    def admits(self, value: Any, running: Running) -> bool:
        if not isinstance(value, Function):
            return False
        count = len(self.parameters)
        if not value.signature and value.name in LIBRARY:
            return any(way.takes(count) for way in LIBRARY[value.name].overloads)
        if len(value.parameters) != count:
            return False
        own = value.signature or (None,) * count
        return all(
            mine is None or of is ANY or mine == of.feel() for mine, of in zip(own, self.parameters, strict=True)
        ) and (value.result is None or self.result is ANY or value.result == self.result.feel())

    def written(self, depth: int, left: _Left) -> Type:
        if not left.enough(depth):
            return NamedType("function")
        parameters = tuple(of.written(depth + 1, left) for of in self.parameters)
        return FunctionType(parameters, self.result.written(depth + 1, left))


class Constrained(ModelType):
    """A type of which only some values are allowed."""

    __slots__ = ("inner", "name", "tests")

    def __init__(self, name: str, inner: ModelType, tests: CompiledUnaryTests) -> None:
        self.name = name
        self.inner = inner
        self.tests = tests

    def admits(self, value: Any, running: Running) -> bool:
        if not self.inner.admits(value, running):
            return False
        running.charge(len(self.tests.text) >> 3)
        return self.tests.evaluate(value, {}, budget=running.budget, now=running.now, zone=running.zone) is True

    def written(self, depth: int, left: _Left) -> Type:
        return self.inner.written(depth, left)


class Named(ModelType):
    """A type of the model by its name; `target` is set when it is known, so that types may hold themselves."""

    __slots__ = ("name", "target")

    def __init__(self, name: str) -> None:
        self.name = name
        self.target: ModelType = ANY

    def admits(self, value: Any, running: Running) -> bool:
        return self.target.admits(value, running)

    def written(self, depth: int, left: _Left) -> Type:
        return self.target.written(depth, left)


def unwrapped(of: ModelType) -> ModelType:
    """The type behind names and constraints."""
    while isinstance(of, (Named, Constrained)):
        of = of.target if isinstance(of, Named) else of.inner
    return of


def allowed_tests(of: ModelType) -> CompiledUnaryTests | None:
    """The tests that values of a type must pass."""
    while isinstance(of, Named):
        of = of.target
    return of.tests if isinstance(of, Constrained) else None


def fit(value: Any, of: ModelType, running: Running) -> Any:
    """The value as the type wants it, or MISFIT."""
    if value is None or of.admits(value, running):
        return value
    bare = unwrapped(of)
    if isinstance(bare, ListOf):
        if kind(value) != LIST and of.admits([value], running):
            return [value]
        return MISFIT
    if kind(value) == LIST:
        items = settle(value)
        if len(items) == 1 and items[0] is not None and of.admits(items[0], running):
            return settle(items[0])
    elif isinstance(bare, Simple) and bare.of == DATE_TIME and isinstance(value, dt.date):
        moment = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
        return moment if of.admits(moment, running) else MISFIT
    return MISFIT


def misfit(value: Any, of: ModelType, what: str, place: str, line: int, running: Running) -> Problem:
    """The problem of a value that does not fit, in words."""
    tests = allowed_tests(of)
    if tests is not None and isinstance(of, (Named, Constrained)):
        inner = unwrapped(of)
        if inner.admits(value, running):
            message = f"{what} is {shown(value)}, which is none of the values allowed: {tests.text}. Null is taken."
            return Problem("not_allowed", message, place, line)
    message = f"{what} is {shown(value)}, which does not fit the type `{of.name}`. Null is taken."
    return Problem("misfit", message, place, line)


def shown(value: Any) -> str:
    """A value in a sentence, shortened."""
    if isinstance(value, (list, dict, Function)) or kind(value) == FUNCTION:
        return f"a {type_name(value)}"
    text = quote(value) if isinstance(value, str) else to_text(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class TypeTable:
    """The types of one model by name, made when they are first asked for."""

    def __init__(
        self,
        definitions: tuple[ItemDefinition, ...],
        imported: Mapping[str, TypeTable],
        report: Callable[[Problem], None],
    ) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._imported = imported
        self._report = report
        self._made: dict[str, ModelType] = {}
        self._unknown: set[str] = set()

    def names(self) -> list[str]:
        """The names of all types of this model."""
        return list(self._definitions)

    def of(self, name: str | None, place: str = "", line: int = 0) -> ModelType:
        """The type of that name; Any for none, and for one that nobody defines, which is a problem once."""
        if name is None:
            return ANY
        made = self._made.get(name)
        if made is not None:
            return made
        found = self.find(name)
        if found is not None:
            return found
        if name not in self._unknown:
            self._unknown.add(name)
            self._report(Problem("type", f"The type `{name}` is not defined in this model.", place, line))
        return ANY

    def find(self, name: str) -> ModelType | None:
        """As `of`, None where nobody defines it."""
        name = " ".join(name.split())
        if name in self._made:
            return self._made[name]
        definition = self._definitions.get(name)
        if definition is not None:
            return self._define(definition)
        plain = name.removeprefix("feel:")
        if plain in {"Any", "any"}:
            return ANY
        if plain in NAMED_KINDS:
            made = Simple(plain, NAMED_KINDS[plain])
            self._made[name] = made
            return made
        for prefix, table in self._imported.items():
            if not prefix or name.startswith(f"{prefix}."):
                found = table.find(name[len(prefix) + 1 :] if prefix else name)
                if found is not None:
                    return found
        return None

    def _define(self, definition: ItemDefinition) -> ModelType:
        named = Named(definition.name)
        self._made[definition.name] = named
        named.target = self._structure(definition, f"type `{definition.name}`")
        behind = named.target
        while behind is not named and isinstance(behind, (Named, Constrained)):
            behind = behind.target if isinstance(behind, Named) else behind.inner
        if behind is not named:
            return named
        message = f"The type `{definition.name}` is defined by itself; any value is taken."
        self._report(Problem("type", message, f"type `{definition.name}`", definition.line))
        named.target = ANY
        return named

    def _structure(self, definition: ItemDefinition, place: str) -> ModelType:
        made: ModelType
        if definition.parameters is not None:
            parameters = tuple(self.of(item.type_ref, place, definition.line) for item in definition.parameters)
            made = FunctionOf(definition.name, parameters, self.of(definition.result, place, definition.line))
        elif definition.components:
            made = ContextOf(
                definition.name,
                {item.name: self._structure(item, f"{place}, `{item.name}`") for item in definition.components},
            )
        else:
            made = self.of(definition.type_ref, place, definition.line)
        made = self._constrained(made, definition.allowed, definition, place)
        if definition.is_collection:
            made = ListOf(definition.name, made)
        return self._constrained(made, definition.constraint, definition, place)

    def _constrained(self, made: ModelType, text: str | None, definition: ItemDefinition, place: str) -> ModelType:
        if text is None:
            return made
        try:
            return Constrained(definition.name, made, unary_tests(text))
        except FeelError as error:
            self._report(Problem("syntax", f"The allowed values can't be read. {error}", place, definition.line))
            return made
