"""The way of every request to a system: its key, then the fault that it meets, then its operation.

`system_router` is called by each file of systems/, `judge_router` by admin.py. Law: no operation can be reached past
the key, and the key is checked before a byte of the body is read.
"""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from projects.example_systems.exact_json import ExactRequest
from projects.example_systems.fault_play import NoAnswer, play
from projects.example_systems.faults import FaultBoard
from projects.example_systems.keys import HEADER, JUDGE, Keys
from projects.example_systems.problems import MEDIA_TYPE, answer_bug, answer_problem

_log = logging.getLogger(__name__)

_PROBLEM: dict[str, Any] = {
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "code", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            }
        }
    }
}


def problems(**codes: str) -> dict[int | str, dict[str, Any]]:
    """The refusals of an operation for the OpenAPI document, as in `problems(s409="More than was paid")`."""
    return {int(status[1:]): {"description": why, **_PROBLEM} for status, why in codes.items()}


class _GuardedRoute(APIRoute):
    """A route behind a key; subclasses say whose key."""

    asks_for: str

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        operation = self.operation_id or self.name

        async def guarded(request: Request) -> Response:
            exact = ExactRequest(request.scope, request.receive)
            exact.state.system, exact.state.operation = self.asks_for, operation

            async def answer() -> Response:
                try:
                    return await handler(exact)
                except (StarletteHTTPException, RequestValidationError) as refusal:
                    return answer_problem(refusal)
                except Exception:  # noqa: BLE001 - a bug or a full disk: rolled back, told to stderr, answered as a 500.
                    # Were it left to uvicorn, it would also cut the connection, and with it requests that did no harm.
                    _log.exception("%s of %s failed; nothing took place", operation, self.asks_for)
                    return answer_bug()

            keys: Keys = request.app.state.keys
            try:
                keys.check(exact, self.asks_for)
                # Whole before any fault: a caller that gives up on a slow answer has sent its request all the same.
                await exact.body()
            except StarletteHTTPException as refusal:
                return answer_problem(refusal)
            except ClientDisconnect:
                return NoAnswer()
            board: FaultBoard = request.app.state.faults
            fault = board.meet(self.asks_for, operation, exact.headers.get("Idempotency-Key"))
            return await (answer() if fault is None else play(fault, exact, answer))

        return guarded


def _router(asks_for: str, prefix: str, tag: str) -> APIRouter:
    route = type(f"{asks_for.title()}Route", (_GuardedRoute,), {"asks_for": asks_for})
    # The key is checked above, before the body is read; this dependency only names it in the OpenAPI document.
    documented = APIKeyHeader(name=HEADER, scheme_name=f"{asks_for}_key", auto_error=False)
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=route,
        dependencies=[Security(documented)],
        responses=problems(s401="Missing or wrong API key", s422="The request does not fit"),
    )


def system_router(system: str) -> APIRouter:
    """A router under `/<system>` whose operations ask for the key of that system and meet its faults."""
    return _router(system, f"/{system}", system)


def judge_router(prefix: str) -> APIRouter:
    """A router for what judges the systems: behind the admin key, when one is set; never hit by a fault."""
    return _router(JUDGE, prefix, JUDGE)
