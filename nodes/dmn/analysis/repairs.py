"""What would mend a finding, as data that an editor can carry out.

Who calls it: `table`. Law: a repair is offered only if it does what its words say: it closes the gap without touching
another rule, or parts two rules without making a gap.
"""

from __future__ import annotations

from typing import Final

from nodes.dmn.analysis.findings import Repair
from nodes.dmn.analysis.grid import Box, Budget, Grid, OutOfBudget, bits
from nodes.dmn.analysis.wording import box_cells, cell_text, in_quotes, runs

_MOST: Final = 3


def of_gap(grid: Grid, box: Box, width: int, budget: Budget) -> tuple[Repair, ...]:
    """Widen a cell of a neighbour, or add a rule. The later rule comes first: it is the more special in most tables."""
    found: list[Repair] = []
    for at, column in enumerate(grid.columns):
        if len(column.places) > 1:
            continue
        around = [*box]
        around[at] = grid.domain[at]
        try:
            budget.spend(10)
        except OutOfBudget:
            break
        neighbours = grid.touched(tuple(around), grid.all_rules, may=True)
        for rule in bits(neighbours):
            repair = _widening(grid, rule, at, box)
            if repair is not None:
                found.append(repair)
    found.sort(key=lambda repair: -(repair.rule or 0))
    cells = box_cells(grid, box, width)
    return (*found[:_MOST], Repair("add_rule", "Add a rule for it", cells=cells))


def _widening(grid: Grid, rule: int, at: int, box: Box) -> Repair | None:
    """The rule with the gap's values of one column added, if that closes the gap and touches no other rule."""
    column = grid.columns[at]
    if column.unknown[rule]:
        return None
    own = grid.box(rule)
    if any(own[n] & box[n] != box[n] for n in range(len(box)) if n != at):
        return None
    wider = own[at] | box[at]
    if len(runs(column, wider)) > len(runs(column, own[at])):
        return None
    added = [*own]
    added[at] = box[at] & ~own[at]
    if grid.touched(tuple(added), grid.all_rules & ~(1 << rule), may=True):
        return None
    text = cell_text(column, wider)
    return Repair("set_cell", f"Make rule {rule + 1} {in_quotes(text)}", rule=rule, column=column.places[0], text=text)


def of_overlap(grid: Grid, first: int, second: int, box: Box, budget: Budget) -> tuple[Repair, ...]:
    """Take from one rule what the other has, in one column, if somebody else still covers all."""
    found: list[Repair] = []
    for loser, winner in ((second, first), (first, second)):
        own = grid.box(loser)
        for at, column in enumerate(grid.columns):
            if len(column.places) > 1 or column.unknown[loser] or column.unknown[winner]:
                continue
            rest = own[at] & ~grid.sure.sets[at][winner]
            if not rest or len(runs(column, rest)) > max(len(runs(column, own[at])), 1):
                continue
            lost = [*own]
            lost[at] = own[at] & ~rest
            try:
                kept = grid.covered(tuple(lost), grid.all_rules & ~(1 << loser), budget)
            except OutOfBudget:
                return tuple(found[:_MOST])
            if kept:
                text = cell_text(column, rest)
                words = f"Make rule {loser + 1} {in_quotes(text)}"
                found.append(Repair("set_cell", words, rule=loser, column=column.places[0], text=text))
    if all(a & b == a for a, b in zip(grid.box(first), grid.box(second), strict=True)):
        found.append(Repair("hit_policy", "Let the first match win", text="FIRST"))
    return tuple(found[:_MOST])
