"""``GET /style.css``: the looks of all pages. Public, since the login page wears it too."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

public = APIRouter()


@public.get("/style.css")
async def style() -> Response:
    """One style sheet, light and dark by what the system prefers."""
    content = files("runtime.server.pages").joinpath("templates", "style.css").read_bytes()
    return Response(content, media_type="text/css")
