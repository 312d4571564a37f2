"""The ledger: what really happened, in order, written by the systems and read by whoever judges their callers.

Called by effects.py (record, inside the transaction of the effect) and by the route /ledger (read).
Law: rows are only appended; `replayed` false means that an effect took place, true that a repeat was recognised.
"""

import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from projects.example_systems.clock import utc_now
from projects.example_systems.exact_json import Amount, from_cents, to_cents
from projects.example_systems.store import Store, Value

LARGEST_PAGE: Final = 5_000


class LedgerEntry(BaseModel):
    """One row of the ledger."""

    seq: Annotated[int, Field(description="Position in the ledger, from 1, without meaning beyond order.")]
    at: Annotated[str, Field(description="UTC, microseconds.")]
    system: str
    operation: Annotated[str, Field(description="The operationId in the OpenAPI document, e.g. create_refund.")]
    idempotency_key: Annotated[str | None, Field(description="As sent, also to systems that take no notice of it.")]
    request_hash: Annotated[str, Field(description="SHA-256 of method, path and body; equal for equal requests.")]
    subject: Annotated[str, Field(description="What it was done to: an invoice, a customer, a ticket.")]
    reference: Annotated[str, Field(description="What it made, e.g. the refund RF-000001; a replay names the same.")]
    customer: str | None
    case: Annotated[str | None, Field(description="The caller's case, as given in the body.")]
    amount: Amount | None
    status: Annotated[int, Field(description="HTTP status of the answer.")]
    replayed: bool


class LedgerPage(BaseModel):
    """`next_after` is the `after` of the next page, null on the last one."""

    entries: list[LedgerEntry]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """What effects.py knows of an effect at the moment of writing it down."""

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
class LedgerFilter:
    """Each field narrows the choice; None leaves it open."""

    key: str | None = None
    system: str | None = None
    operation: str | None = None
    subject: str | None = None
    customer: str | None = None
    case: str | None = None
    replayed: bool | None = None
    after: int = 0
    limit: int = LARGEST_PAGE


def record(transaction: sqlite3.Connection, row: LedgerRecord) -> int:
    """Append a row inside the caller's transaction; its seq."""
    inserted = transaction.execute(
        "INSERT INTO ledger (at, system, operation, idempotency_key, request_hash, subject, reference, customer,"
        " case_id, amount_cents, status, replayed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            utc_now(),
            row.system,
            row.operation,
            row.idempotency_key,
            row.request_hash,
            row.subject,
            row.reference,
            row.customer,
            row.case,
            None if row.amount is None else to_cents(row.amount),
            row.status,
            int(row.replayed),
        ),
    )
    assert inserted.lastrowid is not None
    return inserted.lastrowid


def repeat(transaction: sqlite3.Connection, seq: int) -> None:
    """Append the replay of the effect that stands at `seq`."""
    transaction.execute(
        "INSERT INTO ledger (at, system, operation, idempotency_key, request_hash, subject, reference, customer,"
        " case_id, amount_cents, status, replayed) SELECT ?, system, operation, idempotency_key, request_hash,"
        " subject, reference, customer, case_id, amount_cents, status, 1 FROM ledger WHERE seq = ?",
        (utc_now(), seq),
    )


# The columns that a reader may filter by; the names come from here, only the values from the request.
_COLUMNS: Final = {
    "key": "idempotency_key",
    "system": "system",
    "operation": "operation",
    "subject": "subject",
    "customer": "customer",
    "case": "case_id",
    "replayed": "replayed",
}


def read(store: Store, wanted: LedgerFilter) -> LedgerPage:
    """One page of matching entries, oldest first."""
    conditions = ["seq > ?"]
    values: list[Value] = [wanted.after]
    for name, column in _COLUMNS.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    sql = f"SELECT * FROM ledger WHERE {' AND '.join(conditions)} ORDER BY seq LIMIT ?"  # noqa: S608 - own names only
    rows = store.rows(sql, *values, wanted.limit + 1)
    entries = [_entry(dict(row)) for row in rows[: wanted.limit]]
    return LedgerPage(entries=entries, next_after=entries[-1].seq if len(rows) > wanted.limit else None)


def _entry(row: dict[str, Any]) -> LedgerEntry:
    cents = row.pop("amount_cents")
    return LedgerEntry(case=row.pop("case_id"), amount=None if cents is None else from_cents(cents), **row)
