"""A retry policy must be one that another system can bear (FAULTS M07); most ranges stand in the model itself."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("RETRY_RANGE", Severity.ERROR, "No retry policy hammers, and none contradicts itself")

_MOST_WITHOUT_PAUSE = 10
"""Attempts that may follow one another without a pause."""


def check(context: Checked) -> Iterable[Problem]:
    """Many attempts without any pause, and a first pause that is longer than the longest."""
    for drawing in context.drawings:
        for node in drawing:
            policy = node.node.retry
            if policy is None:
                continue
            no_pause = policy.first_delay == 0 or policy.max_delay == 0
            if no_pause and (policy.attempts or 0) > _MOST_WITHOUT_PAUSE:
                message = (
                    f"{node.label} would try {policy.attempts} times without a pause, which can bring the other system "
                    f"down. Set a first delay, or at most {_MOST_WITHOUT_PAUSE} attempts."
                )
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "retry.first_delay", "value": 1}
                yield RULE.problem(drawing.where(node, "retry"), message, Fix("Pause 1 second", edit))
            first, longest = policy.first_delay, policy.max_delay
            if first is not None and longest is not None and first > longest:
                message = f"{node.label}: the first delay, {first} s, exceeds the longest one, {longest} s. Swap them."
                swapped = policy.model_dump(exclude_unset=True) | {"first_delay": longest, "max_delay": first}
                value = {name: _plain(number) for name, number in swapped.items()}
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "retry", "value": value}
                yield RULE.problem(drawing.where(node, "retry.max_delay"), message, Fix("Swap them", edit))


def _plain(number: Decimal | int | None) -> int | float | None:
    """As JSON says it, since an edit is data."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)
