"""What differs between two texts of a decision's file: rules, cells and columns, as the page of the table calls them.

Pure. Called by ``differences``. What no table shows (types, the drawing, another tool's own things) is told as one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nodes.dmn import DmnError, parse_model
from nodes.dmn.boxed import Boxed, DecisionTable, Rule
from nodes.dmn.boxed import Literal as Formula
from nodes.dmn.elements import Decision

How = Literal["added", "removed", "changed"]
ANY = "any"
"""what a cell says that lets everything pass"""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """``what`` names the thing, ``label`` the column; empty for the whole of it."""

    how: How
    what: str
    label: str = ""
    before: str = ""
    after: str = ""


def table_differences(before: bytes, after: bytes) -> tuple[TableDifference, ...] | None:
    """All that people see in a table; None if one of them can't be read, or if nothing of that differs."""
    try:
        olds = parse_model(before).definitions.decisions
        news = parse_model(after).definitions.decisions
    except DmnError:
        return None
    found: list[TableDifference] = []
    for name in [*olds, *(name for name in news if name not in olds)]:
        old, new = olds.get(name), news.get(name)
        if old is None or new is None:
            one = new if new is not None else old
            assert one is not None
            found.append(TableDifference("removed" if new is None else "added", f"Decision “{one.name}”"))
        else:
            found += _decision(old, new)
    return tuple(found) or None


def _decision(old: Decision, new: Decision) -> Iterator[TableDifference]:
    what = f"Decision “{new.name}”"
    for label, one, other in (
        ("Name", old.name, new.name),
        ("Question", old.question, new.question),
        ("Description", old.description, new.description),
    ):
        if one != other:
            yield TableDifference("changed", what, label, one, other)
    if isinstance(old.logic, DecisionTable) and isinstance(new.logic, DecisionTable):
        yield from _table(new.name, old.logic, new.logic)
    elif _said(old.logic) != _said(new.logic):
        yield TableDifference("changed", what, "Formula", _said(old.logic), _said(new.logic))
    elif type(old.logic) is not type(new.logic):
        yield TableDifference("changed", what, "How it decides")


def _said(logic: Boxed | None) -> str:
    return (logic.text or "") if isinstance(logic, Formula) else ""


def _table(name: str, old: DecisionTable, new: DecisionTable) -> Iterator[TableDifference]:
    what = f"Table “{name}”"
    hits = [" ".join(filter(None, (table.hit_policy.capitalize(), table.aggregation))) for table in (old, new)]
    if hits[0] != hits[1]:
        yield TableDifference("changed", what, "Which rules count", *hits)
    olds, news = _columns(old), _columns(new)
    for column in olds:
        if column not in news:
            yield TableDifference("removed", f"Column “{column}” of “{name}”")
    for column in news:
        if column not in olds:
            yield TableDifference("added", f"Column “{column}” of “{name}”")
    yield from _rules(name, (olds, old.rules), (news, new.rules))


def _rules(
    name: str, old: tuple[list[str], Sequence[Rule]], new: tuple[list[str], Sequence[Rule]]
) -> Iterator[TableDifference]:
    """Rules by their id, else in the order in which they are alike: a rule in between moves no other one."""
    keys = [[rule.id or "\0".join(_cells(rule)) for rule in rules] for _, rules in (old, new)]
    for tag, first, last, start, end in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        pairs = min(last - first, end - start) if tag in {"equal", "replace"} else 0
        for place in range(pairs):
            words = f"Rule {start + place + 1} of “{name}”"
            yield from _cells_of(words, (old[0], old[1][first + place]), (new[0], new[1][start + place]))
        for place in range(first + pairs, last):
            yield TableDifference("removed", f"Rule {place + 1} of “{name}”", "", _line(old[1][place]))
        for place in range(start + pairs, end):
            yield TableDifference("added", f"Rule {place + 1} of “{name}”", "", "", _line(new[1][place]))


def _cells_of(words: str, old: tuple[list[str], Rule], new: tuple[list[str], Rule]) -> Iterator[TableDifference]:
    before = dict(zip(old[0], _cells(old[1]), strict=False))
    for column, cell in zip(new[0], _cells(new[1]), strict=False):
        if column in before and before[column] != cell:
            yield TableDifference("changed", words, column, before[column], cell)
    notes = [" ".join(filter(None, (*rule.annotations, rule.description))) for _, rule in (old, new)]
    if notes[0] != notes[1]:
        yield TableDifference("changed", words, "Note", *notes)


def _cells(rule: Rule) -> list[str]:
    conditions = (ANY if text.strip() in {"", "-"} else text.strip() for text in rule.inputs)
    return [*conditions, *(text.strip() for text in rule.outputs)]


def _line(rule: Rule) -> str:
    return ", ".join(cell for cell in _cells(rule) if cell)


def _columns(table: DecisionTable) -> list[str]:
    """Titles, each once: a table may look at one thing twice."""
    titles = [clause.title for clause in table.inputs]
    titles += [clause.label or clause.name or "Result" for clause in table.outputs]
    made: list[str] = []
    for title in titles:
        made.append(title if title not in made else f"{title} ({made.count(title) + 1})")
    return made
