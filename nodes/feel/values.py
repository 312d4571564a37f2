"""FEEL's values in Python, and what every other file asks about them: `kind`, `type_name`, `settle`, `from_python`.

| FEEL | Python |
|---|---|
| null, boolean, string | None, bool, str |
| number | Decimal of 34 digits; an int in a scope is read as one, a float is not a FEEL value |
| date, time, date and time | `datetime.date`, `.time`, `.datetime` (`moments.Wide...` beyond their reach) |
| days and time / years and months duration | `DaysTimeDuration` / `YearsMonthsDuration` |
| range, list, context, function | `Range`, list, dict, `Function` |

Law: values are never changed in place, whoever made them; what looks like a change is a new value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.errors import FeelValueError
from nodes.feel.moments import WideDate, WideDateTime, WideTime
from nodes.feel.record import Record

if TYPE_CHECKING:
    from nodes.feel.running import Running
    from nodes.feel.tree import FunctionDefinition, Type

MAX_VALUE_DEPTH: Final = 64
"""Lists and contexts inside one another in a value that comes from outside."""


class Range(Record):
    """An interval. A bound of None is open without end; then its `_included` is False.

    `unary` marks one written as a comparison: the standard's test suite holds `(< 10)` unequal to `(null..10)`.
    """

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True
    unary: bool = False


class Function:
    """A function as a value: of the library, or written in an expression (then it keeps the values around it)."""

    __slots__ = ("call", "definition", "name", "parameters", "result", "signature")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        call: Callable[[Running, list[Any], dict[str, Any] | None], Any],
        signature: tuple[Type | None, ...] = (),
        result: Type | None = None,
        definition: FunctionDefinition | None = None,
    ) -> None:
        """`call(running, positional, named)` answers null where the arguments do not fit.

        `definition`: where it was written, for whoever asks what it gives although nobody said it (`result` is None).
        """
        self.name = name
        self.parameters = parameters
        self.call = call
        self.signature = signature
        self.result = result
        self.definition = definition

    def __repr__(self) -> str:
        return f"<FEEL function {self.name}({', '.join(self.parameters)})>"


class Opaque:
    """Parent of values of other packages that pass through expressions untouched, with properties to read.

    `feel_type` is the name that people see, `feel_properties()` what a path may ask for.
    """

    __slots__ = ()
    feel_type: str = "Any"

    def feel_properties(self) -> Mapping[str, Any]:
        """The properties that `value.name` reads."""
        return {}


NULL, BOOLEAN, NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS, MONTHS, RANGE, LIST, CONTEXT, FUNCTION, OPAQUE = range(14)

TYPE_NAMES: Final = (
    "Null",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "range",
    "list",
    "context",
    "function",
    "Any",
)

KINDS: Final[dict[type, int]] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    int: NUMBER,
    str: STRING,
    dt.date: DATE,
    WideDate: DATE,
    dt.time: TIME,
    WideTime: TIME,
    dt.datetime: DATE_TIME,
    WideDateTime: DATE_TIME,
    DaysTimeDuration: DAYS,
    YearsMonthsDuration: MONTHS,
    Range: RANGE,
    list: LIST,
    dict: CONTEXT,
    Function: FUNCTION,
}

SETTLED: Final = frozenset(KINDS) - {int}
"""Classes of values that need no reading in: what a closure meets nearly always."""


def kind(value: object) -> int:
    """Which of FEEL's kinds a settled value is."""
    found = KINDS.get(value.__class__)
    return found if found is not None else KINDS.get(settle(value).__class__, OPAQUE)


def type_name(value: object) -> str:
    """FEEL's name of the type of a value: "number", "string", "date and time", ..., "Null" for null."""
    return value.feel_type if isinstance(value, Opaque) else TYPE_NAMES[kind(value)]


def settle(value: Any) -> Any:
    """One value as an expression reads it, without looking inside lists and contexts.

    An int becomes a Decimal, a tuple or set a list, another Mapping a dict, a subclass its FEEL class.
    FeelValueError for what FEEL has no type for.
    """
    if value.__class__ in SETTLED:
        return value
    if value.__class__ is int:
        if value.bit_length() > 3_400:  # a 1,000-digit number; making a Decimal of far more takes seconds
            raise FeelValueError("A whole number of more than 1,000 digits came in; FEEL's numbers have 34 digits.")
        return Decimal(value)
    if isinstance(value, Opaque):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    for parent, exact in _SUBCLASSES:
        if isinstance(value, parent):
            return exact(value)
    if isinstance(value, float):
        raise FeelValueError(f"The floating point number {value!r} came in; give a Decimal, FEEL counts exactly.")
    if isinstance(value, dt.timedelta):
        return DaysTimeDuration.from_timedelta(value)
    raise FeelValueError(f"A value of the Python type {type(value).__name__} came in, which FEEL has no type for.")


def _plain_datetime(value: dt.datetime) -> dt.datetime:
    return dt.datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond,
        tzinfo=value.tzinfo, fold=value.fold,
    )  # fmt: skip


_SUBCLASSES: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (bool, bool),
    (str, str.__str__),  # an enumeration of strings reads as its text
    (int, lambda value: Decimal(int(value))),
    (Decimal, Decimal),
    (dt.datetime, _plain_datetime),
    (dt.date, lambda value: dt.date(value.year, value.month, value.day)),
)


def from_python(value: Any, *, depth: int = 0) -> Any:
    """A deep copy of `value` that holds FEEL values only.

    ints and finite floats become Decimals (a float by its shortest text), tuples lists, Mappings contexts.
    FeelValueError for not-a-number, infinity, a key that is no text, what FEEL has no type for, and nesting over 64.
    """
    if value.__class__ is float:
        if value - value != 0:
            raise FeelValueError(f"The number {value!r} came in; FEEL knows finite numbers only.")
        return Decimal(repr(value))
    settled = settle(value)
    if depth > MAX_VALUE_DEPTH:
        raise FeelValueError(f"A value is nested more than {MAX_VALUE_DEPTH} levels deep; flatten it.")
    if settled.__class__ is Decimal and not settled.is_finite():
        raise FeelValueError(f"The number {settled} came in; FEEL knows finite numbers only.")
    if settled.__class__ is list:
        return [from_python(item, depth=depth + 1) for item in settled]
    if settled.__class__ is dict:
        for key in settled:
            if not isinstance(key, str):
                raise FeelValueError(f"A context came in with the key {key!r}; keys are texts.")
        return {str(key): from_python(item, depth=depth + 1) for key, item in settled.items()}
    return settled
