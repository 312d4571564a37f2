"""The functions of the standard, one family a file. Importing this package fills `LIBRARY`."""

from __future__ import annotations

from nodes.feel.library import contexts, conversion, days, intervals, lists, numbers, ranges, statistics, strings
from nodes.feel.library.signature import (
    LIBRARY,
    Builtin,
    Overload,
    Parameter,
    as_function,
    call_builtin,
    call_in_order,
    call_overload,
)

__all__ = [
    "LIBRARY", "Builtin", "Overload", "Parameter", "as_function", "call_builtin", "call_in_order", "call_overload",
    "contexts", "conversion", "days", "intervals", "lists", "numbers", "ranges", "statistics", "strings",
]  # fmt: skip
