"""What the steps of a run set of its values, leaf by leaf; read once from its trace. Pure.

States would have to be folded and masked whole, two for each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.session.leaves import LeafChange, count_leaves, leaf_changes
from nodes.contract import Value
from runtime.trace.replay import Change
from runtime.trace.spans import Span, Trace


@dataclass(frozen=True, slots=True)
class ValuesSet:
    """``leaves``: (step, what it changed), in the order in which the steps ended; paths begin with ``vars.``."""

    leaves: tuple[tuple[Span, LeafChange], ...]
    standing: Mapping[int, int]
    """last event of a step -> how many leaves the values of the run and the results of its steps had after it"""


def values_set(trace: Trace) -> ValuesSet:
    """Of all steps that the trace tells of."""
    leaves: list[tuple[Span, LeafChange]] = []
    standing: dict[int, int] = {}
    values: dict[str, Value] = {}
    count = 0
    for span in sorted(trace.spans, key=lambda span: span.last_seq):
        fresh = span.vars if isinstance(span.vars, Mapping) else {}
        changes = [Change(f"vars.{name}", values.get(name), value) for name, value in fresh.items()]
        leaves += ((span, leaf) for leaf in leaf_changes(changes))
        count += count_leaves((*fresh.values(), span.output)) - count_leaves(values.get(name) for name in fresh)
        values.update(fresh)
        standing[span.last_seq] = count
    return ValuesSet(tuple(leaves), standing)
