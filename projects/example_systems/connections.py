"""The live TCP connections, so that a fault may cut one: HTTP has no way to say "now drop the line".

`protocol_for` is given to uvicorn by process.py; fault_play.py cuts. Law: a connection is known by the address of its
client, which is unique among the live ones of one listening socket.
"""

import asyncio
from dataclasses import dataclass, field

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class _Live:
    transport: asyncio.Transport
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class LiveConnections:
    """Which connections are open, and how to end one."""

    def __init__(self) -> None:
        self._live: dict[tuple[str, int], _Live] = {}

    def opened(self, client: tuple[str, int], transport: asyncio.Transport) -> None:
        """Note a new connection."""
        self._live[client] = _Live(transport)

    def closed(self, client: tuple[str, int]) -> None:
        """Forget a connection and wake whoever waits for its end."""
        live = self._live.pop(client, None)
        if live is not None:
            live.closed.set()

    async def cut(self, request: Request) -> None:
        """Drop the connection at once; what was not yet sent is never sent. Returns when it is gone."""
        live = self._of(request)
        if live is not None:
            live.transport.abort()
            await live.closed.wait()

    async def hang_up(self, request: Request) -> None:
        """Close the connection after what was already written has left. Returns when it is gone."""
        live = self._of(request)
        if live is not None:
            live.transport.close()
            await live.closed.wait()

    async def gone(self, request: Request) -> None:
        """Wait until the client has left."""
        live = self._of(request)
        if live is not None:
            await live.closed.wait()

    def _of(self, request: Request) -> _Live | None:
        return None if request.client is None else self._live.get((request.client.host, request.client.port))


def protocol_for(connections: LiveConnections) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol, reporting each connection to `connections`."""

    class ReportingProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                connections.opened(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.client is not None:
                connections.closed(self.client)

    return ReportingProtocol
