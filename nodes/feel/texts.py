"""Values as texts: FEEL's `string()`, and string literals.

Law: the size is watched while the text is made, for a small value may have a huge text (lists inside lists that share
their parts, numbers with huge exponents).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.limits import DEFAULT_BUDGET, limit_error
from nodes.feel.temporal_text import format_temporal
from nodes.feel.values import (
    BOOLEAN,
    CONTEXT,
    FUNCTION,
    LIST,
    MAX_VALUE_DEPTH,
    NULL,
    NUMBER,
    OPAQUE,
    RANGE,
    STRING,
    Function,
    Range,
    kind,
    settle,
    type_name,
)

_PLAIN_KEY: Final = re.compile(r"[^\W\d]\w*(?: [^\W\d]\w*)*\Z")
_VALUE_COST: Final = 4
"""Steps of writing one value."""
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_text(value: Any, *, allowed: int = DEFAULT_BUDGET.text_size, charge: Callable[[int], None] | None = None) -> str:
    """FEEL's `string()`: a text as itself, numbers in plain digits, lists as `[1, "a"]`, null as `null`.

    FeelLimitError(text_size) if it would be longer than `allowed` characters. `charge` is paid for each value in it.
    """
    value = settle(value)
    if value.__class__ is str:
        return str(value)
    writer = _Writer(allowed, charge)
    writer.write(value, 0)
    return "".join(writer.parts)


def quote(text: str) -> str:
    """The text as a FEEL string literal."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'


def key_text(key: str) -> str:
    """The key of a context as one would write it: quoted unless it is a plain name."""
    return key if _PLAIN_KEY.match(key) else quote(key)


class _Writer:
    def __init__(self, allowed: int, charge: Callable[[int], None] | None) -> None:
        self.charge = charge
        self.parts: list[str] = []
        self.allowed = allowed
        self.left = allowed

    def add(self, text: str) -> None:
        self.left -= len(text)
        if self.left < 0:
            raise limit_error("text_size", self.allowed)
        self.parts.append(text)

    def write(self, value: Any, depth: int) -> None:
        if depth > MAX_VALUE_DEPTH:
            raise limit_error("depth", MAX_VALUE_DEPTH)
        if self.charge is not None:
            self.charge(_VALUE_COST)
        value = settle(value)
        of = kind(value)
        if of == STRING:
            self.add(quote(value))
        elif of == NUMBER:
            self.add_number(value)
        elif of == NULL:
            self.add("null")
        elif of == BOOLEAN:
            self.add("true" if value else "false")
        elif of == LIST:
            self.add("[")
            for index, item in enumerate(value):
                if index:
                    self.add(", ")
                self.write(item, depth + 1)
            self.add("]")
        elif of == CONTEXT:
            self.add("{")
            for index, (key, item) in enumerate(value.items()):
                self.add((", " if index else "") + key_text(str(key)) + ": ")
                self.write(item, depth + 1)
            self.add("}")
        elif of == RANGE:
            self.write_range(value, depth)
        elif of == FUNCTION:
            assert isinstance(value, Function)
            self.add(f"function({', '.join(value.parameters)})")
        elif of == OPAQUE:
            self.add(type_name(value))
        else:
            self.add(format_temporal(value))

    def add_number(self, value: Decimal) -> None:
        if abs(value.adjusted()) > self.left:
            raise limit_error("text_size", self.allowed)
        text = format(value, "f")
        self.add("0" if value == 0 and text.startswith("-") else text)

    def write_range(self, value: Range, depth: int) -> None:
        self.add("[" if value.low_included else "(")
        for bound, between in ((value.low, ".."), (value.high, "]" if value.high_included else ")")):
            if isinstance(bound, (DaysTimeDuration, YearsMonthsDuration)) or kind(bound) not in {NULL, NUMBER, STRING}:
                self.add("@" + quote(to_text(bound)) if kind(bound) not in {LIST, CONTEXT, RANGE} else to_text(bound))
            elif bound is not None:
                self.write(bound, depth + 1)
            self.add(between)
