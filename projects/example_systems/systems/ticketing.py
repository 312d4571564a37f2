"""Ticketing: tickets with comments, opened, changed and closed. Every change honours an Idempotency-Key when sent.

Law: a closed ticket is final; whatever would change it is refused with 409 `ticket_closed`.
"""

import sqlite3
from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field

from projects.example_systems.clock import utc_now
from projects.example_systems.effects import Done, EffectBody, Name, OptionalKey, Text, perform
from projects.example_systems.exact_json import exact_json
from projects.example_systems.problems import Problem
from projects.example_systems.route import problems, system_router
from projects.example_systems.store import Store

router = system_router("ticketing")
_CHANGE = problems(s404="No such ticket", s409="The ticket is closed", s422="Key reused")

Priority = Literal["low", "normal", "high", "urgent"]
TicketId = Annotated[str, Path(pattern=r"^TCK-\d{6,12}$", description="As answered by create_ticket.")]


class NewTicket(EffectBody):
    """A ticket to open."""

    customer: Name
    subject: Name
    body: Annotated[str, Field(max_length=10_000)] = ""
    priority: Priority = "normal"
    queue: Name = "front-office"


class TicketChange(EffectBody):
    """What to change; members that are left out stay as they are."""

    status: Literal["open", "in_progress", "waiting"] | None = None
    priority: Priority | None = None
    assignee: Name | None = None
    queue: Name | None = None


class NewComment(EffectBody):
    """A comment to add."""

    text: Text
    author: Name = "unnamed"


class Closing(EffectBody):
    """How the matter ended."""

    resolution: Name


class Comment(BaseModel):
    """A comment on a ticket."""

    author: str
    text: str
    at: str


class Ticket(BaseModel):
    """A ticket with all its comments, oldest first."""

    ticket: str
    customer: str
    subject: str
    body: str
    priority: Priority
    queue: str
    status: Literal["open", "in_progress", "waiting", "closed"]
    assignee: str | None
    resolution: str | None
    case: str | None
    at: str
    comments: list[Comment]


class Tickets(BaseModel):
    """Oldest first."""

    tickets: list[Ticket]


def _row(store: Store, ticket: str) -> sqlite3.Row:
    row = store.row("SELECT * FROM ticketing_ticket WHERE id = ?", int(ticket.removeprefix("TCK-")))
    if row is None:
        raise Problem(404, "unknown_ticket", "There is no ticket with this id.")
    return row


def _read(store: Store, row: sqlite3.Row) -> Ticket:
    comments = store.rows("SELECT * FROM ticketing_comment WHERE ticket = ? ORDER BY id", row["id"])
    return Ticket(
        ticket=f"TCK-{row['id']:06}",
        customer=row["customer"],
        subject=row["subject"],
        body=row["body"],
        priority=row["priority"],
        queue=row["queue"],
        status=row["status"],
        assignee=row["assignee"],
        resolution=row["resolution"],
        case=row["case_id"],
        at=row["at"],
        comments=[Comment(author=found["author"], text=found["text"], at=found["at"]) for found in comments],
    )


def _change(
    request: Request, ticket: str, body: EffectBody, key: str | None, sql: str, *values: str | None
) -> Response:
    """Run one statement, whose last parameter is the ticket's number, on a ticket that is not closed."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        row = _row(store, ticket)
        if row["status"] == "closed":
            raise Problem(409, "ticket_closed", "The ticket is closed; open a new one.")
        transaction.execute(sql, (*values, row["id"]))
        return Done(_read(store, _row(store, ticket)), ticket, ticket, row["customer"])

    return perform(request, body, key, change, status=200)


@router.post(
    "/tickets",
    operation_id="create_ticket",
    status_code=201,
    response_model=Ticket,
    responses=problems(s422="Key reused"),
)
async def create_ticket(request: Request, body: NewTicket, key: OptionalKey = None) -> Response:
    """Open a ticket."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        row = transaction.execute(
            "INSERT INTO ticketing_ticket (customer, subject, body, priority, queue, status, case_id, at)"
            " VALUES (?, ?, ?, ?, ?, 'open', ?, ?)",
            (body.customer, body.subject, body.body, body.priority, body.queue, body.case, utc_now()),
        )
        ticket = f"TCK-{row.lastrowid:06}"
        return Done(_read(store, _row(store, ticket)), body.customer, ticket, body.customer)

    return perform(request, body, key, change)


@router.get("/tickets", operation_id="list_tickets", response_model=Tickets)
async def list_tickets(request: Request, customer: Annotated[str, Query(max_length=200)]) -> Response:
    """The customer's tickets, oldest first."""
    store: Store = request.app.state.store
    rows = store.rows("SELECT * FROM ticketing_ticket WHERE customer = ? ORDER BY id", customer)
    return exact_json(Tickets(tickets=[_read(store, row) for row in rows]))


@router.get(
    "/tickets/{ticket}", operation_id="get_ticket", response_model=Ticket, responses=problems(s404="No such ticket")
)
async def get_ticket(request: Request, ticket: TicketId) -> Response:
    """One ticket with its comments."""
    store: Store = request.app.state.store
    return exact_json(_read(store, _row(store, ticket)))


@router.patch("/tickets/{ticket}", operation_id="update_ticket", response_model=Ticket, responses=_CHANGE)
async def update_ticket(request: Request, ticket: TicketId, body: TicketChange, key: OptionalKey = None) -> Response:
    """Change status, priority, assignee or queue."""
    return _change(
        request,
        ticket,
        body,
        key,
        "UPDATE ticketing_ticket SET status = coalesce(?, status), priority = coalesce(?, priority),"
        " assignee = coalesce(?, assignee), queue = coalesce(?, queue) WHERE id = ?",
        body.status,
        body.priority,
        body.assignee,
        body.queue,
    )


@router.post("/tickets/{ticket}/comments", operation_id="add_comment", response_model=Ticket, responses=_CHANGE)
async def add_comment(request: Request, ticket: TicketId, body: NewComment, key: OptionalKey = None) -> Response:
    """Add a comment."""
    return _change(
        request,
        ticket,
        body,
        key,
        "INSERT INTO ticketing_comment (at, author, text, ticket) VALUES (?, ?, ?, ?)",
        utc_now(),
        body.author,
        body.text,
    )


@router.post("/tickets/{ticket}/close", operation_id="close_ticket", response_model=Ticket, responses=_CHANGE)
async def close_ticket(request: Request, ticket: TicketId, body: Closing, key: OptionalKey = None) -> Response:
    """Close the ticket for good."""
    return _change(
        request,
        ticket,
        body,
        key,
        "UPDATE ticketing_ticket SET status = 'closed', resolution = ? WHERE id = ?",
        body.resolution,
    )
