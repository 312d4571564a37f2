"""``GET /openapi.json``: the description of this API, behind the token like everything else."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from runtime.wire import write_json

router = APIRouter(tags=["runtime"])


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """OpenAPI 3.1."""
    return Response(write_json(request.app.openapi()), media_type="application/json")
