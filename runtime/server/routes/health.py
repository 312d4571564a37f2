"""``GET /health``: whether the runtime can accept work (readiness). ``GET /health/live``: whether it lives.

Two questions, since who asks does two things: work is kept away from a server that is not ready, and one that does not
live is started again. No trouble that ``/health`` tells is over by starting Baton again.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk
from runtime.wire import HealthView

router = APIRouter(tags=["runtime"])


@router.get("/health", response_model=HealthView)
async def health(desk: AskedDesk) -> Response:
    """200 if work is taken, though perhaps not as it should be, else 503; with reasons."""
    view = await desk.health()
    return json_response(view, 503 if view.status == "unavailable" else 200)


@router.get("/health/live", response_model=HealthView)
async def live() -> Response:
    """200: it answers. Nothing else is looked at."""
    return json_response(HealthView(status="ok"))
