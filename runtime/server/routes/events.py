"""``GET /runs/{run}/events``: the journal as a page of JSON, or, asked for ``text/event-stream``, as it grows.

The stream has three kinds of events: ``event`` (one of the journal, its id is the sequence number to resume from),
``run`` (the run's view, each time it comes to rest; the last one once it has ended) and ``problem``. A comment every 15
seconds keeps the connection alive; ``Last-Event-ID`` resumes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk, Limit
from runtime.server.desk import Desk
from runtime.wire import EventPage, EventView, Problem, to_bytes

router = APIRouter(prefix="/runs", tags=["runs"])

SIGN_OF_LIFE = 15.0
"""seconds"""


@router.get(
    "/{run}/events",
    response_model=EventPage,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(
    run: str, request: Request, desk: AskedDesk, after: Annotated[int, Query(ge=0, le=10**9)] = 0, limit: Limit = 200
) -> Response:
    """A page; or a stream, if the Accept header asks for one."""
    if "text/event-stream" not in request.headers.get("accept", ""):
        return json_response(await desk.events(run, after=after, limit=limit))
    resumed = request.headers.get("last-event-id", "")
    if resumed:
        if not resumed.isdecimal() or len(resumed) > 9:
            raise Problem(422, "LAST_EVENT_ID", "Last-Event-ID must be a sequence number.", where="Last-Event-ID")
        after = int(resumed)
    await desk.run(run)  # an unknown run is a 404, not a stream that says so
    closing: asyncio.Event = request.app.state.closing
    return StreamingResponse(_stream(desk, run, after, closing), media_type="text/event-stream")


async def _stream(desk: Desk, run: str, after: int, closing: asyncio.Event) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    async with aclosing(desk.follow(run, after=after)) as followed:
        drained = asyncio.ensure_future(closing.wait())
        coming: asyncio.Future[Any] | None = None
        try:
            while True:
                coming = coming or asyncio.ensure_future(anext(followed, None))
                waiting: set[asyncio.Future[Any]] = {coming, drained}
                await asyncio.wait(waiting, timeout=SIGN_OF_LIFE, return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    item, coming = coming.result(), None
                    if item is None:
                        return
                    if isinstance(item, EventView):
                        yield b"id: %d\nevent: event\ndata: %b\n\n" % (item.seq, to_bytes(item))
                    else:
                        yield b"event: run\ndata: %b\n\n" % to_bytes(item)
                elif drained.done():
                    return
                else:
                    yield b": still here\n\n"
        except Problem as problem:
            yield b"event: problem\ndata: %b\n\n" % to_bytes(problem.view)
        finally:
            drained.cancel()
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
