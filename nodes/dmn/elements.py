"""The elements of a model: decisions, inputs, knowledge, services, types, imports.

Who makes them: `reader`. Who reads them: `requirements`, `types`, `model`, graphs in editors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nodes.dmn.boxed import Boxed, FunctionDefinition, Variable
from nodes.dmn.errors import Problem
from nodes.dmn.xml_tree import Document, Element


class Reference(NamedTuple):
    """What an href points to: an id in the model of a namespace ("" is this model)."""

    namespace: str
    id: str
    line: int = 0


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class _Named:
    """What all have. `variable` is the name and type under which expressions know the element."""

    id: str
    name: str
    variable: Variable
    description: str = ""
    element: Element


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class InputElement(_Named):
    """A value that comes from outside."""


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Decision(_Named):
    """A decision with what it requires and its logic. `owners` are the names of who answers for it."""

    question: str = ""
    allowed_answers: str = ""
    required: tuple[Reference, ...] = ()
    knowledge: tuple[Reference, ...] = ()
    owners: tuple[Reference, ...] = ()
    logic: Boxed | None = None


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Knowledge(_Named):
    """A business knowledge model: a function by name."""

    knowledge: tuple[Reference, ...] = ()
    logic: FunctionDefinition | None = None


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Service(_Named):
    """A decision service: a function of its inputs that decides its output decisions."""

    outputs: tuple[Reference, ...] = ()
    encapsulated: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    input_elements: tuple[Reference, ...] = ()


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class ItemDefinition:
    """A type: of another name, of components, or of functions (`parameters` and `result`)."""

    name: str
    type_ref: str | None
    is_collection: bool
    components: tuple[ItemDefinition, ...]
    parameters: tuple[Variable, ...] | None
    result: str | None
    allowed: str | None
    constraint: str | None
    line: int


class Import(NamedTuple):
    """A model whose elements are known here under `name` and a dot."""

    name: str
    namespace: str
    kind: str
    line: int


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Definitions:
    """What one file says."""

    name: str
    namespace: str
    version: str
    imports: tuple[Import, ...]
    types: tuple[ItemDefinition, ...]
    inputs: dict[str, InputElement]
    decisions: dict[str, Decision]
    knowledge: dict[str, Knowledge]
    services: dict[str, Service]
    people: dict[str, str]
    problems: list[Problem]
    """What was found while reading."""
    document: Document
