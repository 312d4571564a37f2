"""The lines that values stand on: numbers, texts, dates and so on, as keys that can be cut, and back to values.

Who calls it: the other files of this folder. Law: a scale orders and equates exactly as FEEL does. A cut is a pair
(key, 0) just below a key or (key, 1) just above it; on scales that go in steps the second is the first of the next key,
so that two neighbouring cuts always have a value between them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from nodes.feel import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.durations import NANOS_PER_DAY, NANOS_PER_SECOND
from nodes.feel.moments import (
    date_number,
    from_date_number,
    from_instant_nanos,
    from_local_nanos,
    instant_nanos,
    local_nanos,
    make_time,
    offset_seconds,
    time_nanos,
)
from nodes.feel.temporal_text import format_temporal
from nodes.feel.texts import quote
from nodes.feel.values import BOOLEAN, DATE, DATE_TIME, DAYS, MONTHS, NUMBER, STRING, TIME, kind, settle

Key: TypeAlias = Any
Cut: TypeAlias = tuple[Key, int]


class Scale(NamedTuple):
    """One line of values."""

    name: str
    """As the type is called: "number", "date and time"; with a zone it is a scale of its own."""
    kind: int
    key: Callable[[Any], Key]
    value: Callable[[Key, Any], Any]
    """(key, a value that was written on this scale or None) -> the value at the key."""
    text: Callable[[Any], str]
    """As one writes it in a cell."""
    steps: bool
    """Whether keys are whole numbers with nothing between them."""
    grain: int = 1
    """How many keys one `=` takes in: times are equal by the second."""
    low: Key = None
    high: Key = None
    """The first and the last key there is, None for without end."""

    def below(self, key: Key) -> Cut:
        """The cut just below a key."""
        return (key, 0)

    def above(self, key: Key) -> Cut:
        """The cut just above a key."""
        return (key + 1, 0) if self.steps else (key, 1)

    def around(self, key: Key) -> tuple[Cut, Cut]:
        """The cuts around all that equals the value of a key."""
        if self.grain == 1:
            return self.below(key), self.above(key)
        first = key // self.grain * self.grain
        return (first, 0), (first + self.grain, 0)

    def empty(self, low: Cut | None, high: Cut | None) -> bool:
        """Whether no value lies between two cuts (None: without end)."""
        if self.low is not None and high is not None and high <= (self.low, 0):
            return True
        if self.high is not None and low is not None and low > (self.high, 0):
            return True
        if low is None or high is None:
            return False
        if low >= high:
            return True
        return isinstance(low[0], str) and low[1] == 1 and high == (low[0] + "\0", 0)

    def between(self, low: Cut | None, high: Cut | None, like: Any) -> Any:
        """A value between two cuts, one that people would name if there is one."""
        return self.value(self._key_between(low, high), like)

    def _key_between(self, low: Cut | None, high: Cut | None) -> Key:
        if self.kind == STRING:
            return _text_between(low, high)
        if self.kind == NUMBER:
            return _number_between(low, high)
        size = 86_400 * NANOS_PER_SECOND if self.kind == DAYS else self.grain
        least = self.low if low is None else low[0]
        most = None if high is None else high[0] - 1
        if least is None:
            if most is None:
                return 0
            return most // size * size if most >= size else most
        if self.kind == DAYS and (most is None or -(-least // size) * size <= most):
            return -(-least // size) * size
        return least


def _number_between(low: Cut | None, high: Cut | None) -> Decimal:
    if low is not None and low[1] == 0:
        return Decimal(low[0])
    if low is None:
        if high is None:
            return Decimal(0)
        if high[1] == 1:
            return Decimal(high[0])
        top = high[0].to_integral_value(ROUND_FLOOR)
        return Decimal(top if top < high[0] else top - 1)
    if high is not None and high[1] == 1:
        return Decimal(high[0])
    whole = low[0].to_integral_value(ROUND_FLOOR) + 1
    if high is None or whole < high[0]:
        return Decimal(whole)
    middle = (low[0] + high[0]) / 2
    for places in range(1, 34):
        shorter: Decimal = round(middle, places)
        if low[0] < shorter < high[0]:
            return shorter
    return Decimal(middle)


def _text_between(low: Cut | None, high: Cut | None) -> str:
    if low is not None and low[1] == 0:
        return str(low[0])
    for text in ("other", "something else", "zzz", ""):
        if (low is None or low < (text, 0)) and (high is None or (text, 0) < high):
            return text
    if high is not None and high[1] == 1:
        return str(high[0])
    assert low is not None, "below every other text there is the empty one"
    for more in ("z", "a", " ", "\0"):
        if high is None or (low[0] + more, 0) < high:
            return str(low[0]) + more
    raise AssertionError("nothing lies between a text and the next")


def _number_text(value: Decimal) -> str:
    text = format(value, "f")
    return "0" if value == 0 and text.startswith("-") else text


def _moment_text(value: Any) -> str:
    return f"@{quote(format_temporal(value))}"


def _zoned_time_key(value: Any) -> int:
    return time_nanos(value) - (offset_seconds(value) or 0) * NANOS_PER_SECOND


def _zone_of(like: Any) -> Any:
    return None if like is None else like.tzinfo


SCALES: Final[dict[str, Scale]] = {
    scale.name: scale
    for scale in (
        Scale("number", NUMBER, lambda value: value, lambda key, like: key, _number_text, False),
        Scale("string", STRING, lambda value: value, lambda key, like: key, quote, False, 1, ""),
        Scale(
            "boolean",
            BOOLEAN,
            int,
            lambda key, like: bool(key),
            lambda value: "true" if value else "false",
            True,
            1,
            0,
            1,
        ),
        Scale("date", DATE, date_number, lambda key, like: from_date_number(key), _moment_text, True),
        Scale(
            "time",
            TIME,
            time_nanos,
            lambda key, like: make_time(key, None),
            _moment_text,
            True,
            NANOS_PER_SECOND,
            0,
            NANOS_PER_DAY - 1,
        ),
        Scale(
            "time with a zone",
            TIME,
            _zoned_time_key,
            lambda key, like: make_time(
                (key + (offset_seconds(like) or 0) * NANOS_PER_SECOND) % NANOS_PER_DAY, _zone_of(like)
            ),
            _moment_text,
            True,
            NANOS_PER_SECOND,
        ),
        Scale(
            "date and time",
            DATE_TIME,
            local_nanos,
            lambda key, like: from_local_nanos(key, None),
            _moment_text,
            True,
            NANOS_PER_SECOND,
        ),
        Scale(
            "date and time with a zone",
            DATE_TIME,
            instant_nanos,
            lambda key, like: from_instant_nanos(key, _zone_of(like)),
            _moment_text,
            True,
            NANOS_PER_SECOND,
        ),
        Scale(
            "days and time duration",
            DAYS,
            lambda value: value.nanoseconds,
            lambda key, like: DaysTimeDuration(key),
            _moment_text,
            True,
        ),
        Scale(
            "years and months duration",
            MONTHS,
            lambda value: value.months,
            lambda key, like: YearsMonthsDuration(key),
            _moment_text,
            True,
        ),
    )
}
"""Every scale by name."""
SCALAR_KINDS: Final = frozenset(scale.kind for scale in SCALES.values())
_BY_KIND: Final = {scale.kind: scale for scale in reversed(SCALES.values())}


def scale_of(value: Any) -> Scale | None:
    """The scale that a value stands on; None for null, lists, and times whose zone has no one offset."""
    of = kind(value)
    if of not in SCALAR_KINDS:
        return None
    plain = _BY_KIND[of]
    if of in {TIME, DATE_TIME} and settle(value).tzinfo is not None:
        if of == TIME and offset_seconds(value) is None:
            return None
        return SCALES[f"{plain.name} with a zone"]
    return plain


def scales_of_kind(of: int) -> list[Scale]:
    """The scales of a kind of FEEL, the one without a zone first."""
    return [scale for scale in SCALES.values() if scale.kind == of]
