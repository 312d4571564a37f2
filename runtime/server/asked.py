"""What routes ask their application for: the desk, and the limits of a page of a list."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Query, Request

from runtime.server.desk import Desk


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AskedDesk: TypeAlias = Annotated[Desk, Depends(_desk)]
"""The one implementation behind every route."""

Limit: TypeAlias = Annotated[int, Query(ge=1, le=500)]
"""Items on one page."""
After: TypeAlias = Annotated[str | None, Query(max_length=500)]
"""``next`` of the page before."""
Wanted: TypeAlias = Annotated[str | None, Query(min_length=1, max_length=300)]
"""A filter: exactly this."""
