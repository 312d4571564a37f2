"""``/releases/{hash}``: hand in a packed project, named by the hash of its content (repeating is harmless); get it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk
from runtime.wire import Problem, ReleaseView
from runtime.wire.releases import MEDIA_TYPE

router = APIRouter(prefix="/releases", tags=["releases"])

_TYPES = {MEDIA_TYPE, "application/zip", "application/octet-stream"}


@router.put(
    "/{release}",
    response_model=ReleaseView,
    openapi_extra={
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def put_release(release: str, request: Request, desk: AskedDesk) -> Response:
    """201 when it is new, 200 when the store had it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _TYPES:
        raise Problem(
            415, "MEDIA_TYPE", "The body must be a .baton file.", todo=f"Send it with Content-Type: {MEDIA_TYPE}."
        )
    view = await desk.put_release(release, await request.body())
    return json_response(view, 200 if view.repeated else 201)


@router.get("/{release}", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}})
async def get_release(release: str, desk: AskedDesk) -> Response:
    """The package as it was handed in: a run is drawn on its own version, not on today's."""
    return Response(await desk.get_release(release), media_type=MEDIA_TYPE)
