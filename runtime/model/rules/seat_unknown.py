"""Who sits at a step is one of four: agent, customer, bot or system."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import closest, one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("SEAT_UNKNOWN", Severity.ERROR, "Every seat is one of those that exist")

SEATS = ("agent", "customer", "bot", "system")


def check(context: Checked) -> Iterable[Problem]:
    """Seats by another name."""
    for drawing in context.drawings:
        for node in drawing:
            seat = node.node.seat
            if seat is not None and seat not in SEATS:
                near = closest(seat.lower(), SEATS)
                message = f'{node.label} has the seat "{shortened(seat)}", which does not exist. Use {one_of(SEATS)}.'
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "seat", "value": near}
                yield RULE.problem(drawing.where(node, "seat"), message, Fix(f"Use {near}", edit) if near else None)
