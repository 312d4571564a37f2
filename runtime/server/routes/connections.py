"""``POST /connections/test``: one harmless call over a connection as this runtime has bound it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import AskedDesk
from runtime.wire import ConnectionTestRequest, ConnectionTestView

router = APIRouter(prefix="/connections", tags=["runtime"])


@router.post("/test", response_model=ConnectionTestView, openapi_extra=documented(ConnectionTestRequest))
async def test_connection(
    desk: AskedDesk, body: Annotated[ConnectionTestRequest, Depends(body_of(ConnectionTestRequest))]
) -> Response:
    """200 whether or not the other side answered; ``ok`` says which."""
    return json_response(await desk.test_connection(body))
