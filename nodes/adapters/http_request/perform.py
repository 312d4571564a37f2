"""One attempt of ``adapters/http_request``, performed by the host.

What is told apart, because the engine goes by it (SEMANTICS R3, X3, X4): *not sent* (clear), *answered with a status*
(clear), and everything between: sent, and no whole answer came (unclear, unless the request changes nothing).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from decimal import Decimal
from http import HTTPStatus

import httpx

from nodes.adapters.http_request.connection import HttpConnection
from nodes.adapters.http_request.reply import (
    UnreadableReply,
    body_value,
    read_body,
    read_json,
    reply_headers,
    retry_after,
)
from nodes.adapters.http_request.request import build_request, refusal
from nodes.contract import AttemptFailure, NodeContext, Reply, Value, worth_another_try

MOST_REDIRECTS = 5
_SAFE = frozenset({"GET", "HEAD"})
_DETAIL_BYTES = 8_000
_DETAIL_SECONDS = 2.0
"""what may be spent on the reason for a refusal; that it is one is known by then"""


async def perform(input: Mapping[str, Value], context: NodeContext) -> Reply:  # noqa: A002  the contract's word
    """Sends one request and reads its answer. Raises ``AttemptFailure``."""
    return await _Attempt(input, context).run()


class _Attempt:
    def __init__(self, input: Mapping[str, Value], context: NodeContext) -> None:  # noqa: A002
        self.input = input
        self.context = context
        self.connection: HttpConnection = context.connection
        self.who = str(input["connection"])
        self.what = f"{input['method']} {input['path']}"
        self.sent: bool | None = None
        """None until the transport reports anything: then it can't be told, and counts as sent"""
        self.status: int | None = None
        """of the last answer whose head is whole, whatever becomes of the rest"""
        self.wait: float | None = None
        """seconds that it asks to stay away"""

    async def run(self) -> Reply:
        request = build_request(self.input, self.context)
        seconds = min(self.context.deadline, self.connection.timeout)
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request)
        except asyncio.CancelledError as problem:
            # The host's own limit is over, or the attempt is withdrawn: what is known is worth more than that.
            self._raise_if_refused(problem)
            raise
        except (TimeoutError, httpx.TimeoutException) as problem:
            self._raise_if_refused(problem)
            if self.sent is False or isinstance(problem, httpx.ConnectTimeout | httpx.PoolTimeout):
                raise self._failed("connect_timeout", "could not be reached in time", retryable=True) from problem
            said = f"gave no whole answer within {seconds:g} s"
            raise self._failed("timeout", said, retryable=True, lost=True) from problem
        except httpx.ConnectError as problem:
            raise self._unreachable(problem) from problem
        except httpx.DecodingError as problem:
            said = f"gave a reply that can't be unpacked: {_line(problem)}"
            raise self._failed("reply_unreadable", said, lost=True) from problem
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError) as problem:
            if self.status is not None:
                raise self._broken_off(problem, "redirects to what is no address") from problem
            raise refusal("bad_request", f"The request could not be sent: {_line(problem)}.") from problem
        except (httpx.NetworkError, httpx.ProtocolError) as problem:
            raise self._broken_off(problem, _what_broke(problem)) from problem

    async def _exchange(self, request: httpx.Request) -> Reply:
        for _ in range(MOST_REDIRECTS + 1):
            request.extensions["trace"] = self._trace
            response = await self.connection.client.send(request, stream=True, follow_redirects=False)
            try:
                onward = self._same_host_redirect(request, response)
                if onward is None:
                    return await self._answer(response)
            finally:
                await response.aclose()
            request = onward
        raise self._failed("too_many_redirects", f"redirected more than {MOST_REDIRECTS} times")

    async def _trace(self, event: str, info: Mapping[str, object]) -> None:
        """httpcore tells what it does; from the first byte of the request on, nobody knows what the other side did."""
        if event.endswith("send_request_headers.started"):
            self.sent, self.status = True, None
        elif event.endswith("receive_response_headers.complete"):
            self.status = _status(info.get("return_value"))
        elif self.sent is None:
            self.sent = False

    def _raise_if_refused(self, problem: BaseException, more: str = "broke off before it said more") -> None:
        """A status is a clear answer (X3), though its reason, or where it would lead, never came whole."""
        status = self.status
        if status is None or status < 300 or self.input["every_status_is_a_reply"]:
            return
        said = f"answered {status} {_phrase(status)} to {self.what}, and {more}"
        again = worth_another_try(status)
        raise self._failed(f"http_{status}", said, retryable=again, status=status, wait=self.wait) from problem

    def _broken_off(self, problem: Exception, said: str) -> AttemptFailure:
        """The request may have arrived although the answer did not. A redirect to what is no address is such a case,
        too: httpx looks at it before it hands the answer out."""
        if "redirects" in said:
            self._raise_if_refused(problem, said)
        self._raise_if_refused(problem)
        return self._failed("reply_incomplete", said, retryable=True, lost=self.sent is not False)

    def _same_host_redirect(self, request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
        """The next request, if a read was redirected within the same host; each passes the host's guard again."""
        onward = response.next_request
        if onward is None or request.method not in _SAFE or self.input["every_status_is_a_reply"]:
            return None
        old, new = request.url, onward.url
        return onward if (old.scheme, old.host, old.port) == (new.scheme, new.host, new.port) else None

    async def _answer(self, response: httpx.Response) -> Reply:
        status = response.status_code
        wait, note = retry_after(response, self.context.now())
        self.wait = wait
        if not (200 <= status < 300) and not self.input["every_status_is_a_reply"]:
            raise await self._refused(response, wait, note)
        try:
            body, notes = await self._body(response)
        except UnreadableReply as fault:
            # It was done or not done: a status outside 200 to 299 says clearly that it was not.
            lost = status < 300
            raise self._failed(fault.code, f"gave a reply that {fault}", lost=lost, status=status) from fault
        value = {
            "status": Decimal(status),
            "headers": reply_headers(response, self.connection.own_headers),
            "body": body,
        }
        return Reply(value, (*notes, *([note] if note else ())), retry_after=wait, status=status)

    async def _body(self, response: httpx.Response) -> tuple[Value, tuple[str, ...]]:
        if self.input["method"] == "HEAD" or response.status_code in {204, 304}:
            return None, ()
        return await body_value(response, str(self.input["response"]), self.context)

    async def _refused(self, response: httpx.Response, wait: float | None, note: str | None) -> AttemptFailure:
        status = response.status_code
        said = f"answered {status} {_phrase(status)} to {self.what}"
        if status in {401, 403}:
            said = f"refused our sign-in or our right to {self.what} ({status} {_phrase(status)}). Check the connection"
        elif 300 <= status < 400:
            said = f"answered {status} to {self.what}: it redirects to {_target(response)}, which is not followed"
        return self._failed(
            f"http_{status}",
            said + (f" ({note})" if note else ""),
            retryable=worth_another_try(status),
            status=status,
            wait=wait,
            detail=await self._detail(response),
        )

    async def _detail(self, response: httpx.Response) -> Value:
        """What the other side says about its refusal, if it says it briefly."""
        try:
            async with asyncio.timeout(_DETAIL_SECONDS):
                body = await read_body(response, _DETAIL_BYTES)
        except (UnreadableReply, AttemptFailure, httpx.HTTPError, TimeoutError):
            return None
        try:
            return {"body": read_json(body, "")[0]} if body else None
        except UnreadableReply:
            return {"body": body[:2_000].decode("utf-8", "replace")}

    def _unreachable(self, problem: httpx.ConnectError) -> AttemptFailure:
        causes = list(_causes(problem))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return self._failed("tls_failed", f"has no certificate that can be trusted: {_line(problem)}")
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return self._failed("host_unknown", "has an address that nobody knows (DNS)", retryable=True)
        return self._failed("connection_refused", "can't be reached: nothing answers at its address", retryable=True)

    def _failed(
        self,
        code: str,
        said: str,
        *,
        retryable: bool = False,
        lost: bool = False,
        status: int | None = None,
        wait: float | None = None,
        detail: Value = None,
    ) -> AttemptFailure:
        """``lost``: nobody can know whether it was done, unless there was nothing to do."""
        return AttemptFailure(
            code,
            f"{self.who} {said}.",
            retryable=retryable,
            unclear=lost and bool(self.input["changes_something"]),
            status=status,
            retry_after=wait,
            detail=detail,
        )


def _what_broke(problem: BaseException) -> str:
    if any(isinstance(cause, httpx.InvalidURL) for cause in _causes(problem)):
        return "redirects to what is no address"
    words = _line(problem)
    if "never ends" in words:
        return "sent heads without end, and never its answer"
    if isinstance(problem, httpx.NetworkError) or re.search("closed|disconnected|incomplete", words, re.I):
        return "broke off before its answer was whole"
    return f"answered with something that is not HTTP ({words.partition(':')[0]})"


def _status(head: object) -> int | None:
    """The status in what httpcore tells of an answer's head: (version, status, reason, headers, ...)."""
    return head[1] if isinstance(head, tuple) and len(head) > 1 and isinstance(head[1], int) else None


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(a status that no standard knows)"


def _target(response: httpx.Response) -> str:
    """The host alone: the rest of a redirect may carry a token."""
    onward = response.next_request
    if onward is None:
        return "nowhere"
    return onward.url.host if onward.url.scheme in {"http", "https"} else f"an address of the kind {onward.url.scheme}:"


def _line(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:200] or type(problem).__name__
