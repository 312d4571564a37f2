"""How much may come over a socket before a reply's head is whole.

The parser below bounds one head, but not how many interim ones (status 100 to 199) go before it: a system that sends
them without end took all CPU for as long as an attempt may last.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

HEAD_BYTES = 128 * 1024
"""Heads that come before the reply and its own head, together; the parser takes 100 KiB for one."""
_AT_A_TIME = 16 * 1024

_room: ContextVar[list[int] | None] = ContextVar("room for the head of a reply", default=None)


@contextmanager
def head_awaited() -> Iterator[None]:
    """Within it, ``BoundedStream`` reads at most ``HEAD_BYTES``."""
    before = _room.set([HEAD_BYTES])
    try:
        yield
    finally:
        _room.reset(before)


class BoundedStream(httpcore.AsyncNetworkStream):
    """A socket, or the TLS upon it, that breaks off where a head does not end."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  httpcore's
        """Raises ``httpcore.RemoteProtocolError`` if the head takes too long."""
        room = _room.get()
        if room is None:
            return await self._inner.read(max_bytes, timeout)
        got = await self._inner.read(min(max_bytes, _AT_A_TIME), timeout)
        room[0] -= len(got)
        if room[0] < 0:
            raise httpcore.RemoteProtocolError("the head of the reply never ends")
        return got

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  httpcore's
        """As it is."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """As it is."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """The encrypted stream, bounded as well."""
        return BoundedStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """As it is."""
        return self._inner.get_extra_info(info)
