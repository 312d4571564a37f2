"""``GET /style.css`` and ``GET /icon.svg``: the looks of all pages. Public, since the login page wears them too."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

public = APIRouter()


@public.get("/style.css")
async def style() -> Response:
    """One style sheet, light and dark by what the system prefers."""
    return _file("style.css", "text/css")


@public.get("/icon.svg")
async def icon() -> Response:
    """Baton's mark, for the browser's tab."""
    return _file("icon.svg", "image/svg+xml")


def _file(name: str, media_type: str) -> Response:
    content = files("runtime.server.pages").joinpath("templates", name).read_bytes()
    return Response(content, media_type=media_type)
