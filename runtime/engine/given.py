"""What a simulation is given besides the stimuli of the host, and whether it can be played at all.

A test's own mistakes are exceptions that say what to write, raised before anything happens. Mistakes of the people who
are played (a choice that there is not, an unknown incident) are refusals, as on a server.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias, get_args

from nodes.contract import Value, worth_another_try
from runtime.engine.stimuli import SendSignal, Start, Stimulus

_STATUS_IN_CODE = re.compile(r"http_([1-5][0-9][0-9])$")


@dataclass(frozen=True, slots=True)
class Replied:
    """The attempt of ``step`` that is in flight is answered with ``value``."""

    step: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Broke:
    """The attempt of ``step`` that is in flight fails. ``retryable`` None: as R3 says of its status, or of a code such
    as ``http_404``; a failure that names neither is worth another try."""

    step: str
    code: str = "http_503"
    message: str = "The other side is out of order."
    retryable: bool | None = None
    unclear: bool = False
    status: int | None = None
    retry_after: float | None = None
    draw: float = 0.0

    def worth_another_try(self) -> bool:
        """Whether it counts as a retryable failure (R3)."""
        if self.retryable is not None:
            return self.retryable
        said = _STATUS_IN_CODE.match(self.code)
        status: Any = self.status if self.status is not None else int(said[1]) if said else None
        return not _number(status) or worth_another_try(status)


@dataclass(frozen=True, slots=True)
class Advance:
    """The clock moves on by ``seconds``. ``wake`` False: the scheduler is late and fires nothing meanwhile (Z4)."""

    seconds: float
    wake: bool = True


@dataclass(frozen=True, slots=True)
class Crash:
    """The process dies. ``point``: ``idle`` (now), or ``before_append`` or ``after_append`` of the ``nth`` append that
    what follows makes; child runs append, too.

    What a new process does first is done at once: it claims every run that needs a worker (X7), and looks after the
    children of every run that has some.
    """

    point: str = "idle"
    nth: int = 1


@dataclass(frozen=True, slots=True)
class To:
    """A stimulus for another run than the one started last."""

    run: str
    stimulus: Stimulus | Replied | Broke


@dataclass(frozen=True, slots=True)
class Together:
    """Brought at the same moment. Without a seed that is one after the other; a host that has one lets all of them and
    what they lead to come in each other's way. ``Advance(0)`` among them fires what is due.
    """

    stimuli: tuple[Single, ...]


Single: TypeAlias = Start | SendSignal | Stimulus | Replied | Broke | Advance | To
Played: TypeAlias = Single | Crash | Together

CRASH_POINTS = ("idle", "before_append", "after_append")


_WHERE = "the README of runtime/engine lists what is one"


def check(it: object, now: dt.datetime) -> None:
    """Raises ``TypeError`` or ``ValueError`` for what can't be played at ``now``."""
    if not isinstance(it, get_args(Played)):
        raise TypeError(f"{it!r} is no stimulus; {_WHERE}")
    if isinstance(it, Advance):
        _check_move(it, now)
    elif isinstance(it, Crash):
        if it.point not in CRASH_POINTS:
            raise ValueError(f"{it.point!r} is no point to crash at; there are {', '.join(CRASH_POINTS)}")
        if not _whole(it.nth) or it.nth < 1:
            raise ValueError(f"appends are counted 1, 2, 3, ..., so there is none of the number {it.nth!r}")
    elif isinstance(it, To):
        if not isinstance(it.stimulus, (*get_args(Stimulus), Replied, Broke)):
            raise TypeError(f"{it.stimulus!r} does not go to one run; bring it without To")
        check(it.stimulus, now)
    elif isinstance(it, Together):
        if not several(it.stimuli):
            raise TypeError(f"Together takes several stimuli, as in Together((a, b)), and not {it.stimuli!r}")
        _check_all(it, now)
    elif isinstance(it, Broke):
        _check_report(it)


def several(given: object) -> bool:
    """Whether it is a list or the like, and no text."""
    return isinstance(given, Iterable) and not isinstance(given, str | bytes)


def _whole(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _number(given: object) -> bool:
    return _whole(given) or isinstance(given, float) or (isinstance(given, Decimal) and given.is_finite())


def _check_move(it: Advance, now: dt.datetime) -> None:
    try:
        now + dt.timedelta(seconds=it.seconds)
    except (ValueError, OverflowError, TypeError):
        raise ValueError(
            f"the clock can't move by {it.seconds!r} s from {now:%Y-%m-%d}; give seconds, such as 3600 for an hour"
        ) from None


def _check_all(it: Together, now: dt.datetime) -> None:
    brought: tuple[Played, ...] = it.stimuli
    for each in brought:
        if isinstance(each, Crash | Together) or (isinstance(each, Advance) and each.seconds):
            raise ValueError(f"{each!r} can't happen together with others; bring it before or after them")
        check(each, now)


def _check_report(it: Broke) -> None:
    """What only a worker says of an attempt. What the other side said of it may be anything (R4, X6)."""
    if not (_number(it.draw) and 0 <= it.draw < 1):
        raise ValueError(f"the draw for the jitter (R4) is a number from 0 to below 1, and not {it.draw!r}")
    if it.unclear is not True and it.unclear is not False:
        raise TypeError(f"unclear is True or False, and not {it.unclear!r}")
    if it.retryable is not None and it.retryable is not True and it.retryable is not False:
        raise TypeError(f"retryable is True or False, or None for what its status says, and not {it.retryable!r}")
    for name in ("code", "message"):
        if not isinstance(getattr(it, name), str):
            raise TypeError(f"{name} is a text, and not {getattr(it, name)!r}")
