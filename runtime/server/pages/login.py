"""``/login`` and ``/logout``: a person gives the server's token once and says who they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from runtime.server.access import Access, Session, check_csrf, form_of
from runtime.server.pages.rendering import render
from runtime.wire import Problem

public = APIRouter()
router = APIRouter()


async def _session(request: Request) -> Session:
    access: Access = request.app.state.access
    return await access.require_session(request)


@public.get("/login")
async def login_page(request: Request) -> Response:
    """The form; whoever is signed in goes on to the inbox."""
    access: Access = request.app.state.access
    if access.session_of(request) is not None:
        return RedirectResponse("/inbox", status_code=303)
    return await render(request, "login.html", user="", problem=None)


@public.post("/login")
async def login(request: Request) -> Response:
    """A new session each time, so that no cookie from before the login is worth anything after it."""
    access: Access = request.app.state.access
    user = ""
    try:
        fields = await form_of(request, request.app.state.origins)
        user = fields.get("user", "")
        session = access.sign_in(fields.get("token", ""), user, request.app.state.desk.knows)
    except Problem as problem:
        return await render(request, "login.html", problem.status, user=user, problem=problem)
    response = RedirectResponse("/inbox", status_code=303)
    # Not `secure`: this server speaks plain HTTP on the loopback address only.
    response.set_cookie(access.cookie, session.id, httponly=True, samesite="strict", path="/")
    return response


@router.post("/logout")
async def logout(request: Request, session: Annotated[Session, Depends(_session)]) -> Response:
    """Ends the session on the server, then in the browser."""
    access: Access = request.app.state.access
    check_csrf(session, await form_of(request, request.app.state.origins))
    access.sign_out(session)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(access.cookie, path="/")
    return response
