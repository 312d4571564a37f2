"""Notifications: a message by e-mail, SMS or letter. The system that takes NO notice of idempotency keys.

Law: every POST that is answered 201 is one more delivered message; nobody can take one back, and sending the same
request twice sends two. A caller that does not know whether a message left must ask a person, or `list_messages`.
A key that comes with a request is written in the ledger as evidence, and changes nothing.
"""

import sqlite3
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel

from projects.example_systems.clock import utc_now
from projects.example_systems.effects import Done, EffectBody, Name, Text, perform
from projects.example_systems.exact_json import exact_json
from projects.example_systems.problems import Problem
from projects.example_systems.route import problems, system_router
from projects.example_systems.store import Store

router = system_router("notifications")

Channel = Literal["email", "sms", "letter"]


class NewMessage(EffectBody):
    """A message to send. The system has its own address book; the caller names only customer and channel."""

    customer: Name
    channel: Channel
    text: Text
    subject: Name | None = None


class Message(BaseModel):
    """A message that has been delivered."""

    message: str
    customer: str
    channel: Channel
    subject: str | None
    text: str
    case: str | None
    status: Literal["delivered"] = "delivered"
    at: str


class Messages(BaseModel):
    """Oldest first."""

    messages: list[Message]


@router.post(
    "/messages",
    operation_id="send_message",
    status_code=201,
    response_model=Message,
    responses=problems(s422="`undeliverable`: this customer cannot be reached by this channel; try another one"),
)
async def send_message(request: Request, body: NewMessage) -> Response:
    """Deliver a message, once more for each request. 422 `undeliverable` is definite: nothing was sent."""
    store: Store = request.app.state.store

    def change(transaction: sqlite3.Connection) -> Done:
        barred = store.row(
            "SELECT reason FROM notifications_undeliverable WHERE customer = ? AND channel = ?",
            body.customer,
            body.channel,
        )
        if barred is not None:
            raise Problem(
                422,
                "undeliverable",
                f"Not sent by {body.channel}: {barred['reason']}. Try another channel.",
                channel=body.channel,
                reason=barred["reason"],
            )
        at = utc_now()
        row = transaction.execute(
            "INSERT INTO notifications_message (customer, channel, subject, text, case_id, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (body.customer, body.channel, body.subject, body.text, body.case, at),
        )
        message = Message(
            message=f"MSG-{row.lastrowid:06}",
            customer=body.customer,
            channel=body.channel,
            subject=body.subject,
            text=body.text,
            case=body.case,
            at=at,
        )
        return Done(message, body.customer, message.message, body.customer)

    return perform(request, body, request.headers.get("Idempotency-Key"), change, honours_key=False)


@router.get("/messages", operation_id="list_messages", response_model=Messages)
async def list_messages(request: Request, customer: Annotated[str, Query(max_length=200)]) -> Response:
    """The messages that this customer was sent, oldest first."""
    store: Store = request.app.state.store
    messages = [
        Message(
            message=f"MSG-{row['id']:06}",
            customer=row["customer"],
            channel=row["channel"],
            subject=row["subject"],
            text=row["text"],
            case=row["case_id"],
            at=row["at"],
        )
        for row in store.rows("SELECT * FROM notifications_message WHERE customer = ? ORDER BY id", customer)
    ]
    return exact_json(Messages(messages=messages))
