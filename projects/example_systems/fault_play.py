"""What meeting a fault does to a request. One function per kind; the table at the end is the whole list.

Called by route.py once the key is accepted. Law: slow, duplicate_delivery and truncate let the request through, effect
included, and spoil the way to its answer; all other kinds answer in its place, and nothing takes place.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request, Response

from projects.example_systems.connections import LiveConnections
from projects.example_systems.faults import Fault, FaultKind
from projects.example_systems.problems import problem_response

Answer = Callable[[], Awaitable[Response]]
SLOW_SECONDS: Final = 2.0

# What a proxy in front of a real system sends when its own session has run out: 200, and not a word of JSON.
LOGIN_PAGE: Final = "<!doctype html><title>Sign in</title><h1>Your session has expired</h1><form method=post></form>"


class NoAnswer(Response):
    """The connection is gone already; sending anything would be an error."""

    async def __call__(self, *_: object) -> None:
        return


class _HalfAnswer(Response):
    """The head of the whole answer, half of its body, then the end of the connection."""

    def __init__(self, whole: Response, request: Request) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))
        self._request = request

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = bytes(self.body)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _connections(self._request).hang_up(self._request)


def _connections(request: Request) -> LiveConnections:
    connections: LiveConnections = request.app.state.connections
    return connections


def _retry_after(fault: Fault, default: int | None = None) -> dict[str, str]:
    value = default if fault.retry_after is None else fault.retry_after
    return {} if value is None else {"Retry-After": str(value)}


async def _slow(fault: Fault, _: Request, answer: Answer) -> Response:
    # A client that gives up meanwhile does not stop the effect: that is what makes slow systems dangerous.
    await asyncio.sleep(SLOW_SECONDS if fault.seconds is None else fault.seconds)
    return await answer()


async def _status_500(fault: Fault, *_: object) -> Response:
    return problem_response(500, "internal_error", "The system failed on this request.", headers=_retry_after(fault))


async def _status_429(fault: Fault, *_: object) -> Response:
    return problem_response(429, "too_many_requests", "Slow down.", headers=_retry_after(fault, default=1))


async def _outage(fault: Fault, *_: object) -> Response:
    return problem_response(503, "outage", f"The system {fault.system} is down.", headers=_retry_after(fault))


async def _cut_connection(_: Fault, request: Request, __: Answer) -> Response:
    await _connections(request).cut(request)
    return NoAnswer()


async def _duplicate_delivery(_: Fault, request: Request, answer: Answer) -> Response:
    await answer()
    await _connections(request).cut(request)
    return NoAnswer()


async def _hang(fault: Fault, request: Request, _: Answer) -> Response:
    ends = [asyncio.ensure_future(fault.lifted()), asyncio.ensure_future(_connections(request).gone(request))]
    try:
        await asyncio.wait(ends, timeout=fault.seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
    await _connections(request).cut(request)
    return NoAnswer()


async def _truncate(_: Fault, request: Request, answer: Answer) -> Response:
    return _HalfAnswer(await answer(), request)


async def _not_json(*_: object) -> Response:
    return Response(LOGIN_PAGE, 200, media_type="text/html")


_PLAYS: Final[dict[FaultKind, Callable[[Fault, Request, Answer], Awaitable[Response]]]] = {
    FaultKind.SLOW: _slow,
    FaultKind.STATUS_500: _status_500,
    FaultKind.STATUS_429: _status_429,
    FaultKind.OUTAGE: _outage,
    FaultKind.CUT_CONNECTION: _cut_connection,
    FaultKind.DUPLICATE_DELIVERY: _duplicate_delivery,
    FaultKind.HANG: _hang,
    FaultKind.TRUNCATE: _truncate,
    FaultKind.NOT_JSON: _not_json,
}


async def play(fault: Fault, request: Request, answer: Answer) -> Response:
    """The answer, if any, of a request that has met `fault`; `answer()` is what it would have got, effect included."""
    return await _PLAYS[fault.kind](fault, request, answer)
