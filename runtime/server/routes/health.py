"""``GET /health``: whether the runtime can accept work."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk
from runtime.wire import HealthView

router = APIRouter(tags=["runtime"])


@router.get("/health", response_model=HealthView)
async def health(desk: AskedDesk) -> Response:
    """200 if all is well, else 503 with the reason."""
    view = await desk.health()
    return json_response(view, 200 if view.ok else 503)
