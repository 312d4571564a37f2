"""What hostile or large input costs, told by a fixed piece of work that is done beside it.

A limit in seconds is broken by a busy machine, and by a collection of garbage that happens to fall into it: among ten
thousand tests that alone takes a second. So the collector rests while something is measured, only the processor's
time counts, and its unit is a loop that the same processor runs just before and just after.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

ROUNDS = 50_000
"""of the loop that is the unit: about a millisecond"""


def _unit() -> float:
    """Seconds of processor time that one unit takes now; the quickest of five, for the first ones warm up."""
    taken = []
    for _ in range(5):
        began = time.process_time()
        total = 0
        for number in range(ROUNDS):
            total += number
        taken.append(time.process_time() - began)
    return min(taken)


@contextmanager
def effort_below(units: float) -> Iterator[None]:
    """Asserts that what is done inside takes less processor time, threads included, than so many units.

    Choose the limit some ten times above what is usual: this tells work that grows with an attack from work that does
    not, and no more. Whether something is quick is a question for the benchmarks.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        before = _unit()
        began = time.process_time()
        yield
        taken = time.process_time() - began
        unit = max(before, _unit())
    finally:
        if collects:
            gc.enable()
    assert taken < units * unit, f"it took {taken / unit:,.0f} units of work; {units:,.0f} are the limit"
