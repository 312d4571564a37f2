"""The verdict over a ledger: which effects took place more often than they should. Pure; takes entries, not a server.

Called by tests and by the demo on what `launch.Systems.ledger()` (or any other ledger) returns. Law: with a key, one
effect per system and key; without one, two equal requests of one case are a repetition.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of a ledger as a reader gets it; the fields are explained in the OpenAPI document."""

    seq: int
    at: str
    system: str
    operation: str
    idempotency_key: str | None
    request_hash: str
    subject: str
    reference: str
    customer: str | None
    case: str | None
    amount: Decimal | None
    status: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Repetition:
    """An effect that took place `times` times, at least twice."""

    system: str
    operation: str
    idempotency_key: str | None
    case: str | None
    times: int


def effects(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """What took place, without the repeats that were recognised and answered from memory."""
    return [entry for entry in entries if not entry.replayed]


def repetitions(entries: Iterable[LedgerEntry]) -> list[Repetition]:
    """The effects that took place more than once; empty is what an honest caller leaves behind.

    Requests without a key are told apart by case and content, so callers that send neither are judged by content alone.
    """
    counted: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], LedgerEntry] = {}
    for entry in effects(entries):
        if entry.idempotency_key is not None:
            mark = (entry.system, "key", entry.idempotency_key)
        else:
            mark = (entry.system, entry.case or "", entry.request_hash)
        counted[mark] += 1
        first.setdefault(mark, entry)
    return [
        Repetition(first[mark].system, first[mark].operation, first[mark].idempotency_key, first[mark].case, times)
        for mark, times in counted.items()
        if times > 1
    ]
