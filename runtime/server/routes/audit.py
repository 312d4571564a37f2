"""``/audit``: is the journal as it was written? Page by page, so that no request takes long."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import AskedDesk, Limit
from runtime.wire import AuditView, HeadList, HeadsRequest

router = APIRouter(prefix="/audit", tags=["audit"])

AfterStream = Annotated[str | None, Query(max_length=5000)]
"""Names of streams are longer than other cursors."""


@router.get("", response_model=AuditView)
async def audit(desk: AskedDesk, after: AfterStream = None) -> Response:
    """A part of the audit: the chains of all streams, then the heads that were recorded."""
    return json_response(await desk.audit(after=after))


@router.get("/heads", response_model=HeadList)
async def heads(desk: AskedDesk, after: AfterStream = None, limit: Limit = 500) -> Response:
    """Where all streams stand, to be kept elsewhere."""
    return json_response(await desk.heads(after=after, limit=limit))


@router.post("/heads", response_model=AuditView, openapi_extra=documented(HeadsRequest))
async def missing_heads(desk: AskedDesk, body: Annotated[HeadsRequest, Depends(body_of(HeadsRequest))]) -> Response:
    """Which of these heads the journal does not hold any more. Changes nothing."""
    return json_response(await desk.missing_heads(body))
