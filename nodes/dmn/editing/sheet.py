"""``Sheet``: a decision table as an editor shows it: texts in columns and rows, frozen.

Read straight from the tree, without understanding the texts, so that half-typed ones are shown, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nodes.dmn.boxed_reader import name_of, text_of
from nodes.dmn.xml_tree import Document, Element

Kind = Literal["input", "output", "annotation"]
POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


@dataclass(frozen=True, slots=True)
class Column:
    """``expression`` is what an input looks at, or the name of an output; ``allowed`` is the text of its values."""

    kind: Kind
    title: str
    expression: str = ""
    type_ref: str = ""
    allowed: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its texts over all columns."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. ``columns``: inputs, then outputs, then annotations."""

    decision: str
    hit_policy: str
    aggregation: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def of_kind(self, kind: Kind) -> tuple[int, ...]:
        """Numbers of the columns of a kind."""
        return tuple(n for n, column in enumerate(self.columns) if column.kind == kind)

    @property
    def inputs(self) -> int:
        """How many columns are inputs; they stand first."""
        return len(self.of_kind("input"))

    @property
    def outputs(self) -> int:
        """How many columns are outputs; they stand second."""
        return len(self.of_kind("output"))


def table_decisions(document: Document) -> Iterator[tuple[str, str, Element]]:
    """(id, name, element of the table) of each decision whose logic is a table."""
    for element in document.root.all("decision"):
        table = element.first("decisionTable")
        if table is not None:
            yield element.get("id") or "", name_of(element), table


def sheet_of(decision: str, table: Element) -> Sheet:
    """The table as texts. Rows that are too short are filled up, those that are too long are cut."""
    columns = [_input(element) for element in table.all("input")]
    columns += [_output(element) for element in table.all("output")]
    rules = table.all("rule")
    named = [element.get("name") or "" for element in table.all("annotation")]
    most = max((len(rule.all("annotationEntry")) for rule in rules), default=0)
    columns += [Column("annotation", name or "Note") for name in named + [""] * (most - len(named))]
    return Sheet(
        decision=decision,
        hit_policy=table.get("hitPolicy") or "UNIQUE",
        aggregation=table.get("aggregation") or "",
        columns=tuple(columns),
        rows=tuple(row_of(rule, columns) for rule in rules),
    )


def _input(element: Element) -> Column:
    looked_at = element.first("inputExpression")
    expression = text_of(looked_at) or ""
    return Column(
        "input",
        title=element.get("label") or expression,
        expression=expression,
        type_ref=(looked_at.get("typeRef") if looked_at is not None else "") or "",
        allowed=text_of(element.first("inputValues")) or "",
    )


def _output(element: Element) -> Column:
    name = element.get("name") or ""
    return Column(
        "output",
        title=element.get("label") or name or "Result",
        expression=name,
        type_ref=element.get("typeRef") or "",
        allowed=text_of(element.first("outputValues")) or "",
        default=text_of(element.first("defaultOutputEntry")) or "",
    )


def row_of(rule: Element, columns: Sequence[Column]) -> Row:
    """One rule as texts, one for each column."""
    kinds = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}
    cells: list[str] = []
    for kind, name in kinds.items():
        wanted = sum(column.kind == kind for column in columns)
        texts = [text_of(entry) or "" for entry in rule.all(name)][:wanted]
        cells += texts + [""] * (wanted - len(texts))
    return Row(rule.get("id") or "", tuple(cells))
