"""Rules that never decide, and rules that change nothing.

Who calls it: `table`. Law: a rule never decides if what it may take is taken for sure by rules that come before it
(FIRST), or whose result is at least as important (PRIORITY). A rule changes nothing if another takes all that it
takes, says the same, and nobody between them says otherwise.
"""

from __future__ import annotations

from nodes.dmn.analysis.grid import Budget, Grid, bits
from nodes.dmn.analysis.results import Results


def never_decides(policy: str, grid: Grid, results: Results, rule: int, budget: Budget) -> tuple[int, ...] | None:
    """The rules that leave nothing to a rule; None where it can decide. Raises ``OutOfBudget``."""
    before = _before(policy, grid, results, rule)
    if not before:
        return None
    box = grid.box(rule, may=True)
    budget.spend(len(box))
    touching = grid.touched(box, before)
    if not touching:
        return None
    alone = next((other for other in bits(touching) if _inside(grid, rule, other)), None)
    if alone is not None:
        return (alone,)
    return tuple(bits(touching)) if grid.covered(box, touching, budget) else None


def changes_nothing(
    policy: str, aggregation: str | None, grid: Grid, results: Results, rule: int, budget: Budget
) -> int | None:
    """The rule that makes this one needless. Raises ``OutOfBudget``."""
    if policy not in {"FIRST", "PRIORITY", "ANY"} and not (policy == "COLLECT" and aggregation in {"MIN", "MAX"}):
        return None
    in_order = policy in {"FIRST", "PRIORITY"}
    others = grid.all_rules & ~(1 << rule) & (-1 << rule if in_order else -1)
    box = grid.box(rule, may=True)
    budget.spend(len(box))
    for other in bits(grid.touched(box, others, may=True)):
        budget.spend()
        if results.same(rule, other) is True:
            # Of two rules that take the same and say the same, the later one is told of where order means nothing.
            twin = not in_order and other > rule and _inside(grid, other, rule)
            if _inside(grid, rule, other) and not twin:
                return other
        elif policy == "FIRST" or (policy == "PRIORITY" and results.rank(other) in {None, results.rank(rule)}):
            return None  # were the rule gone, this one might answer instead, and differently
    return None


def _before(policy: str, grid: Grid, results: Results, rule: int) -> int:
    if policy == "FIRST":
        return grid.all_rules & ((1 << rule) - 1)
    if policy != "PRIORITY":
        return 0
    own = results.rank(rule)
    if own is None:
        return 0
    found = 0
    for other in bits(grid.all_rules):
        rank = results.rank(other)
        if other != rule and rank is not None and (rank < own or (rank == own and other < rule)):
            found |= 1 << other
    return found


def _inside(grid: Grid, rule: int, other: int) -> bool:
    """Whether another rule takes for sure all that a rule may take."""
    may, sure = grid.may.sets, grid.sure.sets
    return all(may[at][rule] & ~sure[at][other] == 0 for at in range(len(grid.columns)))
