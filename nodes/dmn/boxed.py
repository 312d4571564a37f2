"""Boxed expressions as they stand in a model: what is inside a decision, a function, an entry.

Who makes them: `boxed_reader`. Who reads them: `logic` (which compiles them), table analysis, editors.
Law: texts are as written, nothing is evaluated or judged here; each keeps the XML element that it was read from.
"""

from __future__ import annotations

from typing import TypeAlias

from nodes.dmn.xml_tree import Element
from nodes.feel.record import Form


class _Box(Form, frozen=False, kw_only=True):
    """What all have: the name of the type of the result, the id, and where it was read."""

    type_ref: str | None = None
    id: str | None = None
    element: Element | None = None

    @property
    def line(self) -> int:
        """Line of the file, 0 if it was not read from one."""
        return 0 if self.element is None else self.element.line


class Variable(Form, frozen=False):
    """A name with the name of its type: of a decision, an input, a parameter, an entry, a column."""

    name: str
    type_ref: str | None = None


class Literal(_Box, frozen=False):
    """A text of FEEL; `language` only where it is said to be another."""

    text: str
    language: str | None = None


class Context(_Box, frozen=False):
    """Entries in order, each may use those before it; one without a variable is the result."""

    entries: tuple[tuple[Variable | None, Boxed | None], ...]


class Invocation(_Box, frozen=False):
    """A call of a function with named arguments."""

    called: Boxed | None
    bindings: tuple[tuple[Variable, Boxed | None], ...]


class FunctionDefinition(_Box, frozen=False):
    """A function; `kind` is FEEL, Java or PMML."""

    parameters: tuple[Variable, ...]
    body: Boxed | None
    kind: str = "FEEL"


class Relation(_Box, frozen=False):
    """A list of contexts, written as a table of expressions."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]


class List(_Box, frozen=False):
    """Expressions side by side."""

    items: tuple[Boxed | None, ...]


class Conditional(_Box, frozen=False):
    """If, then, else."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


class Filter(_Box, frozen=False):
    """The items of a list that match."""

    source: Boxed | None
    match: Boxed | None


class Iteration(_Box, frozen=False):
    """`for`, `some` or `every` (`kind`): one variable goes through a list."""

    kind: str
    variable: str
    source: Boxed | None
    source_type: str | None
    body: Boxed | None


class InputClause(Form, frozen=False):
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


class OutputClause(Form, frozen=False):
    """A column of results. `allowed` is in the order of priority; `default` is a text of FEEL."""

    name: str | None
    type_ref: str | None
    allowed: str | None
    default: str | None
    label: str | None
    element: Element | None = None


class Rule(Form, frozen=False):
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


class DecisionTable(_Box, frozen=False):
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
