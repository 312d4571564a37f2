"""The elements of a model: decisions, inputs, knowledge, services, types, imports.

Who makes them: `reader`. Who reads them: `requirements`, `types`, `model`, graphs in editors.
"""

from __future__ import annotations

from typing import NamedTuple

from nodes.dmn.boxed import Boxed, FunctionDefinition, Variable
from nodes.dmn.errors import Problem
from nodes.dmn.xml_tree import Document, Element
from nodes.feel.record import Form


class Reference(NamedTuple):
    """What an href points to: an id in the model of a namespace ("" is this model)."""

    namespace: str
    id: str
    line: int = 0


class _Named(Form, frozen=False, kw_only=True):
    """What all have. `variable` is the name and type under which expressions know the element."""

    id: str
    name: str
    variable: Variable
    description: str = ""
    element: Element


class InputElement(_Named, frozen=False, kw_only=True):
    """A value that comes from outside."""


class Decision(_Named, frozen=False, kw_only=True):
    """A decision with what it requires and its logic. `owners` are the names of who answers for it."""

    question: str = ""
    allowed_answers: str = ""
    required: tuple[Reference, ...] = ()
    knowledge: tuple[Reference, ...] = ()
    owners: tuple[Reference, ...] = ()
    logic: Boxed | None = None


class Knowledge(_Named, frozen=False, kw_only=True):
    """A business knowledge model: a function by name."""

    knowledge: tuple[Reference, ...] = ()
    logic: FunctionDefinition | None = None


class Service(_Named, frozen=False, kw_only=True):
    """A decision service: a function of its inputs that decides its output decisions."""

    outputs: tuple[Reference, ...] = ()
    encapsulated: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    input_elements: tuple[Reference, ...] = ()


class ItemDefinition(Form, frozen=False, kw_only=True):
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


class Definitions(Form, frozen=False, kw_only=True):
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
