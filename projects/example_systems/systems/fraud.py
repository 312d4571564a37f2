"""The fraud check: a score for a customer and an amount. Reads only: nothing changes, nothing enters the ledger.

Law: the same customer and amount get the same answer, always; so a run that is resumed decides as it did before.
"""

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field

from projects.example_systems.effects import EffectBody, Name
from projects.example_systems.exact_json import Amount, PositiveAmount, exact_json
from projects.example_systems.route import system_router
from projects.example_systems.store import Store

router = system_router("fraud")

# Score of a customer that has no profile: unusual, not yet suspicious.
_STRANGER = (40, ["No history with this customer"])
# From this amount on, so many points more.
_BY_AMOUNT = ((Decimal(1000), 10), (Decimal(200), 5))
_HIGH, _MEDIUM = 70, 40


class CheckWish(EffectBody):
    """What to score."""

    customer: Name
    amount: PositiveAmount


class Check(BaseModel):
    """The verdict. `level` is low below 40, high from 70."""

    check: str
    customer: str
    amount: Amount
    score: Annotated[int, Field(ge=0, le=100)]
    level: Literal["low", "medium", "high"]
    reasons: list[str]


@router.post("/checks", operation_id="check_fraud", response_model=Check)
async def check_fraud(request: Request, body: CheckWish) -> Response:
    """Score a claim from 0 (harmless) to 100 (certain fraud), with reasons in words."""
    store: Store = request.app.state.store
    profile = store.row("SELECT score, reasons FROM fraud_profile WHERE customer = ?", body.customer)
    score, reasons = _STRANGER if profile is None else (profile["score"], json.loads(profile["reasons"]))
    extra = next((points for limit, points in _BY_AMOUNT if body.amount >= limit), 0)
    if extra:
        reasons = [*reasons, f"The amount of {body.amount} EUR adds {extra} points"]
    score = min(100, score + extra)
    level: Literal["low", "medium", "high"] = "high" if score >= _HIGH else "medium" if score >= _MEDIUM else "low"
    mark = hashlib.sha256(f"{body.customer}\n{body.amount}".encode()).hexdigest()[:8]
    return exact_json(
        Check(check=f"FC-{mark}", customer=body.customer, amount=body.amount, score=score, level=level, reasons=reasons)
    )
