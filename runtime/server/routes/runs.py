"""``/runs``: start, list, look, trace, cancel, suspend, resume. The journal's stream stands in ``events.py``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import After, AskedDesk, Limit, Wanted
from runtime.wire import (
    CancelRequest,
    ResumeRequest,
    RunList,
    RunView,
    StartedView,
    StartRequest,
    SuspendRequest,
    TraceView,
)

router = APIRouter(prefix="/runs", tags=["runs"])


@router.post("", response_model=StartedView, status_code=201, openapi_extra=documented(StartRequest))
async def start(desk: AskedDesk, body: Annotated[StartRequest, Depends(body_of(StartRequest))]) -> Response:
    """201 for a new run, 200 for a repetition by its key, 409 where the key belongs to another body."""
    view = await desk.start(body)
    response = json_response(view, 200 if view.repeated else 201)
    response.headers["Location"] = f"/runs/{view.run}"
    return response


@router.get("", response_model=RunList)
async def runs(
    desk: AskedDesk,
    state: Wanted = None,
    flow: Wanted = None,
    case: Wanted = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Runs, youngest first."""
    return json_response(await desk.runs(state=state, flow=flow, case=case, after=after, limit=limit))


@router.get("/{run}", response_model=RunView)
async def run_view(run: str, desk: AskedDesk) -> Response:
    """One run as it stands."""
    return json_response(await desk.run(run))


@router.get("/{run}/trace", response_model=TraceView)
async def trace(
    run: str, desk: AskedDesk, skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0, limit: Limit = 200
) -> Response:
    """Its steps and all that happened to each, masked."""
    return json_response(await desk.trace(run, skip=skip, limit=limit))


@router.post("/{run}/cancel", response_model=RunView, openapi_extra=documented(CancelRequest))
async def cancel(
    run: str, desk: AskedDesk, body: Annotated[CancelRequest, Depends(body_of(CancelRequest))]
) -> Response:
    """Ask the run to stop; again while it is stopping changes nothing."""
    return json_response(await desk.cancel(run, body))


@router.post("/{run}/suspend", response_model=RunView, openapi_extra=documented(SuspendRequest))
async def suspend(
    run: str, desk: AskedDesk, body: Annotated[SuspendRequest, Depends(body_of(SuspendRequest))]
) -> Response:
    """Let nothing new begin; facts still come in."""
    return json_response(await desk.suspend(run, body))


@router.post("/{run}/resume", response_model=RunView, openapi_extra=documented(ResumeRequest))
async def resume(
    run: str, desk: AskedDesk, body: Annotated[ResumeRequest, Depends(body_of(ResumeRequest))]
) -> Response:
    """End a suspension."""
    return json_response(await desk.resume(run, body))
