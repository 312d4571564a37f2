"""``GET /node-types``: what this runtime can perform."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from runtime.server.answers import json_response
from runtime.server.asked import AskedDesk
from runtime.wire import NodeTypeList

router = APIRouter(prefix="/node-types", tags=["runtime"])


@router.get("", response_model=NodeTypeList)
async def node_types(desk: AskedDesk) -> Response:
    """Every version of every node type, broken ones with their reason."""
    return json_response(await desk.node_types())
