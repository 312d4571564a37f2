"""Rules that match together although the hit policy allows one of them, or only one answer.

Who calls it: `table`.
"""

from __future__ import annotations

from nodes.dmn.analysis.grid import Box, Budget, Grid, OutOfBudget, bits
from nodes.dmn.analysis.results import Results


def overlapping(
    policy: str, grid: Grid, results: Results, budget: Budget, most: int
) -> tuple[list[tuple[int, int, Box]], bool]:
    """Pairs of rules with what both take for sure, at most so many, and whether these are all.

    Of a UNIQUE table all pairs, of an ANY table those that may say different things; other policies allow overlaps.
    """
    found: list[tuple[int, int, Box]] = []
    if policy not in {"UNIQUE", "ANY"}:
        return found, True
    for rule in bits(grid.all_rules):
        box = grid.box(rule)
        if not all(box):
            continue
        try:
            budget.spend(len(box))
            later = grid.touched(box, grid.all_rules >> (rule + 1) << (rule + 1))
            for other in bits(later):
                budget.spend()
                if policy == "ANY" and results.same(rule, other) is True:
                    continue
                if len(found) == most:
                    return found, False
                found.append((rule, other, tuple(a & b for a, b in zip(box, grid.box(other), strict=True))))
        except OutOfBudget:
            return found, False
    return found, True
