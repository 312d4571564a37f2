"""``TableEdit``: one table of a file, changed in place in its own tree, then written.

Law: what the change is not about is written as it was read. A change that can't be made raises ``DecisionError`` and
leaves the table as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nodes.dmn.editing.asked import Asked
from nodes.dmn.editing.places import fresh_id, insert_before, take_out
from nodes.dmn.editing.sheet import AGGREGATIONS, POLICIES, Column, Kind, Sheet, row_of, sheet_of, table_decisions
from nodes.dmn.errors import DecisionError
from nodes.dmn.xml_text import xml_text
from nodes.dmn.xml_tree import Document, Element, parse_xml

_ENTRY = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}
_CLAUSE = {"input": "input", "output": "output", "annotation": "annotation"}
_ORDER = ("description", "input", "output", "annotation", "rule")
"""children of a table, as the standard orders them"""


@dataclass(frozen=True, slots=True)
class _Known:
    """A file that was read: its tree as long as nobody changes it, and the tables that were asked for."""

    content: bytes
    document: Document
    sheets: dict[str | None, Sheet]


_known: deque[_Known] = deque(maxlen=1)
"""what was read or written last: the next look, and the next change, usually begin there. Who changes a tree takes it
out first, and who reads a file anew reads it into a tree of its own: threads never meet in one.
"""


def read_table(content: bytes, decision: str | None = None) -> Sheet:
    """The table of a decision as ``TableEdit`` would show it. Raises DmnError if there is none."""
    for known in tuple(_known):
        if known.content is content and decision in known.sheets:
            return known.sheets[decision]
    document = parse_xml(content)
    sheet = sheet_of(*_find(document, decision))
    _known.append(_Known(content, document, {decision: sheet}))
    return sheet


def is_read(content: bytes, decision: str | None = None) -> bool:
    """Whether ``read_table`` knows the answer: a large table takes a while otherwise."""
    return any(known.content is content and decision in known.sheets for known in tuple(_known))


def tables_of(content: bytes) -> tuple[tuple[str, str], ...]:
    """(id, name) of each decision of the file whose logic is a table. Raises DmnError for what can't be read."""
    known = next((known.document for known in tuple(_known) if known.content is content), None)
    return tuple((name, title) for name, title, _ in table_decisions(known or parse_xml(content)))


def _taken(content: bytes) -> _Known:
    try:
        known = _known.pop()
    except IndexError:
        return _Known(content, parse_xml(content), {})
    return known if known.content is content else _Known(content, parse_xml(content), {})


def _find(document: Document, decision: str | None) -> tuple[str, Element]:
    found = next((t for t in table_decisions(document) if decision is None or decision in t[:2]), None)
    if found is None:
        wanted = f"decision “{decision}”" if decision is not None else "decision"
        raise DecisionError(f"There is no {wanted} with a table in this file.")
    return found[1] or found[0], found[2]


class TableEdit:
    """``content``: a DMN file; ``decision``: id or name of a decision whose logic is a table (the first if None)."""

    def __init__(self, content: bytes, decision: str | None = None) -> None:
        known = _taken(content)
        self._document, self._decision = known.document, decision
        self._name, self._table = _find(self._document, decision)
        self.sheet: Sheet = known.sheets.get(decision) or sheet_of(self._name, self._table)
        """the table as it is now"""
        self._asked = Asked(self._document, self._table)

    @property
    def inputs(self) -> dict[str, str]:
        """What the decision is given: id of each input of the file that it needs itself -> its name."""
        return self._asked.inputs()

    def content(self) -> bytes:
        """The file with all changes."""
        written = xml_text(self._document).encode()
        _known.append(_Known(written, self._document, {self._decision: self.sheet}))
        return written

    # --- rows ---

    def set_cell(self, row: int, column: int, text: str) -> None:
        """Another text in one cell."""
        self.set_cells([(row, column, text)])

    def set_cells(self, cells: Iterable[tuple[int, int, str]]) -> None:
        """Other texts in some cells, given as (row, column, text)."""
        rules = self._table.all("rule")
        wanted = list(cells)
        for row, column, _ in wanted:
            self._must(0 <= row < len(rules) and 0 <= column < len(self.sheet.columns), "This cell")
        for row, column, text in wanted:
            kind, number = self._place(column)
            entries = rules[row].all(_ENTRY[kind])
            while len(entries) <= number:
                entries.append(self._add_entry(rules[row], kind, ""))
            _set_text(entries[number], text)
        rows = list(self.sheet.rows)
        for row in {row for row, _, _ in wanted}:
            rows[row] = row_of(rules[row], self.sheet.columns)
        self.sheet = replace(self.sheet, rows=tuple(rows))

    def add_row(self, at: int, texts: Sequence[str] = ()) -> None:
        """A rule before row ``at`` (beyond the end: at it); inputs without a text are ``-``, others empty."""
        rules = self._table.all("rule")
        at = max(0, min(at, len(rules)))
        rule = self._new("rule", {"id": fresh_id("rule")})
        for number, column in enumerate(self.sheet.columns):
            text = texts[number] if number < len(texts) else ""
            self._add_entry(rule, column.kind, text or ("-" if column.kind == "input" else ""))
        self._insert(rule, "rule", at)
        self._read()

    def remove_rows(self, rows: Iterable[int]) -> None:
        """These rules fewer."""
        rules = self._table.all("rule")
        gone = set(rows)
        self._must(all(0 <= row < len(rules) for row in gone), "This rule")
        for row in sorted(gone, reverse=True):
            take_out(self._table, rules[row])
        self._read()

    def move_row(self, row: int, before: int) -> None:
        """A rule to just before row ``before`` (the number of rows: to the end)."""
        rules = self._table.all("rule")
        self._must(0 <= row < len(rules) and 0 <= before <= len(rules), "This rule")
        if before in (row, row + 1):
            return
        take_out(self._table, rules[row])
        self._insert(rules[row], "rule", before - 1 if before > row else before)
        self._read()

    def copy_row(self, row: int) -> None:
        """The same rule once more, below it."""
        self._must(0 <= row < len(self.sheet.rows), "This rule")
        self.add_row(row + 1, self.sheet.rows[row].cells)

    # --- columns ---

    def add_column(self, column: Column, at: int | None = None) -> None:
        """A column of its kind, before column ``at`` of the table, else behind the others of its kind."""
        mine = self.sheet.of_kind(column.kind)
        number = len(mine) if at is None or at not in mine else mine.index(at)
        clause = self._new(_CLAUSE[column.kind], {} if column.kind == "annotation" else {"id": fresh_id(column.kind)})
        self._write_clause(clause, column)
        self._name_annotations(column.kind)
        self._insert(clause, _CLAUSE[column.kind], number)
        if column.kind == "input":
            self._asked.give(column)
        for rule in self._table.all("rule"):
            entries = rule.all(_ENTRY[column.kind])
            entry = self._entry(column.kind, "-" if column.kind == "input" else "")
            insert_before(
                rule, entry, entries[number] if number < len(entries) else None, after=self._behind(rule, column.kind)
            )
        self._read()

    def change_column(self, at: int, column: Column) -> None:
        """Another title, expression, type or values for a column; its kind stays. What it looks at is given to the
        decision from then on, under the new name if nobody else asked for the old one.
        """
        self._must(0 <= at < len(self.sheet.columns), "This column")
        kind, number = self._place(at)
        self._name_annotations(kind)
        before = self.sheet.columns[at]
        self._write_clause(self._table.all(_CLAUSE[kind])[number], column)
        if kind == "input" and column.expression != before.expression:
            self._asked.look_at(before, column)
        elif kind == "output" and self.sheet.outputs > 1:
            self._asked.call_result(before.expression, column.expression)
        self._read()

    def remove_column(self, at: int) -> None:
        """One column fewer. The last output can't go: a table without a result decides nothing."""
        self._must(0 <= at < len(self.sheet.columns), "This column")
        kind, number = self._place(at)
        if kind == "output" and self.sheet.outputs == 1:
            raise DecisionError("The last result can't be removed: a table without one decides nothing.")
        self._name_annotations(kind)
        take_out(self._table, self._table.all(_CLAUSE[kind])[number])
        for rule in self._table.all("rule"):
            entries = rule.all(_ENTRY[kind])
            if number < len(entries):
                take_out(rule, entries[number])
        self._read()

    def move_column(self, at: int, before: int) -> None:
        """A column to just before another of its kind."""
        kind, number = self._place(at)
        mine = self.sheet.of_kind(kind)
        goal = mine.index(before) if before in mine else len(mine)
        if goal in (number, number + 1):
            return
        column = self.sheet.columns[at]
        texts = [row.cells[at] for row in self.sheet.rows]
        place = goal - 1 if goal > number else goal
        self.remove_column(at)
        mine = self.sheet.of_kind(kind)
        self.add_column(column, mine[place] if place < len(mine) else None)
        landed = self.sheet.of_kind(kind)[place]
        self.set_cells((row, landed, text) for row, text in enumerate(texts))

    # --- the table ---

    def set_hit_policy(self, policy: str, aggregation: str = "") -> None:
        """What several matching rules mean; an aggregation goes with COLLECT alone."""
        if policy not in POLICIES:
            raise DecisionError(f"“{policy}” is no hit policy. Choose one of {', '.join(POLICIES)}.")
        if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
            raise DecisionError("Results are added up, counted or compared only where all matches are collected.")
        self._table.attributes["hitPolicy"] = policy
        self._table.attributes.pop("aggregation", None)
        if aggregation:
            self._table.attributes["aggregation"] = aggregation
        self._read()

    # --- the tree ---

    def _read(self) -> None:
        self.sheet = sheet_of(self._name, self._table)

    @staticmethod
    def _must(holds: bool, what: str) -> None:
        if not holds:
            raise DecisionError(f"{what} is not in the table any more.")

    def _place(self, column: int) -> tuple[Kind, int]:
        kind = self.sheet.columns[column].kind
        return kind, self.sheet.of_kind(kind).index(column)

    def _new(self, name: str, attributes: dict[str, str]) -> Element:
        prefix, colon, _ = self._table.tag.rpartition(":")
        return Element(f"{prefix}{colon}{name}", self._table.namespace, dict(attributes))

    def _entry(self, kind: Kind, text: str) -> Element:
        entry = self._new(_ENTRY[kind], {} if kind == "annotation" else {"id": fresh_id(f"{kind}Entry")})
        inner = self._new("text", {})
        inner.children.append(text)
        entry.children.append(inner)
        return entry

    def _add_entry(self, rule: Element, kind: Kind, text: str) -> Element:
        entry = self._entry(kind, text)
        insert_before(rule, entry, None, after=self._behind(rule, kind))
        return entry

    @staticmethod
    def _behind(rule: Element, kind: Kind) -> Element | None:
        """The last entry of this kind or an earlier one: entries of a rule stand in this order."""
        earlier = {"input": ("inputEntry",), "output": ("inputEntry", "outputEntry")}.get(
            kind, ("inputEntry", "outputEntry", "annotationEntry")
        )
        return next(reversed(rule.all("description", *earlier)), None)

    def _insert(self, element: Element, name: str, number: int) -> None:
        others = self._table.all(name)
        earlier = self._table.all(*_ORDER[: _ORDER.index(name) + 1])
        before = others[number] if number < len(others) else None
        insert_before(self._table, element, before, after=next(reversed(earlier), None))

    def _name_annotations(self, kind: Kind) -> None:
        """Annotations that rules have without a name get one, so that columns can be told apart."""
        if kind != "annotation":
            return
        named = self._table.all("annotation")
        for column in self.sheet.of_kind("annotation")[len(named) :]:
            self._insert(self._new("annotation", {"name": self.sheet.columns[column].title}), "annotation", 10**6)

    def _write_clause(self, clause: Element, column: Column) -> None:
        if column.kind == "annotation":
            clause.attributes["name"] = column.title
            return
        if column.kind == "input":
            _attribute(clause, "label", column.title if column.title != column.expression else "")
            looked_at = self._child(clause, "inputExpression", first=True)
            _attribute(looked_at, "typeRef", column.type_ref)
            _set_text(looked_at, column.expression)
            self._optional(clause, "inputValues", column.allowed)
            return
        _attribute(clause, "label", column.title if column.title not in (column.expression, "Result") else "")
        _attribute(clause, "name", column.expression)
        _attribute(clause, "typeRef", column.type_ref)
        self._optional(clause, "outputValues", column.allowed)
        self._optional(clause, "defaultOutputEntry", column.default)

    def _child(self, parent: Element, name: str, *, first: bool = False) -> Element:
        found = parent.first(name)
        if found is None:
            found = self._new(name, {"id": fresh_id(name)})
            insert_before(parent, found, next(parent.elements(), None) if first else None, after=None)
        return found

    def _optional(self, clause: Element, name: str, text: str) -> None:
        if text:
            _set_text(self._child(clause, name), text)
        elif (found := clause.first(name)) is not None:
            take_out(clause, found)


def _attribute(element: Element, name: str, value: str) -> None:
    if value:
        element.attributes[name] = value
    else:
        element.attributes.pop(name, None)


def _set_text(element: Element, text: str) -> None:
    inner = element.first("text")
    if inner is None:
        prefix, colon, _ = element.tag.rpartition(":")
        inner = Element(f"{prefix}{colon}text", element.namespace, {})
        insert_before(element, inner, None, after=None)
    if inner.text().strip() != text:
        inner.children[:] = [text]
