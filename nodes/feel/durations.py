"""FEEL's two durations, which Python has no type for: years and months, days and time.

Law: both are exact whole numbers (months, nanoseconds), so that no sum of durations ever loses anything.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import total_ordering
from typing import Final

NANOS_PER_SECOND: Final = 1_000_000_000
NANOS_PER_DAY: Final = 86_400 * NANOS_PER_SECOND


class _Whole:
    """One whole number with a meaning; immutable."""

    __slots__ = ("_amount",)
    _amount: int

    def __init__(self, amount: int) -> None:
        object.__setattr__(self, "_amount", int(amount))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._amount == other._amount

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._amount))

    def __bool__(self) -> bool:
        return self._amount != 0

    def __copy__(self) -> _Whole:
        return self

    def __deepcopy__(self, memo: object) -> _Whole:
        return self


@total_ordering
class YearsMonthsDuration(_Whole):
    """A length in months, as `@"P1Y6M"`; negative when it reaches back. `.years` and `.rest` carry the sign."""

    __slots__ = ()

    def __init__(self, months: int) -> None:
        super().__init__(months)

    @property
    def months(self) -> int:
        """The whole length in months (FEEL's property `months` is the part beyond the years)."""
        return self._amount

    def __lt__(self, other: YearsMonthsDuration) -> bool:
        if not isinstance(other, YearsMonthsDuration):
            return NotImplemented
        return self._amount < other._amount

    def __repr__(self) -> str:
        return f"YearsMonthsDuration(months={self._amount})"


@total_ordering
class DaysTimeDuration(_Whole):
    """A length in whole nanoseconds, as `@"P2DT3H"`; negative when it reaches back."""

    __slots__ = ()

    def __init__(self, nanoseconds: int) -> None:
        super().__init__(nanoseconds)

    @property
    def nanoseconds(self) -> int:
        """The whole length in nanoseconds."""
        return self._amount

    @property
    def seconds(self) -> Decimal:
        """The whole length in seconds, exact (FEEL's property `seconds` is the part beyond the minutes)."""
        return Decimal(self._amount).scaleb(-9)

    @classmethod
    def of(
        cls, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0, nanoseconds: int = 0
    ) -> DaysTimeDuration:
        """The sum of the parts."""
        whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return cls(whole * NANOS_PER_SECOND + nanoseconds)

    @classmethod
    def from_timedelta(cls, delta: dt.timedelta) -> DaysTimeDuration:
        """The same length; exact."""
        return cls(((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1_000)

    def to_timedelta(self) -> dt.timedelta:
        """The same length; nanoseconds below a microsecond are cut off, OverflowError beyond 999,999,999 days."""
        return dt.timedelta(microseconds=self._amount // 1_000)

    def __lt__(self, other: DaysTimeDuration) -> bool:
        if not isinstance(other, DaysTimeDuration):
            return NotImplemented
        return self._amount < other._amount

    def __repr__(self) -> str:
        return f"DaysTimeDuration(nanoseconds={self._amount})"
