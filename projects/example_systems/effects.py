"""How an effect takes place: the change, its ledger row and its stored answer in ONE transaction, or none of them.

Called by each operation that changes something. Laws:
- one key names one request within one system: the same request again gets the first answer, byte for byte, with
  `Idempotency-Replayed: true`; another request under that key gets 422 and changes nothing;
- only a success is remembered: a refused request may be sent again under its key and is judged afresh;
- two requests are the same when method, path and the meaning of the body are (`49.9` is `49.90`; order is nothing).
"""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from projects.example_systems import ledger
from projects.example_systems.exact_json import encode
from projects.example_systems.problems import Problem
from projects.example_systems.store import Store

RequiredKey = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
Case = Annotated[str | None, Field(max_length=200, description="The caller's case; comes back in the ledger.")]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class EffectBody(BaseModel):
    """What every body that asks for an effect may carry. Unknown members are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    case: Case = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a change has done: the answer, and what the ledger says about it."""

    answer: BaseModel
    subject: str
    reference: str
    customer: str | None
    amount: Decimal | None = None


Change = Callable[[sqlite3.Connection], Done]


def perform(
    request: Request, body: EffectBody, key: str | None, change: Change, *, status: int = 201, honours_key: bool = True
) -> Response:
    """Carry out `change` once and answer with `status`.

    `change` runs inside the transaction; a Problem that it raises undoes all of it. `honours_key` False is a system
    that takes no notice of keys: the key is written down as evidence, each request is an effect of its own.
    """
    store: Store = request.app.state.store
    system, operation = request.state.system, request.state.operation
    fingerprint = _fingerprint(request, body)
    with store.write() as transaction:
        if key is not None and honours_key:
            earlier = store.row("SELECT * FROM answer WHERE system = ? AND key = ?", system, key)
            if earlier is not None:
                if earlier["request_hash"] != fingerprint:
                    raise Problem(
                        422,
                        "key_reused",
                        "This Idempotency-Key belongs to another request. Use a new key for a new request.",
                    )
                ledger.repeat(transaction, earlier["ledger_seq"])
                return _json(earlier["body"], earlier["status"], replayed=True)
        done = change(transaction)
        answer = encode(done.answer)
        seq = ledger.record(
            transaction,
            ledger.LedgerRecord(
                system=system,
                operation=operation,
                idempotency_key=key,
                request_hash=fingerprint,
                subject=done.subject,
                reference=done.reference,
                customer=done.customer,
                case=body.case,
                amount=done.amount,
                status=status,
                replayed=False,
            ),
        )
        if key is not None and honours_key:
            transaction.execute(
                "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", (system, key, fingerprint, status, answer, seq)
            )
    return _json(answer, status, replayed=False)


def _json(answer: bytes, status: int, *, replayed: bool) -> Response:
    headers = {"Idempotency-Replayed": "true"} if replayed else None
    return Response(answer, status, headers, "application/json")


def _fingerprint(request: Request, body: EffectBody) -> str:
    # The fields of a model are encoded in the order of its class, amounts with both decimals: a canonical form.
    parts = (request.method.encode(), request.url.path.encode(), encode(body))
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
