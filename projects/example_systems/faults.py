"""Faults on demand: which are set, which one the next request meets. fault_play.py says what meeting one does.

Called by the route /faults (set, list, lift) and by route.py (meet). Laws: one request meets at most one fault, the
oldest that fits and is not used up; faults live in memory, so a restart heals the systems; each hit is written down
with the idempotency key of the request that it hit, as evidence of attempts that left no effect.
"""

import asyncio
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from projects.example_systems.clock import utc_now
from projects.example_systems.keys import SystemName

MOST_HITS: Final = 1_000  # written down per fault; later hits still count
MOST_FAULTS: Final = 1_000  # on the board at once, used-up ones included


class FaultKind(StrEnum):
    """What a request meets. See the table in README.md for which kinds let the effect take place."""

    SLOW = "slow"
    STATUS_500 = "status_500"
    STATUS_429 = "status_429"
    OUTAGE = "outage"
    CUT_CONNECTION = "cut_connection"
    DUPLICATE_DELIVERY = "duplicate_delivery"
    HANG = "hang"
    TRUNCATE = "truncate"
    NOT_JSON = "not_json"


class FaultOrder(BaseModel):
    """A fault as it is ordered. Without `times` and `until` it hits once; an outage lasts until it is deleted."""

    model_config = ConfigDict(extra="forbid")

    system: SystemName
    kind: FaultKind
    operation: Annotated[str | None, Field(description="An operationId of the system; null means all of them.")] = None
    times: Annotated[int | None, Field(ge=1, le=1_000_000, description="How many requests it hits.")] = None
    until: Annotated[Literal["deleted"] | None, Field(description="Hits every request until deleted.")] = None
    seconds: Annotated[
        float | None, Field(ge=0, le=3600, description="slow: the delay, 2 if not given. hang: at most so long.")
    ] = None
    retry_after: Annotated[
        int | str | None, Field(description="Value of Retry-After, sent as it is: seconds, a date, or rubbish.")
    ] = None

    @model_validator(mode="after")
    def _times_or_until(self) -> Self:
        if self.times is not None and self.until is not None:
            raise ValueError("give times or until, not both")
        text = str(self.retry_after)
        if not (text.isascii() and text.isprintable()):
            raise ValueError("retry_after must be printable ASCII, as it is sent in a header")
        return self


class FaultHit(BaseModel):
    """A request that met the fault."""

    at: str
    operation: str
    idempotency_key: str | None


class Fault(BaseModel):
    """A fault on the board. `remaining` null: until deleted; 0: used up, kept for its hits."""

    id: int
    system: str
    kind: FaultKind
    operation: str | None
    remaining: int | None
    seconds: float | None
    retry_after: int | str | None
    hits: list[FaultHit] = Field(default_factory=list)
    hit_count: int = 0

    _lifted: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    def fits(self, system: str, operation: str) -> bool:
        """Whether a request for this operation meets the fault now."""
        return self.remaining != 0 and self.system == system and self.operation in (None, operation)

    async def lifted(self) -> None:
        """Wait until the fault is deleted."""
        await self._lifted.wait()

    def lift(self) -> None:
        """Let go of the requests that hang in it."""
        self._lifted.set()


class FaultBoard:
    """All faults, oldest first."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._last_id = 0

    def set(self, order: FaultOrder) -> Fault | None:
        """Put a fault on the board; None when the board is full."""
        if len(self._faults) >= MOST_FAULTS:
            return None
        self._last_id += 1
        endless = order.until == "deleted" or (order.times is None and order.kind is FaultKind.OUTAGE)
        fault = Fault(
            id=self._last_id,
            system=order.system,
            kind=order.kind,
            operation=order.operation,
            remaining=None if endless else order.times or 1,
            seconds=order.seconds,
            retry_after=order.retry_after,
        )
        self._faults[fault.id] = fault
        return fault

    def meet(self, system: str, operation: str, idempotency_key: str | None) -> Fault | None:
        """The fault that this request meets, already counted and written down; None when there is none."""
        for fault in self._faults.values():
            if fault.fits(system, operation):
                if fault.remaining is not None:
                    fault.remaining -= 1
                fault.hit_count += 1
                if len(fault.hits) < MOST_HITS:
                    fault.hits.append(FaultHit(at=utc_now(), operation=operation, idempotency_key=idempotency_key))
                return fault
        return None

    def current(self) -> list[Fault]:
        """All faults on the board, used-up ones too."""
        return list(self._faults.values())

    def delete(self, fault_id: int) -> Fault | None:
        """Take one fault away and let go of what hangs in it; None when it is not there."""
        fault = self._faults.pop(fault_id, None)
        if fault is not None:
            fault.lift()
        return fault

    def clear(self) -> int:
        """Take all faults away; how many there were."""
        count = len(self._faults)
        for fault_id in list(self._faults):
            self.delete(fault_id)
        return count
