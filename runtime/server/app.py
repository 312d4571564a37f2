"""``create_app``: the composition root of the server. All routes, all pages, one guard, one door-keeper."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from runtime.server.access import Access, SignInFirst
from runtime.server.answers import problem_response
from runtime.server.desk import Desk
from runtime.server.guard import BodyRefused, Guard
from runtime.server.pages import page_routers, public_routers
from runtime.server.routes import all_routers
from runtime.wire import Problem

_log = logging.getLogger(__name__)


def create_app(desk: Desk, token: str, *, hosts: Collection[str], port: int = 0) -> FastAPI:
    """The server over a desk. ``hosts``: every Host header that means this server (``127.0.0.1:8500``).

    FastAPI's own pages of documentation are off: they load scripts from elsewhere and would stand outside the guard.
    """
    app = FastAPI(title="Baton", version="1", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    access = Access(token=token, port=port)
    app.state.desk = desk
    app.state.access = access
    app.state.origins = frozenset(f"http://{host.lower()}" for host in hosts)
    app.state.closing = asyncio.Event()
    for router in all_routers():
        app.include_router(router, dependencies=[Depends(access.require_token)])
    for router in page_routers():
        app.include_router(router, dependencies=[Depends(access.require_session)], include_in_schema=False)
    for router in public_routers():
        app.include_router(router, include_in_schema=False)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(BodyRefused, _body_refused)
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(RequestValidationError, _bad_parameter)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(Guard, hosts=hosts)
    return app


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem_response(problem)


async def _body_refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, BodyRefused)
    return problem_response(refused.problem)


async def _sign_in_first(request: Request, asked: Exception) -> Response:
    assert isinstance(asked, SignInFirst)
    # Told with 401, so that nothing reads the login page as the answer; the page is shown all the same.
    return (
        RedirectResponse("/login", status_code=303)
        if request.method in {"GET", "HEAD"}
        else problem_response(Problem(401, "SESSION", "Your session has ended.", todo="Sign in again."))
    )


async def _bad_parameter(request: Request, found: Exception) -> Response:
    assert isinstance(found, RequestValidationError)
    places = [
        {"where": str(error["loc"][-1]), "message": str(error["msg"])} for error in found.errors() if error.get("loc")
    ]
    where = places[0]["where"] if places else ""
    words = places[0]["message"] if places else "something does not fit"
    return problem_response(
        Problem(422, "UNFIT", f"{where}: {words}.", where=where, todo="Correct it and ask again.", detail=places)
    )


async def _http(request: Request, raised: Exception) -> Response:
    """404 and 405 of the router. Without the token even the question what exists is refused (default deny)."""
    assert isinstance(raised, HTTPException)
    access: Access = request.app.state.access
    if not access.bears_token(request) and access.session_of(request) is None:
        return problem_response(Problem(401, "TOKEN", "This needs the server's token."))
    if raised.status_code == 405:
        response = problem_response(Problem(405, "METHOD", f"{request.method} is not possible here."))
        response.headers.update(raised.headers or {})
        return response
    return problem_response(Problem(raised.status_code, "UNKNOWN_ROUTE", "There is nothing at this address."))


async def _fault(request: Request, fault: Exception) -> Response:
    """A mistake of ours: the log has the trace, the caller a sentence."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=fault)
    return problem_response(
        Problem(
            500, "FAULT", "Baton made a mistake; nothing of this request was applied.", todo="See the server's log."
        )
    )
