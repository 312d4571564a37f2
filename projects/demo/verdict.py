"""What the systems' own ledger says about the show: did each effect take place exactly once, and was it the right one?

Called at the end of the show. Pure: takes the entries of a ledger and how the disputes ended. Law: every number in what
it says is counted from the ledger, none is known beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from projects.example_systems.judge import LedgerEntry, effects, repetitions

KINDS: Final = {
    "create_refund": ("refund", "refunds"),
    "create_credit_note": ("credit note", "credit notes"),
    "create_ticket": ("ticket", "tickets"),
    "send_message": ("message", "messages"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How one dispute ended, as Baton tells it."""

    dispute: str
    outcome: str | None
    refunded: Decimal | None = None
    """what Baton says was paid back"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`holds` is what the exit code goes by."""

    holds: bool
    sentences: tuple[str, ...]


def judge(entries: Sequence[LedgerEntry], endings: Sequence[Ending]) -> Verdict:
    """Compares what Baton says with what the ledger says."""
    faults = [_repeated(found.operation, found.times, found.case) for found in repetitions(entries)]
    for ending in endings:
        faults += _money_faults(entries, ending)
    if not endings:
        faults.append("No dispute came to an end.")
    if faults:
        return Verdict(False, tuple(faults))
    took_place = effects(entries)
    counted = Counter(entry.operation for entry in took_place)
    said = ", ".join(_count(number, operation) for operation, number in counted.items())
    paid = sum((e.amount or Decimal(0) for e in took_place if e.operation == "create_refund"), Decimal(0))
    sentences = [f"Each effect happened once: {said}.", f"Paid back: {paid} EUR, for {_disputes(endings)}."]
    replays = [entry for entry in entries if entry.replayed]
    if replays:
        times = "1 request" if len(replays) == 1 else f"{len(replays)} requests"
        sentences.append(f"{times} came a second time, and the system knew the key: nothing was done twice.")
    return Verdict(True, tuple(sentences))


def _money_faults(entries: Sequence[LedgerEntry], ending: Ending) -> list[str]:
    refunds = [e.amount for e in effects(entries) if e.operation == "create_refund" and e.case == ending.dispute]
    expected = [] if ending.refunded is None else [ending.refunded]
    if refunds == expected:
        return []
    found = " and ".join(f"{amount} EUR" for amount in refunds) or "nothing"
    return [f"{ending.dispute} ended as {ending.outcome}, but by the ledger this was paid back for it: {found}."]


def _repeated(operation: str, times: int, case: str | None) -> str:
    return f"{_count(1, operation).removeprefix('1 ').capitalize()} of {case or 'no dispute'} happened {times} times."


def _count(number: int, operation: str) -> str:
    one, many = KINDS.get(operation, (operation.replace("_", " "), operation.replace("_", " ")))
    return f"{number} {one if number == 1 else many}"


def _disputes(endings: Sequence[Ending]) -> str:
    refunded = sum(ending.refunded is not None for ending in endings)
    return f"{refunded} of {len(endings)} disputes"
