"""Decision tables with what analysis says of them, for rules.

Called by `Checked`. Law: the work on one table is counted, not timed, so that a project is told the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runtime.model.decisions import Decisions, UnreadDecision
from runtime.model.on_disk import DECISION
from runtime.model.problems import Fix, Problem, Rule, Where

if TYPE_CHECKING:
    from nodes.dmn.analysis import Analysis, PlacedTable, Repair

MOST: Final = 10
"""Findings of one rule about one table; the editor shows them all."""


@dataclass(frozen=True, slots=True)
class AnalysedTable:
    """One table of a decision file."""

    file: str
    placed: PlacedTable
    analysis: Analysis

    def problems(self, rule: Rule, found: Iterable[tuple[str, Sequence[Repair], int]]) -> Iterator[Problem]:
        """Findings (words, repairs, the rule of the table that they are about) as problems, at most so many."""
        told = list(found)
        for words, repairs, row in told[:MOST]:
            fix = self.fix(repairs[0]) if repairs else None
            yield rule.problem(self._where(row), f'In the table "{self.placed.place}": {_sentence(words)}', fix)
        if len(told) > MOST:
            message = f'In the table "{self.placed.place}" are {len(told) - MOST} more of this kind.'
            yield rule.problem(self._where(0), message)

    def _where(self, row: int) -> Where:
        rules = self.placed.table.rules
        line = rules[row].line if row < len(rules) else self.placed.table.line
        return Where(file=DECISION.path(self.file), field=f"line {line}" if line else None)

    def fix(self, repair: Repair) -> Fix:
        """The first repair as data: ``repair_table`` (decision file, place) with the fields of the repair."""
        edit = {
            "do": "repair_table",
            "decision": self.file,
            "table": self.placed.place,
            "repair": {
                "kind": repair.kind,
                "rule": repair.rule,
                "column": repair.column,
                "text": repair.text,
                "cells": list(repair.cells),
                "before": repair.before,
                "output": repair.output,
            },
        }
        return Fix(repair.words, edit)


def analysed_tables(decisions: Decisions) -> tuple[AnalysedTable, ...]:
    """Every table of every file that can be read."""
    found: list[AnalysedTable] = []
    for file in decisions:
        model = decisions.get(file)
        if model is None or isinstance(model, UnreadDecision):
            continue
        from nodes.dmn.analysis import analyse, tables_of  # only projects with decisions need it

        for placed in tables_of(model):
            found.append(AnalysedTable(file, placed, analyse(placed.table, model, scope=placed.scope)))
    return tuple(found)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}" if words.endswith((".", "?", "!")) else f"{words[:1].upper()}{words[1:]}."
