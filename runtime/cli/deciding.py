"""What ``baton decide`` shows of a decision: every rule with its cells, the card, and what analysis says of the tables.

Called by ``verbs/decide.py``. Law: text and JSON say the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from nodes.dmn import DecisionModel, Fired
from nodes.dmn.analysis import Analysis, Repair, analyse, tables_of
from nodes.dmn.card import DecisionCard
from nodes.dmn.result import Evaluated
from nodes.feel import to_text
from runtime.wire import tagged

MOST_RULES: Final = 20
"""Rules of a table that are shown one by one, whether they fired or not."""
_HELD: Final = {True: "✓", False: "✗", None: "?"}


def words(value: Any) -> str:
    """A value as people write it; a text without quotes."""
    return value if isinstance(value, str) else to_text(value)


def rule_lines(step: Evaluated) -> Iterator[tuple[str, bool]]:
    """(line, whether it fired) for the rules of a decision's table: those that fired, and the others of a small one."""
    numbers = {fired.rule_index for fired in step.fired}
    tables = {id(fired.asked): fired for fired in step.fired}
    shown_whole: set[int] = set()
    for key, fired in tables.items():
        rules = fired.asked.source.rules
        if len(rules) > MOST_RULES or len(tables) > 1:
            continue
        shown_whole.add(key)
        for at in range(len(rules)):
            if at in numbers:
                yield _fired_words(next(each for each in step.fired if each.rule_index == at)), True
            elif fired.asked.numbers is None or at in fired.asked.numbers:
                cells = [cell for cell in fired.cells_of(at) if cell.text.strip() != "-"]
                told = "; ".join(f"{_HELD[cell.held]} {cell.column} {cell.text}" for cell in cells)
                yield f"rule {at + 1} of {fired.table}: {told}", False
    for fired in step.fired:
        if id(fired.asked) not in shown_whole:
            yield _fired_words(fired), True


def _fired_words(fired: Fired) -> str:
    """Rule 3 of the table, with its conditions and the values that met them."""
    met = [f"{cell.column} {cell.text} ({words(cell.value)})" for cell in fired.cells() if cell.text != "-"]
    notes = [note for note in fired.annotations if note]
    said = f"rule {fired.rule_number} of {fired.table}" + (f": {'; '.join(met)}" if met else "")
    return said + (f"  [{'; '.join(notes)}]" if notes else "")


def fired_json(fired: Fired, *, cells: bool) -> dict[str, Any]:
    """A rule that fired; with each of its cells, if asked for."""
    said: dict[str, Any] = {"table": fired.table, "rule": fired.rule_number, "rule_id": fired.rule_id}
    if cells:
        said["cells"] = [
            {"column": cell.column, "text": cell.text, "value": tagged(cell.value), "held": cell.held}
            for cell in fired.cells()
        ]
    return said


# -- the card --


def owners_of(card: DecisionCard) -> str:
    """Who owns the rules that fired, in a sentence; empty if nobody is named."""
    owners = sorted({rule.owner for rule in card.rules if rule.owner})
    return f"Owned by {', '.join(owners)}." if owners else ""


# -- analysis --


def analyses_of(model: DecisionModel) -> list[tuple[str, Analysis]]:
    """Each table of a model by the place where it stands, with what analysis says."""
    return [(placed.place, analyse(placed.table, model, scope=placed.scope)) for placed in tables_of(model)]


def analysis_lines(analysis: Analysis) -> Iterator[tuple[str, tuple[Repair, ...]]]:
    """(finding, its repairs), most telling first; one line that nothing was found, if nothing was."""
    told: list[Any] = [*analysis.cell_errors, *analysis.gaps, *analysis.overlaps]
    told += [*analysis.unreachable, *analysis.subsumed]
    for found in told:
        yield found.words, found.repairs
    for unknown in analysis.unknown:
        yield f"Not known: {unknown.words}", ()
    for what in analysis.gave_up:
        yield f"Not looked at to the end. {what}", ()
    if analysis.clean:
        yield "No gap, no overlap, no dead rule.", ()


def analysis_json(place: str, analysis: Analysis) -> dict[str, Any]:
    """An analysis as data."""

    def told(found: Any) -> dict[str, Any]:
        said: dict[str, Any] = {"words": found.words}
        for field in dataclasses.fields(found):
            value = getattr(found, field.name)
            if field.name == "repairs":
                said["repairs"] = [dataclasses.asdict(repair) for repair in value]
            elif field.name == "region":
                said["region"] = {
                    "cells": list(value.cells),
                    "words": value.words,
                    "example": [tagged(item) for item in value.example],
                    "inputs": tagged(dict(value.inputs)),
                }
            else:
                said[field.name] = list(value) if isinstance(value, tuple) else value
        return said

    kinds = ("gaps", "overlaps", "unreachable", "subsumed", "cell_errors", "unknown")
    return {
        "table": place,
        **{kind: [told(found) for found in getattr(analysis, kind)] for kind in kinds},
        "gave_up": list(analysis.gave_up),
        "domains": list(analysis.domains),
    }
