"""httpx behind the guard: the one way in which connections speak HTTP.

Law: every hop is checked, also those of redirects; what identifies us (credentials, by name or by value, and all
headers that the connection itself adds) goes to the binding's own host only; no proxy or netrc from the environment, no
cookies kept; a reply is decompressed here and cut off at the connection's limit.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from nodes.contract import AttemptFailure
from runtime.connections.binding import Limits, Origin
from runtime.connections.guard import Guard, refuse
from runtime.connections.heads import head_awaited

_HOPS = "baton.hops"
"""Key of a request's extensions; httpx hands them on from hop to hop."""
_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
_NEUTRAL = frozenset(
    {"host", "accept", "accept-encoding", "user-agent", "connection", "content-length", "content-type"}
)
_OPTIONS = frozenset(
    {"base_url", "headers", "params", "auth", "timeout", "follow_redirects", "max_redirects", "cookies", "verify"}
)
_FREE_PIECES = 10_000
_CRUMB = 64
"""Bytes. After so many pieces a reply whose pieces are smaller on average is given up: each costs as much as a large
one, and two million bytes in pieces of one took 13 s of CPU."""
_KEEP_ALIVE = 4.0
"""Seconds; below the 5 s after which common servers close, so that an effect rarely meets a closing connection."""


class GuardedTransport(httpx.AsyncHTTPTransport):
    """One per client. ``is_secret(text)`` tells whether a header's value holds one of the connection's secrets."""

    def __init__(
        self,
        guard: Guard,
        home: Origin,
        limits: Limits,
        *,
        tls: ssl.SSLContext,
        own_headers: Iterable[str] = (),
        is_secret: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        super().__init__(verify=tls, trust_env=False)
        if not isinstance(getattr(self, "_pool", None), httpcore.AsyncConnectionPool):
            # Fail closed: with an httpx that keeps its pool elsewhere, requests would pass by the guard.
            raise RuntimeError("this version of httpx can't be guarded; install the one that Baton's constraints name")
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.at_once,
            max_keepalive_connections=limits.at_once,
            keepalive_expiry=_KEEP_ALIVE,
            network_backend=guard,
        )
        self._guard = guard
        self._home = home
        self._limits = limits
        self._own_headers = frozenset(name.lower() for name in own_headers) - _NEUTRAL
        self._is_secret = is_secret

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One hop. Raises ``AttemptFailure`` if the guard stops it."""
        hops = request.extensions.get(_HOPS, 0)
        request.extensions[_HOPS] = hops + 1
        # On a later hop an earlier one was answered already: whether that did something is not for us to say.
        unclear = hops > 0
        try:
            target = Origin.of(request.url.scheme, request.url.host, request.url.port)
        except ValueError as problem:
            raise refuse(f"The address can't be used: {problem}.", unclear=unclear) from None
        self._guard.check_origin(target, unclear=unclear)
        if target != self._home:
            for name in [name for name, value in request.headers.items() if self._identifies_us(name, value)]:
                del request.headers[name]
        try:
            with head_awaited():
                response = await super().handle_async_request(request)
        except AttemptFailure as failure:
            raise refuse(failure.message, unclear=unclear) from None
        return self._capped(response)

    def _identifies_us(self, name: str, value: str) -> bool:
        return name.lower() in _CREDENTIALS or name.lower() in self._own_headers or self._is_secret(value)

    def _capped(self, response: httpx.Response) -> httpx.Response:
        headers = response.headers.copy()
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding not in {"identity", ""}:
            del headers["content-encoding"]
            headers.pop("content-length", None)
        stream = _CappedStream(response.stream, coding, self._limits.reply_bytes)
        return httpx.Response(response.status_code, headers=headers, stream=stream, extensions=response.extensions)


class _CappedStream(httpx.AsyncByteStream):
    """A reply's body: decompressed piece by piece, so that a small reply that unfolds without end is cut off early."""

    def __init__(self, inner: Any, coding: str, limit: int) -> None:
        self._inner = inner
        self._coding = coding
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        room = self._limit
        async for piece in self._decoded():
            room -= len(piece)
            if room < 0:
                raise AttemptFailure(
                    "reply_too_large",
                    f"The reply is larger than {self._limit} bytes, the limit of this connection (reply_bytes).",
                    retryable=False,
                    unclear=True,
                )
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _decoded(self) -> AsyncIterator[bytes]:
        if self._coding in {"identity", ""}:
            async for piece in self._pieces():
                yield piece
            return
        if self._coding not in {"gzip", "x-gzip", "deflate"}:
            raise httpx.DecodingError(f"the reply is compressed in a way that nobody asked for: {self._coding}")
        unpack = _Unpacker()
        try:
            async for piece in self._pieces():
                for unpacked in unpack.feed(piece):
                    yield unpacked
        except zlib.error as problem:
            raise httpx.DecodingError("the reply is not compressed as it claims to be") from problem
        if not unpack.whole:
            raise httpx.RemoteProtocolError("the compressed reply is incomplete")

    async def _pieces(self) -> AsyncIterator[bytes]:
        """As they come over the wire. Raises ``AttemptFailure`` for a reply in crumbs."""
        count = size = 0
        async for piece in self._inner:
            count += 1
            size += len(piece)
            if count > _FREE_PIECES and size < count * _CRUMB:
                raise AttemptFailure(
                    "reply_in_crumbs",
                    f"The reply came in {count:,} pieces of fewer than {_CRUMB} bytes on average, and was not read on. "
                    "Ask those who run the system to send it in larger ones.",
                    retryable=False,
                    unclear=True,
                )
            yield piece


class _Unpacker:
    """Packed bytes to unpacked ones, at most 64 KiB at a time. Gzip may come in several members, one after the other
    (RFC 1952), and be filled up with zeros; anything else behind it raises ``zlib.error``."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self.whole = False
        """whether the last member has ended"""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self.whole:
                piece = piece.lstrip(b"\0")
                if not piece:
                    return
                self._member, self.whole = zlib.decompressobj(zlib.MAX_WBITS | 16), False
            yield self._member.decompress(piece, 65_536)
            while self._member.unconsumed_tail:
                yield self._member.decompress(self._member.unconsumed_tail, 65_536)
            self.whole = self._member.eof
            piece = self._member.unused_data


class GuardedNetwork:
    """``nodes.contract.Network`` for one connection: what a connection kind opens its client with."""

    def __init__(
        self,
        guard: Guard,
        home: Origin,
        limits: Limits,
        *,
        tls: ssl.SSLContext,
        is_secret: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self._guard = guard
        self._home = home
        self._limits = limits
        self._tls = tls
        self._is_secret = is_secret

    @asynccontextmanager
    async def http_client(self, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
        """An ``httpx.AsyncClient`` behind the guard. Options as httpx names them: base_url, headers, params, auth,
        timeout, follow_redirects, max_redirects; ``cookies`` is taken but none is ever kept; ``verify=False`` leaves
        certificates unchecked. Any other raises ``TypeError``, for it could lead around the guard."""
        if unknown := sorted(set(options) - _OPTIONS):
            raise TypeError(f"http_client takes no {', '.join(unknown)}; possible are {', '.join(sorted(_OPTIONS))}")
        options.pop("cookies", None)
        verify = options.pop("verify", True)
        if not isinstance(verify, bool):
            raise TypeError("verify is True or False; certificates to trust are the binding's ca_file")
        # Reading has no time limit of its own: the attempt has one in all, which a dripping reply can't stretch.
        options.setdefault("timeout", httpx.Timeout(None, connect=self._limits.connect_seconds))
        transport = GuardedTransport(
            self._guard,
            self._home,
            self._limits,
            tls=self._tls if verify else _unchecked(),
            own_headers=httpx.Headers(options.get("headers")).keys(),
            is_secret=self._is_secret,
        )
        async with httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            **options,
        ) as client:
            if "accept-encoding" not in httpx.Headers(options.get("headers")):
                client.headers["accept-encoding"] = "gzip, deflate"
            yield client


def _unchecked() -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=False, trust_env=False)
