"""Lengths of time of flows and nodes are ISO durations of more than nothing, and of less than for ever.

A wait alone may be of nothing or less: it is over at once (SEMANTICS W1). What is longer than the calendar goes on
would run to its end, without a word: a slip of the keyboard as a rule, and a time limit that never comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nodes.contract import Expr, Wait
from nodes.feel import DaysTimeDuration, YearsMonthsDuration, format_duration, parse_duration
from runtime.model.drawing import Checked, NodeFacts, shortened
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("DURATION_INVALID", Severity.ERROR, "Every length of time can be read")

_LENGTHS = DaysTimeDuration, YearsMonthsDuration
_LONGEST_YEARS = 1000
_LONGEST = {
    YearsMonthsDuration: _LONGEST_YEARS * 12,
    DaysTimeDuration: _LONGEST_YEARS * 366 * 86_400 * 1_000_000_000,
}


def check(context: Checked) -> Iterable[Problem]:
    """``sla`` of flows, ``sla`` and ``timeout`` of nodes, and what is written out in a node's config."""
    for drawing in context.drawings:
        given = [(drawing.where(None, "sla"), "The flow's SLA", drawing.flow.sla)]
        for node in drawing:
            given.append((drawing.where(node, "sla"), f"The SLA of {node.label}", node.node.sla))
            given.append((drawing.where(node, "timeout"), f"The time limit of {node.label}", node.node.timeout))
        for where, what, text in given:
            if text is not None:
                yield from _judged(where, what, text)
        for node in drawing:
            waits = isinstance(node.behaviour, Wait)
            for path, text in _written_out(node):
                what = f"{path.removeprefix('config.')} of {node.label}"
                yield from _judged(drawing.where(node, path), what, text, waits=waits)


def _written_out(node: NodeFacts) -> Iterator[tuple[str, str]]:
    """(field, text) of the lengths in its config that are no expressions."""
    for use in node.uses:
        if isinstance(use.field, Expr) and use.field.expects == "duration" and isinstance(use.field.literal, _LENGTHS):
            yield f"config.{use.path}", format_duration(use.field.literal)


def _judged(where: Where, what: str, text: str, *, waits: bool = False) -> Iterable[Problem]:
    try:
        length = parse_duration(text)
    except (ValueError, TypeError):
        length = None
    if not isinstance(length, _LENGTHS):
        advice = "Write PT4H (4 hours), P3D (3 days) or P1M (1 month)."
        yield RULE.problem(where, f'{what}, "{shortened(text)}", is no length of time. {advice}')
        return
    size = length.nanoseconds if isinstance(length, DaysTimeDuration) else length.months
    if size <= 0 and not waits:
        yield RULE.problem(where, f'{what}, "{shortened(text)}", should be more than nothing. Write PT4H for 4 hours.')
    elif size > _LONGEST[type(length)]:
        advice = "Write P3D for 3 days." if waits else "Leave it empty for none, or write P3D for 3 days."
        words = f"is more than {_LONGEST_YEARS:,} years, as good as never"
        yield RULE.problem(where, f'{what}, "{shortened(text)}", {words}. {advice}')
