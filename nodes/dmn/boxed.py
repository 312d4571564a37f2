"""Boxed expressions as they stand in a model: what is inside a decision, a function, an entry.

Who makes them: `boxed_reader`. Who reads them: `logic` (which compiles them), table analysis, editors.
Law: texts are as written, nothing is evaluated or judged here; each keeps the XML element that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from nodes.dmn.xml_tree import Element


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class _Box:
    """What all have: the name of the type of the result, the id, and where it was read."""

    type_ref: str | None = None
    id: str | None = None
    element: Element | None = None

    @property
    def line(self) -> int:
        """Line of the file, 0 if it was not read from one."""
        return 0 if self.element is None else self.element.line


@dataclass(slots=True, eq=False, repr=False)
class Variable:
    """A name with the name of its type: of a decision, an input, a parameter, an entry, a column."""

    name: str
    type_ref: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class Literal(_Box):
    """A text of FEEL; `language` only where it is said to be another."""

    text: str
    language: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class Context(_Box):
    """Entries in order, each may use those before it; one without a variable is the result."""

    entries: tuple[tuple[Variable | None, Boxed | None], ...]


@dataclass(slots=True, eq=False, repr=False)
class Invocation(_Box):
    """A call of a function with named arguments."""

    called: Boxed | None
    bindings: tuple[tuple[Variable, Boxed | None], ...]


@dataclass(slots=True, eq=False, repr=False)
class FunctionDefinition(_Box):
    """A function; `kind` is FEEL, Java or PMML."""

    parameters: tuple[Variable, ...]
    body: Boxed | None
    kind: str = "FEEL"


@dataclass(slots=True, eq=False, repr=False)
class Relation(_Box):
    """A list of contexts, written as a table of expressions."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]


@dataclass(slots=True, eq=False, repr=False)
class List(_Box):
    """Expressions side by side."""

    items: tuple[Boxed | None, ...]


@dataclass(slots=True, eq=False, repr=False)
class Conditional(_Box):
    """If, then, else."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


@dataclass(slots=True, eq=False, repr=False)
class Filter(_Box):
    """The items of a list that match."""

    source: Boxed | None
    match: Boxed | None


@dataclass(slots=True, eq=False, repr=False)
class Iteration(_Box):
    """`for`, `some` or `every` (`kind`): one variable goes through a list."""

    kind: str
    variable: str
    source: Boxed | None
    source_type: str | None
    body: Boxed | None


@dataclass(slots=True, eq=False, repr=False)
class InputClause:
    """A column of conditions: what is looked at, its type, and the text of the tests that its values must pass."""

    expression: str
    type_ref: str | None
    allowed: str | None
    label: str | None
    element: Element | None = None

    @property
    def title(self) -> str:
        """What people call the column."""
        return self.label or self.expression


@dataclass(slots=True, eq=False, repr=False)
class OutputClause:
    """A column of results. `allowed` is in the order of priority; `default` is a text of FEEL."""

    name: str | None
    type_ref: str | None
    allowed: str | None
    default: str | None
    label: str | None
    element: Element | None = None


@dataclass(slots=True, eq=False, repr=False)
class Rule:
    """One rule: the texts of its cells, one for each column, and its annotations."""

    id: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]
    description: str | None
    element: Element | None = None

    @property
    def line(self) -> int:
        """Line of the file, 0 if it was not read from one."""
        return 0 if self.element is None else self.element.line


@dataclass(slots=True, eq=False, repr=False)
class DecisionTable(_Box):
    """A table. `hit_policy` is a name of the standard in capitals, `aggregation` SUM, COUNT, MIN, MAX or None.

    `orientation` says how it is drawn ("Rule-as-Row", "Rule-as-Column", "CrossTable"); the rules are the same.
    """

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str | None = None
    orientation: str = "Rule-as-Row"
    output_label: str | None = None
    annotations: tuple[str, ...] = ()


Boxed: TypeAlias = (
    Literal
    | Context
    | Invocation
    | FunctionDefinition
    | Relation
    | List
    | Conditional
    | Filter
    | Iteration
    | DecisionTable
)
