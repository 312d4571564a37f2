"""A flow's zone is the IANA name of one: months, days and ``today()`` are reckoned in it."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel.zones import find_zone
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("ZONE_UNKNOWN", Severity.ERROR, "Every time zone exists")


def check(context: Checked) -> Iterable[Problem]:
    """Zones that ``tzdata`` doesn't know."""
    for drawing in context.drawings:
        if find_zone(drawing.flow.zone) is None:
            message = (
                f'There is no time zone "{shortened(drawing.flow.zone)}". Use a name such as Europe/Berlin, '
                "America/New_York or UTC."
            )
            edit = {"do": "set", "flow": drawing.flow.id, "node": None, "field": "zone", "value": "UTC"}
            yield RULE.problem(drawing.where(None, "zone"), message, Fix("Use UTC", edit))
