"""Refusals as problem documents (RFC 9457, `application/problem+json`): one shape for every error of every system.

Called by every route, and by the server for what no route answers. Law: a problem names what, where and what to do,
has a stable `code`, and never quotes the input or a traceback.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import HTTPException, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

MEDIA_TYPE = "application/problem+json"
_encoder = msgspec.json.Encoder(decimal_format="number")


class Problem(HTTPException):
    """A refusal. `code` is stable and machine-readable; `members` are extension members (amounts as Decimal)."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.members = members


def problem_response(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """The answer that carries a problem."""
    document = {
        "type": f"urn:example-systems:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    return Response(_encoder.encode(document), status, dict(headers or {}), MEDIA_TYPE)


def answer_problem(error: StarletteHTTPException | RequestValidationError) -> Response:
    """Any refusal, ours or the framework's, as a problem document."""
    if isinstance(error, Problem):
        return problem_response(error.status_code, error.code, error.detail, headers=error.headers, **error.members)
    if isinstance(error, StarletteHTTPException):
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return problem_response(error.status_code, code, str(error.detail), headers=error.headers)
    return _invalid_request(error.errors())


def answer_bug() -> Response:
    """The answer to what should not happen: nothing of the cause goes out."""
    return problem_response(500, "bug", "The example systems have failed; what went wrong stands in their stderr.")


def _invalid_request(errors: Any) -> Response:
    """400 for a missing idempotency key (the caller must change how it calls), else 422 with one row per field."""
    rows = [
        {"where": ".".join(str(part) for part in error["loc"]), "message": error["msg"].removeprefix("Value error, ")}
        for error in errors
    ]
    if any(row["where"].lower() == "header.idempotency-key" for row in rows):
        return problem_response(
            400,
            "idempotency_key_required",
            "This moves money: send an Idempotency-Key header of 1 to 255 characters, the same for each retry.",
        )
    where = ", ".join(row["where"] for row in rows)
    return problem_response(422, "invalid_request", f"The request does not fit: {where}.", errors=rows)
