"""Billing: invoices, price plans, refunds and credit notes.

Refunds and credit notes move money, so both demand an Idempotency-Key. Laws: all refunds of an invoice together never
exceed what was paid on it; all its credit notes together never exceed its total.
"""

import sqlite3
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel

from projects.example_systems.clock import utc_now
from projects.example_systems.effects import Done, EffectBody, Name, RequiredKey, perform
from projects.example_systems.exact_json import Amount, PositiveAmount, exact_json, from_cents, to_cents
from projects.example_systems.problems import Problem
from projects.example_systems.route import problems, system_router
from projects.example_systems.store import Store

router = system_router("billing")
_MONEY = problems(
    s400="Idempotency-Key is missing", s404="No such invoice", s409="More than the invoice allows", s422="Key reused"
)
Status = Literal["open", "paid", "partly_refunded", "refunded"]


class Period(BaseModel):
    """The days that a bill covers, both included."""

    first_day: date
    last_day: date


class Line(BaseModel):
    """One line; `kind` fee is the price plan's monthly fee, whatever the text says."""

    position: int
    kind: Literal["fee", "usage", "instalment"]
    text: str
    quantity: int
    unit_price: Amount
    amount: Amount


class Payment(BaseModel):
    """Money received for an invoice."""

    id: str
    received_on: date
    amount: Amount
    method: str


class InvoiceSummary(BaseModel):
    """An invoice in a list."""

    number: str
    customer: str
    plan: str
    period: Period
    issued_on: date
    due_on: date
    currency: Literal["EUR"] = "EUR"
    total: Amount
    paid: Amount
    refunded: Amount
    credited: Amount
    status: Status


class Invoice(InvoiceSummary):
    """The whole invoice."""

    lines: list[Line]
    payments: list[Payment]


class Invoices(BaseModel):
    """Newest period first."""

    customer: str
    invoices: list[InvoiceSummary]


class PricePlan(BaseModel):
    """What a month should cost."""

    plan: str
    name: str
    monthly_price: Amount
    currency: Literal["EUR"] = "EUR"
    valid_from: date


class MoneyBack(EffectBody):
    """The wish for a refund or a credit note."""

    invoice: Name
    amount: PositiveAmount
    reason: Name


class Refund(BaseModel):
    """A refund that has been paid out."""

    refund: str
    invoice: str
    customer: str
    amount: Amount
    currency: Literal["EUR"] = "EUR"
    reason: str
    case: str | None
    at: str


class Refunds(BaseModel):
    """Oldest first."""

    refunds: list[Refund]


class CreditNote(BaseModel):
    """A credit note that has been issued."""

    credit_note: str
    invoice: str
    customer: str
    amount: Amount
    currency: Literal["EUR"] = "EUR"
    reason: str
    case: str | None
    at: str


_SUMMARY = """
    SELECT i.*,
        (SELECT coalesce(sum(quantity * unit_cents), 0) FROM billing_line WHERE invoice = i.number) AS total_cents,
        (SELECT coalesce(sum(amount_cents), 0) FROM billing_payment WHERE invoice = i.number) AS paid_cents,
        (SELECT coalesce(sum(amount_cents), 0) FROM billing_refund WHERE invoice = i.number) AS refunded_cents,
        (SELECT coalesce(sum(amount_cents), 0) FROM billing_credit_note WHERE invoice = i.number) AS credited_cents
    FROM billing_invoice AS i
"""


def _summary(row: sqlite3.Row) -> InvoiceSummary:
    paid, refunded = row["paid_cents"], row["refunded_cents"]
    status: Status
    if refunded:
        status = "refunded" if refunded == paid else "partly_refunded"
    else:
        status = "paid" if paid >= row["total_cents"] else "open"
    return InvoiceSummary(
        number=row["number"],
        customer=row["customer"],
        plan=row["plan"],
        period=Period(first_day=row["period_from"], last_day=row["period_to"]),
        issued_on=row["issued_on"],
        due_on=row["due_on"],
        total=from_cents(row["total_cents"]),
        paid=from_cents(paid),
        refunded=from_cents(refunded),
        credited=from_cents(row["credited_cents"]),
        status=status,
    )


def _invoice(store: Store, number: str) -> InvoiceSummary:
    row = store.row(f"{_SUMMARY} WHERE number = ?", number)
    if row is None:
        raise Problem(404, "unknown_invoice", "Billing has no invoice with this number.")
    return _summary(row)


@router.get("/customers/{customer}/invoices", operation_id="list_invoices", response_model=Invoices)
async def list_invoices(request: Request, customer: str) -> Response:
    """The customer's invoices, newest period first; empty for a customer that billing does not know."""
    store: Store = request.app.state.store
    rows = store.rows(f"{_SUMMARY} WHERE customer = ? ORDER BY period_from DESC, number", customer)
    return exact_json(Invoices(customer=customer, invoices=[_summary(row) for row in rows]))


@router.get(
    "/invoices/{number}", operation_id="get_invoice", response_model=Invoice, responses=problems(s404="No such invoice")
)
async def get_invoice(request: Request, number: str) -> Response:
    """The whole invoice: lines, payments, what was refunded and credited so far."""
    store: Store = request.app.state.store
    summary = _invoice(store, number)
    lines = [
        Line(
            position=row["position"],
            kind=row["kind"],
            text=row["text"],
            quantity=row["quantity"],
            unit_price=from_cents(row["unit_cents"]),
            amount=from_cents(row["quantity"] * row["unit_cents"]),
        )
        for row in store.rows("SELECT * FROM billing_line WHERE invoice = ? ORDER BY position", number)
    ]
    payments = [
        Payment(
            id=row["id"],
            received_on=row["received_on"],
            amount=from_cents(row["amount_cents"]),
            method=row["method"],
        )
        for row in store.rows("SELECT * FROM billing_payment WHERE invoice = ? ORDER BY received_on, id", number)
    ]
    return exact_json(Invoice(**summary.model_dump(), lines=lines, payments=payments))


@router.get(
    "/price-plans/{plan}",
    operation_id="get_price_plan",
    response_model=PricePlan,
    responses=problems(s404="No such price plan"),
)
async def get_price_plan(request: Request, plan: str) -> Response:
    """What a month of this plan costs: the yardstick for "what should the bill be?"."""
    store: Store = request.app.state.store
    row = store.row("SELECT * FROM billing_plan WHERE id = ?", plan)
    if row is None:
        raise Problem(404, "unknown_price_plan", "Billing has no price plan with this id.")
    return exact_json(
        PricePlan(
            plan=row["id"],
            name=row["name"],
            monthly_price=from_cents(row["monthly_cents"]),
            valid_from=row["valid_from"],
        )
    )


@router.post("/refunds", operation_id="create_refund", status_code=201, response_model=Refund, responses=_MONEY)
async def create_refund(request: Request, body: MoneyBack, key: RequiredKey) -> Response:
    """Pay money back. 409 `refund_exceeds_paid` when the invoice does not have that much left to refund."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        invoice = _invoice(store, body.invoice)
        left = invoice.paid - invoice.refunded
        if body.amount > left:
            raise Problem(
                409,
                "refund_exceeds_paid",
                f"At most {left} EUR can be refunded on this invoice.",
                paid=invoice.paid,
                refunded=invoice.refunded,
                refundable=left,
            )
        at = utc_now()
        row = transaction.execute(
            "INSERT INTO billing_refund (invoice, amount_cents, reason, case_id, at) VALUES (?, ?, ?, ?, ?)",
            (body.invoice, to_cents(body.amount), body.reason, body.case, at),
        )
        refund = Refund(
            refund=f"RF-{row.lastrowid:06}",
            invoice=body.invoice,
            customer=invoice.customer,
            amount=body.amount,
            reason=body.reason,
            case=body.case,
            at=at,
        )
        return Done(refund, body.invoice, refund.refund, invoice.customer, body.amount)

    return perform(request, body, key, change)


@router.get("/refunds", operation_id="list_refunds", response_model=Refunds)
async def list_refunds(request: Request, invoice: Annotated[str, Query(max_length=200)]) -> Response:
    """The refunds of one invoice: how a person checks whether an unclear refund took place."""
    store: Store = request.app.state.store
    rows = store.rows(
        "SELECT r.*, i.customer FROM billing_refund AS r JOIN billing_invoice AS i ON i.number = r.invoice"
        " WHERE r.invoice = ? ORDER BY r.id",
        invoice,
    )
    refunds = [
        Refund(
            refund=f"RF-{row['id']:06}",
            invoice=row["invoice"],
            customer=row["customer"],
            amount=from_cents(row["amount_cents"]),
            reason=row["reason"],
            case=row["case_id"],
            at=row["at"],
        )
        for row in rows
    ]
    return exact_json(Refunds(refunds=refunds))


@router.post(
    "/credit-notes", operation_id="create_credit_note", status_code=201, response_model=CreditNote, responses=_MONEY
)
async def create_credit_note(request: Request, body: MoneyBack, key: RequiredKey) -> Response:
    """Correct an invoice on paper. 409 `credit_exceeds_total` when the invoice has not that much left to credit."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        invoice = _invoice(store, body.invoice)
        left: Decimal = invoice.total - invoice.credited
        if body.amount > left:
            raise Problem(
                409,
                "credit_exceeds_total",
                f"At most {left} EUR can be credited on this invoice.",
                total=invoice.total,
                credited=invoice.credited,
                creditable=left,
            )
        at = utc_now()
        row = transaction.execute(
            "INSERT INTO billing_credit_note (invoice, amount_cents, reason, case_id, at) VALUES (?, ?, ?, ?, ?)",
            (body.invoice, to_cents(body.amount), body.reason, body.case, at),
        )
        note = CreditNote(
            credit_note=f"CN-{row.lastrowid:06}",
            invoice=body.invoice,
            customer=invoice.customer,
            amount=body.amount,
            reason=body.reason,
            case=body.case,
            at=at,
        )
        return Done(note, body.invoice, note.credit_note, invoice.customer, body.amount)

    return perform(request, body, key, change)
