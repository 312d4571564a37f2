"""``POST /signals``: hand in a signal for whichever run waits for it, now or later."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import AskedDesk
from runtime.wire import SignalRequest, SignalView

router = APIRouter(prefix="/signals", tags=["signals"])


@router.post("", response_model=SignalView, status_code=202, openapi_extra=documented(SignalRequest))
async def send_signal(desk: AskedDesk, body: Annotated[SignalRequest, Depends(body_of(SignalRequest))]) -> Response:
    """202 once it is durable; 200 for a repetition by its id, 409 where the id belongs to another content."""
    view = await desk.send_signal(body)
    return json_response(view, 200 if view.repeated else 202)
