"""``GET /people``: who may act here, and in which roles."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk
from runtime.wire import PeopleView

router = APIRouter(prefix="/people", tags=["runtime"])


@router.get("", response_model=PeopleView)
async def people(desk: AskedDesk) -> Response:
    """The people of the environment with their roles; without a list, anybody may act in any role."""
    return json_response(await desk.people())
