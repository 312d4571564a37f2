"""The reserved words of FEEL, and the names of its types.

Who calls it: the scanner, the static check, and whoever gives names to things that expressions shall read (node ids).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

KEYWORDS: Final = frozenset({
    "and", "between", "else", "every", "external", "false", "for", "function", "if", "in", "instance", "item", "not",
    "null", "of", "or", "partial", "return", "satisfies", "some", "then", "true",
})  # fmt: skip
"""Words with a meaning of their own: nothing that an expression reads may bear one as its name."""

BREAKING: Final = frozenset({
    "and", "between", "else", "every", "false", "for", "function", "if", "in", "instance", "null", "or", "return",
    "satisfies", "some", "then", "true",
})  # fmt: skip
"""Keywords that end a name of several words that was not declared."""

TYPES: Final = (
    "years and months duration",
    "days and time duration",
    "year month duration",
    "day time duration",
    "date and time",
    "dateTime",
    "yearMonthDuration",
    "dayTimeDuration",
    "boolean",
    "context",
    "number",
    "string",
    "range",
    "date",
    "list",
    "time",
    "Null",
    "Any",
    "any",
    "function",
)
"""Names of types, longer ones before those that they begin with."""


@cache
def type_pattern() -> re.Pattern[str]:
    """The name of a type."""
    return re.compile("|".join(name.replace(" ", r"\s+") for name in TYPES), re.ASCII)


TIMED: Final = frozenset({"date", "years"})
TIMED_CALL: Final = re.compile(r"(date\s+and\s+time|years\s+and\s+months\s+duration)(?=\s*\()", re.ASCII)
"""The functions whose names hold the word `and`, where they are called."""
