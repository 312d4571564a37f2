"""How the server reads bodies and writes answers: strict JSON in, digit-exact JSON out, problems in one shape.

FastAPI's own body parsing is not used: it reads numbers as binary fractions and takes ``NaN`` and repeated keys.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from runtime.wire import Problem, Request, from_bytes, to_bytes
from runtime.wire.problem import MEDIA_TYPE as PROBLEM_TYPE

Body = TypeVar("Body", bound=Request)


def json_response(message: BaseModel, status: int = 200) -> Response:
    """A message as an answer."""
    return Response(to_bytes(message), status_code=status, media_type="application/json")


def problem_response(problem: Problem) -> Response:
    """A refusal as an answer."""
    response = Response(to_bytes(problem.view), status_code=problem.status, media_type=PROBLEM_TYPE)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def body_of(kind: type[Body]) -> Callable[[HttpRequest], Coroutine[Any, Any, Body]]:
    """A dependency that reads the body as ``kind``. Refuses with 415, 400 or 422."""

    async def read(request: HttpRequest) -> Body:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem(
                415, "MEDIA_TYPE", "The body must be JSON.", todo="Send it with Content-Type: application/json."
            )
        return from_bytes(kind, await request.body())

    return read


def documented(kind: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI shall say about a body that ``body_of`` reads; for ``openapi_extra``."""
    schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
