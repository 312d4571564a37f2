"""The CRM: who the customer is, which disputes there were, and notes. Adding a note is its only effect."""

import sqlite3
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field

from projects.example_systems.clock import BUSINESS_DATE, utc_now
from projects.example_systems.effects import Done, EffectBody, Name, OptionalKey, Text, perform
from projects.example_systems.exact_json import Amount, exact_json, from_cents
from projects.example_systems.problems import Problem
from projects.example_systems.route import problems, system_router
from projects.example_systems.store import Store

router = system_router("crm")
_UNKNOWN = problems(s404="No such customer")

Tier = Literal["standard", "gold", "platinum"]
Channel = Literal["email", "sms", "letter", "phone"]


class Customer(BaseModel):
    """A customer as the contact centre sees one."""

    id: str
    name: str
    tier: Tier
    since: date
    preferred_channel: Channel
    email: str
    phone: str
    language: Annotated[str, Field(description="ISO 639-1")]
    disputes_last_90_days: Annotated[int, Field(description="Counted back from the business date of the stories.")]


class Dispute(BaseModel):
    """An earlier dispute and how it ended."""

    id: str
    opened_on: date
    topic: str
    amount: Amount
    outcome: Literal["refunded", "rejected", "withdrawn"]


class Disputes(BaseModel):
    """Newest first."""

    customer: str
    disputes: list[Dispute]


class NewNote(EffectBody):
    """A note on the customer's file."""

    text: Text
    author: Name = "unnamed"


class Note(BaseModel):
    """A note as it stands on the file."""

    id: str
    customer: str
    text: str
    author: str
    case: str | None
    at: str


class Notes(BaseModel):
    """Oldest first."""

    customer: str
    notes: list[Note]


def _known(store: Store, customer: str) -> sqlite3.Row:
    row = store.row("SELECT * FROM crm_customer WHERE id = ?", customer)
    if row is None:
        raise Problem(404, "unknown_customer", "The CRM has no customer with this id.")
    return row


@router.get("/customers/{customer}", operation_id="get_customer", response_model=Customer, responses=_UNKNOWN)
async def get_customer(request: Request, customer: str) -> Response:
    """The customer's master record."""
    store: Store = request.app.state.store
    row = _known(store, customer)
    recent = store.row(
        "SELECT count(*) AS disputes FROM crm_dispute WHERE customer = ? AND opened_on > ?",
        customer,
        (BUSINESS_DATE - timedelta(days=90)).isoformat(),
    )
    assert recent is not None
    return exact_json(Customer(**dict(row), disputes_last_90_days=recent["disputes"]))


@router.get("/customers/{customer}/disputes", operation_id="list_disputes", response_model=Disputes, responses=_UNKNOWN)
async def list_disputes(request: Request, customer: str) -> Response:
    """Earlier disputes, newest first."""
    store: Store = request.app.state.store
    _known(store, customer)
    rows = store.rows("SELECT * FROM crm_dispute WHERE customer = ? ORDER BY opened_on DESC, id DESC", customer)
    disputes = [
        Dispute(
            id=row["id"],
            opened_on=row["opened_on"],
            topic=row["topic"],
            amount=from_cents(row["amount_cents"]),
            outcome=row["outcome"],
        )
        for row in rows
    ]
    return exact_json(Disputes(customer=customer, disputes=disputes))


@router.post(
    "/customers/{customer}/notes", operation_id="add_note", status_code=201, response_model=Note, responses=_UNKNOWN
)
async def add_note(request: Request, customer: str, body: NewNote, key: OptionalKey = None) -> Response:
    """Put a note on the customer's file. Honours an Idempotency-Key when one is sent."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        _known(store, customer)
        at = utc_now()
        row = transaction.execute(
            "INSERT INTO crm_note (customer, at, text, author, case_id) VALUES (?, ?, ?, ?, ?)",
            (customer, at, body.text, body.author, body.case),
        )
        note = Note(
            id=f"NOTE-{row.lastrowid:06}", customer=customer, text=body.text, author=body.author, case=body.case, at=at
        )
        return Done(note, subject=customer, reference=note.id, customer=customer)

    return perform(request, body, key, change)


@router.get("/customers/{customer}/notes", operation_id="list_notes", response_model=Notes, responses=_UNKNOWN)
async def list_notes(request: Request, customer: str) -> Response:
    """The notes on the customer's file, oldest first."""
    store: Store = request.app.state.store
    _known(store, customer)
    notes = [
        Note(
            id=f"NOTE-{row['id']:06}",
            customer=customer,
            text=row["text"],
            author=row["author"],
            case=row["case_id"],
            at=row["at"],
        )
        for row in store.rows("SELECT * FROM crm_note WHERE customer = ? ORDER BY id", customer)
    ]
    return exact_json(Notes(customer=customer, notes=notes))
