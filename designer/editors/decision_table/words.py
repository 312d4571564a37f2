"""Hit policies, types and findings in plain words."""

from __future__ import annotations

from functools import lru_cache

from nodes.dmn.analysis.findings import Repair
from nodes.dmn.editing import Column
from nodes.feel import FeelError, unary_tests

POLICIES: tuple[tuple[str, str, str], ...] = (
    ("UNIQUE", "", "Exactly one may match"),
    ("FIRST", "", "First match wins"),
    ("ANY", "", "All that match must agree"),
    ("PRIORITY", "", "Highest result wins"),
    ("COLLECT", "", "Collect all matches"),
    ("COLLECT", "SUM", "Add all matches up"),
    ("COLLECT", "COUNT", "Count the matches"),
    ("COLLECT", "MIN", "Smallest match"),
    ("COLLECT", "MAX", "Largest match"),
    ("RULE ORDER", "", "All matches, in the order of rules"),
    ("OUTPUT ORDER", "", "All matches, highest first"),
)
"""(hit policy, aggregation, words)"""

TYPES: tuple[tuple[str, str], ...] = (
    ("", "any"),
    ("number", "number"),
    ("string", "text"),
    ("boolean", "yes or no"),
    ("date", "date"),
    ("time", "time"),
    ("dateTime", "date and time"),
    ("dayTimeDuration", "days and hours"),
    ("yearMonthDuration", "years and months"),
)
"""(typeRef, words)"""


def type_words(type_ref: str) -> str:
    """``text`` for ``string``; a type of the model's own keeps its name."""
    return dict(TYPES).get(type_ref, type_ref) or "any"


def deed(repair: Repair) -> str:
    """What a button says that makes this repair."""
    return repair.words.replace("&", "&&")


def about(column: Column) -> str:
    """The second line of a column's header: what it looks at, and its type."""
    if column.kind == "annotation":
        return "shown in the decision card"
    if column.kind == "output" and column.allowed:
        return f"one of {_count(column.allowed)}"
    name = column.expression if column.kind == "input" else column.expression or "result"
    return f"{name}, {type_words(column.type_ref)}" if name else type_words(column.type_ref)


@lru_cache(maxsize=200)
def _count(allowed: str) -> int:
    """How many values a list of allowed ones names; a comma within a text parts nothing."""
    try:
        return len(unary_tests(allowed).ast.tests)
    except FeelError:
        return len(allowed.split(","))
