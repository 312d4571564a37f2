"""The judge's routes: read the ledger, set and lift faults, go back to the seeded stories.

Called by whoever tests or shows the systems, never by a flow. Behind the admin key when one is set.
"""

from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from projects.example_systems import ledger
from projects.example_systems.exact_json import exact_json
from projects.example_systems.faults import Fault, FaultBoard, FaultOrder
from projects.example_systems.ledger import LARGEST_PAGE, LedgerFilter, LedgerPage
from projects.example_systems.problems import Problem
from projects.example_systems.route import judge_router, problems
from projects.example_systems.seed import STORIES
from projects.example_systems.store import Store

ledger_router = judge_router("/ledger")
faults_router = judge_router("/faults")
seed_router = judge_router("/seed")

Filter = Annotated[str | None, Query(max_length=255)]


class Faults(BaseModel):
    """Oldest first, used-up ones too."""

    faults: list[Fault]


class Cleared(BaseModel):
    """How many faults were taken away."""

    deleted: int


class Seeded(BaseModel):
    """What the systems know again."""

    customers: int


def _filter(
    key: Filter = None,
    system: Filter = None,
    operation: Filter = None,
    subject: Filter = None,
    customer: Filter = None,
    case: Filter = None,
    replayed: bool | None = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="Only entries with a higher seq.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE,
) -> LedgerFilter:
    return LedgerFilter(key, system, operation, subject, customer, case, replayed, after, limit)


@ledger_router.get("", operation_id="read_ledger", response_model=LedgerPage)
async def read_ledger(request: Request, wanted: Annotated[LedgerFilter, Depends(_filter)]) -> Response:
    """What really happened, oldest first. `replayed=false` chooses the effects alone."""
    store: Store = request.app.state.store
    return exact_json(ledger.read(store, wanted))


@faults_router.post("", operation_id="set_fault", status_code=201, response_model=Fault)
async def set_fault(request: Request, body: FaultOrder) -> Response:
    """Let coming requests to a system, or to one of its operations, meet a fault."""
    known: dict[str, list[str]] = request.app.state.operations
    if body.operation is not None and body.operation not in known[body.system]:
        raise Problem(422, "unknown_operation", f"{body.system} has these operations: {', '.join(known[body.system])}.")
    board: FaultBoard = request.app.state.faults
    fault = board.set(body)
    if fault is None:
        raise Problem(409, "too_many_faults", "The board is full: DELETE /faults first.")
    return exact_json(fault, 201)


@faults_router.get("", operation_id="list_faults", response_model=Faults)
async def list_faults(request: Request) -> Response:
    """The faults on the board and the requests that each has hit."""
    board: FaultBoard = request.app.state.faults
    return exact_json(Faults(faults=board.current()))


@faults_router.delete("", operation_id="clear_faults", response_model=Cleared)
async def clear_faults(request: Request) -> Response:
    """Take all faults away."""
    board: FaultBoard = request.app.state.faults
    return exact_json(Cleared(deleted=board.clear()))


@faults_router.delete(
    "/{fault}", operation_id="delete_fault", response_model=Fault, responses=problems(s404="No such fault")
)
async def delete_fault(request: Request, fault: int) -> Response:
    """Take one fault away; the answer shows what it has hit."""
    board: FaultBoard = request.app.state.faults
    deleted = board.delete(fault)
    if deleted is None:
        raise Problem(404, "unknown_fault", "There is no fault with this id on the board.")
    return exact_json(deleted)


@seed_router.post("", operation_id="seed", response_model=Seeded)
async def seed(request: Request) -> Response:
    """Back to the first start: stories as seeded, ledger and keys empty, no faults."""
    store: Store = request.app.state.store
    board: FaultBoard = request.app.state.faults
    board.clear()
    store.reset()
    return exact_json(Seeded(customers=len(STORIES)))
