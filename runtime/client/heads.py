"""How much may come from a server before the head of its answer is whole.

The parser bounds one head, but not how many interim ones (status 100 to 199) go before it: whoever sends them without
end would be listened to for ever, though nothing of them is an answer.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

HEAD_BYTES = 128 * 1024
"""Heads that come before the answer and its own head, together; the parser takes 100 KiB for one."""
_AT_A_TIME = 16 * 1024
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)
"""httpx' own"""

_room: ContextVar[list[int] | None] = ContextVar("room for the head of an answer", default=None)


class EndlessHead(Exception):
    """No end of the head of an answer is in sight."""


class BoundedTransport(httpx.HTTPTransport):
    """The network without proxies. Raises ``EndlessHead``, besides what httpx does.

    ``secure``: whom this machine trusts is read, which takes 20 ms; plain HTTP asks nobody.
    """

    def __init__(self, *, secure: bool = True) -> None:
        context = _trusting() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(verify=context, trust_env=False)
        # httpx has no door for a network of one's own; its pool is httpcore's, which has.
        if not isinstance(getattr(self, "_pool", None), httpcore.ConnectionPool):
            raise TypeError("this version of httpx does not keep its connections in a pool of httpcore")
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=_Network(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer once its head is whole."""
        before = _room.set([HEAD_BYTES])
        try:
            return super().handle_request(request)
        finally:
            _room.reset(before)


def _trusting() -> ssl.SSLContext:
    """Whom this machine trusts: a company's runtime has a certificate of the company."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


class _Network(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._sockets.connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        room = _room.get()
        if room is None:
            return self._inner.read(max_bytes, timeout)
        got = self._inner.read(min(max_bytes, _AT_A_TIME), timeout)
        room[0] -= len(got)
        if room[0] < 0:
            raise EndlessHead
        return got

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
