"""``/incidents``: steps that need a person to decide how to go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import After, AskedDesk, Limit, Wanted
from runtime.wire import IncidentList, IncidentView, ResolvedView, ResolveRequest

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.get("", response_model=IncidentList)
async def incidents(desk: AskedDesk, run: Wanted = None, after: After = None, limit: Limit = 50) -> Response:
    """Open incidents, oldest first."""
    return json_response(await desk.incidents(run=run, after=after, limit=limit))


@router.get("/{incident}", response_model=IncidentView)
async def incident_view(incident: str, desk: AskedDesk) -> Response:
    """One open incident."""
    return json_response(await desk.incident(incident))


@router.post("/{incident}/resolution", response_model=ResolvedView, openapi_extra=documented(ResolveRequest))
async def resolve(
    incident: str, desk: AskedDesk, body: Annotated[ResolveRequest, Depends(body_of(ResolveRequest))]
) -> Response:
    """Decide how the step goes on; 409 if somebody was first."""
    return json_response(await desk.resolve(incident, body))
