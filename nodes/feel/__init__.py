"""FEEL, the expression language of Baton (DMN 1.5): texts in, values out, nothing else.

Everyone may import this package; it imports the standard library, `re2` and `tzdata` only. See README.md.
"""

from __future__ import annotations

from nodes.feel.check import TypeInfo, check
from nodes.feel.complete import Candidate, complete
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.errors import FeelError, FeelLimitError, FeelSyntaxError, FeelValueError, Problem
from nodes.feel.expression import (
    BUILTIN_NAMES,
    CompiledExpression,
    CompiledUnaryTests,
    compile_expression,
    unary_tests,
)
from nodes.feel.highlight import Mark, highlight
from nodes.feel.limits import Budget
from nodes.feel.ordering import is_equal, order
from nodes.feel.printer import print_expression
from nodes.feel.template import Hole, Template, escape_template, parse_template
from nodes.feel.temporal_text import format_duration, parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.texts import to_text
from nodes.feel.values import Function, Opaque, Range, from_python, type_name
from nodes.feel.words import KEYWORDS

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
