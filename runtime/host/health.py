"""How the host is, in one word and with reasons. Told by ``GET /health``.

Law: ``ok`` means that nothing needs anybody; ``degraded`` that work is taken and goes on, but not as it should, and the
reasons say why; ``unavailable`` that nothing can be taken now. Neither ends by restarting the process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runtime.store import Health

Status: TypeAlias = Literal["ok", "degraded", "unavailable"]

WAITS_LONG = 10.0
"""seconds in line after which an attempt is a reason"""
QUIET = 5.0
"""seconds without a write after which the store is tried before it is called well"""
ASKS_FOR = 0.5
"""seconds that whoever asks waits for the store at most: those who watch give up soon, and would call us dead"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHealth:
    """``recovering``: runs of a dead worker that still wait for their turn; ``set_aside``: run -> why; ``waiting``: of
    those in flight, attempts that wait for their turn, the first of them for ``longest_wait`` seconds."""

    store: Health
    closing: bool
    in_flight: int
    waiting: int
    longest_wait: float
    recovering: int
    set_aside: Mapping[str, str]
    next_timer: dt.datetime | None
    refused_strangers: int

    @property
    def status(self) -> Status:
        """See the law above."""
        if self.closing or self.store.state == "unavailable":
            return "unavailable"
        return "degraded" if self.reasons else "ok"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not ``ok``, in words for people; the first one is why nothing is taken, if nothing is."""
        reasons = ["Baton is shutting down"] if self.closing else []
        if self.store.message:
            reasons.append(self.store.message)
        if self.longest_wait > WAITS_LONG:
            wait = f"for {self.longest_wait:.0f} s"
            few = f"1 attempt has waited for its turn {wait}"
            many = f"{self.waiting} attempts wait for their turn, the first of them {wait}"
            why = "systems answer slowly, or too few are allowed (attempts_at_once, or at_once of a connection)"
            reasons.append(f"{few if self.waiting == 1 else many}; {why}")
        if self.set_aside:
            few, many = (
                "1 run can't be read and stands aside",
                f"{len(self.set_aside)} runs can't be read and stand aside",
            )
            reasons.append(f"{few if len(self.set_aside) == 1 else many}; `baton incidents` says why")
        return tuple(reasons)
