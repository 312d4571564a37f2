"""FEEL, the expression language of Baton (DMN 1.5): texts in, values out, nothing else.

Everyone may import this package; it imports the standard library, `re2`, `tzdata` and `nodes.pacing`. See README.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.feel.check import TypeInfo, check
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.errors import FeelError, FeelLimitError, FeelSyntaxError, FeelValueError, Problem
from nodes.feel.expression import (
    BUILTIN_NAMES,
    CompiledExpression,
    CompiledUnaryTests,
    compile_expression,
    unary_tests,
)
from nodes.feel.limits import Budget
from nodes.feel.ordering import is_equal, order
from nodes.feel.printer import print_expression
from nodes.feel.template import Hole, Template, escape_template, parse_template
from nodes.feel.temporal_text import format_duration, parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.texts import to_text
from nodes.feel.values import Function, Opaque, Range, from_python, type_name
from nodes.feel.words import KEYWORDS

if TYPE_CHECKING:
    from nodes.feel.completion import Candidate, complete
    from nodes.feel.highlighting import Mark, highlight

__all__ = [
    "BUILTIN_NAMES",
    "KEYWORDS",
    "Budget",
    "Candidate",
    "CompiledExpression",
    "CompiledUnaryTests",
    "DaysTimeDuration",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelValueError",
    "Function",
    "Hole",
    "Mark",
    "Opaque",
    "Problem",
    "Range",
    "Template",
    "TypeInfo",
    "YearsMonthsDuration",
    "check",
    "compile_expression",
    "complete",
    "escape_template",
    "format_duration",
    "from_python",
    "highlight",
    "is_equal",
    "order",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_template",
    "parse_time",
    "print_expression",
    "to_text",
    "type_name",
    "unary_tests",
]


def __getattr__(name: str) -> Any:
    """What only editors need is loaded by whoever edits: a runtime that only evaluates is there the sooner."""
    if name not in {"Candidate", "Mark", "complete", "highlight"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nodes.feel.completion import Candidate, complete
    from nodes.feel.highlighting import Mark, highlight

    return {"Candidate": Candidate, "Mark": Mark, "complete": complete, "highlight": highlight}[name]
