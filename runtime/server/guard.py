"""What stands before every request, as one ASGI layer: where it comes from, how large it is, how long it takes.

Law: nothing is parsed, routed or logged before it has passed here. ``Host`` must be this server's own name (a page of a
stranger that resolves its name to 127.0.0.1 sends its own), ``Origin`` too where there is one, a body is cut off at its
limit whatever its headers say, and it must be complete in time (one byte a second holds no connection for long).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.server.answers import problem_response
from runtime.wire import Problem

MAX_BODY = 4_000_000
"""Bytes of one request: a step's input may be 2 MB (SEMANTICS N8), and JSON around it needs some room."""
MAX_RELEASE = 64_000_000
"""Bytes of one packed release."""
BODY_SECONDS = 30.0
"""So long may a body take to arrive."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content security policy of everything this server says: no script, no frame, forms to ourselves only."""

HEADERS = (
    (b"content-security-policy", PAGE_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not no-referrer: browsers would then send `Origin: null` with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Wraps the application. ``hosts``: every ``Host`` that means this server, such as ``127.0.0.1:8500``."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # No route of ours takes a websocket; refusing the hand-shake closes it with 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        guarded = _with_headers(send)
        refusal = self._refusal(scope)
        if refusal is None:
            body = _Body(receive, MAX_RELEASE if scope["path"].startswith("/releases/") else MAX_BODY)
            try:
                await self._app(scope, body.receive, guarded)
            except BodyRefused as refused:
                # Only reached where nothing has been answered yet: bodies are read before work begins.
                await problem_response(refused.problem)(scope, receive, guarded)
            return
        await problem_response(refusal)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Problem(
                421, "HOST", "This server does not go by that name.", todo="Use the address that it printed."
            )
        for origin in (value for name, value in headers if name == b"origin"):
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or host.lower() not in self._hosts:
                return Problem(403, "ORIGIN", "Requests from pages of other sites are refused.")
        if _controls(scope["path"].encode()) or _controls(unquote_to_bytes(scope["query_string"])):
            words = "There is a control character in the address, such as NUL or the end of a line."
            return Problem(400, "ADDRESS", words, todo="Ask without it; no name here holds one.")
        lengths = [value for name, value in headers if name == b"content-length"]
        limit = MAX_RELEASE if scope["path"].startswith("/releases/") else MAX_BODY
        if any(not value.isdecimal() or int(value[:12]) > limit or len(value) > 12 for value in lengths):
            return _too_large(limit)
        if any(value.strip().lower() != "identity" for name, value in headers if name == b"content-encoding"):
            return Problem(415, "ENCODING", "Compressed bodies are not taken.", todo="Send it as it is.")
        return None


def _controls(text: bytes) -> bool:
    return any(each < 32 or each == 127 for each in text)


class BodyRefused(Exception):
    """The body grew too large or took too long; carries the answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class _Body:
    """Counts and times what arrives."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0
        self._deadline: float | None = None
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        if self._deadline is None:
            self._deadline = clock() + BODY_SECONDS
        try:
            async with asyncio.timeout(max(0.0, self._deadline - clock())):
                message = await self._receive()
        except TimeoutError:
            raise BodyRefused(
                Problem(408, "SLOW", f"The request was not complete after {BODY_SECONDS:g} seconds.")
            ) from None
        if message["type"] == "http.disconnect":
            # Nobody hears the answer; it keeps a caller who went away from looking like a mistake of ours.
            raise BodyRefused(Problem(400, "CUT", "The request ended before its body was complete."))
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._size > self._limit:
                raise BodyRefused(_too_large(self._limit))
            self._complete = not message.get("more_body", False)
        return message


def _too_large(limit: int) -> Problem:
    return Problem(413, "TOO_LARGE", f"A request may have at most {limit:,} bytes.", todo="Send less at once.")


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {name for name, _ in HEADERS}
            given = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
            message = {**message, "headers": [*given, *HEADERS]}
        await send(message)

    return guarded
