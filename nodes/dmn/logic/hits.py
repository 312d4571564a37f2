"""Hit policies: from the rules that matched to the result of the table.

Who calls it: `table`. Law (DMN 1.5, 8.2.10): a policy that allows one answer and gets several answers null with a
problem, never one of them by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from nodes.feel.library import LIBRARY, call_builtin
from nodes.feel.ordering import is_equal
from nodes.feel.running import Running

HIT_POLICIES: Final = frozenset({"UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""The names of the standard."""
LISTS: Final = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""The policies whose result is a list (without an aggregator)."""
AGGREGATORS: Final[dict[str, Callable[[Running, list[Any]], Any]]] = {
    "SUM": lambda running, values: call_builtin(running, LIBRARY["sum"], [values], None),
    "MIN": lambda running, values: call_builtin(running, LIBRARY["min"], [values], None),
    "MAX": lambda running, values: call_builtin(running, LIBRARY["max"], [values], None),
    "COUNT": lambda running, values: Decimal(len(values)),
}
"""What COLLECT may make of its results."""

Rank = Callable[[Running, Any], int]
"""How important an output is, 0 first."""


def all_equal(running: Running, outputs: Sequence[tuple[Any, ...]]) -> bool:
    """Whether all rules say the same."""
    first = outputs[0]
    return all(is_equal(a, b, running) is True for other in outputs[1:] for a, b in zip(first, other, strict=True))


def by_priority(running: Running, outputs: Sequence[tuple[Any, ...]], ranks: Sequence[Rank]) -> list[int]:
    """The positions of the outputs, the most important first; the first column decides, then the next."""
    keys = [[rank(running, value) for rank, value in zip(ranks, output, strict=True)] for output in outputs]
    return sorted(range(len(outputs)), key=keys.__getitem__)
