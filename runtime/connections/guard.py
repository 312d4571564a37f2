"""The guard at the door to the network: decides at connect time which host and which address a connection may reach.

Used by ``transport.py`` as the network backend of httpx's pool, so that no request, redirect or retry gets past it: a
name is looked up once, *all* its addresses are judged, and the socket is opened to one of the judged addresses, never
to the name again (so an answer that changes between check and connect changes nothing).
Law: reachable is exactly what the binding names. Its own host may be private (loopback and on-premises systems); a
name that was public once may not turn private later (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore

from nodes.contract import AttemptFailure
from runtime.connections.addresses import Reach, reach_of
from runtime.connections.binding import Origin
from runtime.connections.heads import BoundedStream

LookUp = Callable[[str, int], Awaitable[list[str]]]
"""(host, port) -> all its addresses as text. Raises ``OSError``."""


async def look_up(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system's resolver gives them, in its order, each once."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def refuse(message: str, *, unclear: bool = False) -> AttemptFailure:
    """The failure of an attempt that the guard stopped: nothing was sent, and trying again would not help."""
    return AttemptFailure("address_refused", message, retryable=False, unclear=unclear)


class Guard(httpcore.AsyncNetworkBackend):
    """One per connection. ``origins``: what the binding names."""

    def __init__(
        self, connection: str, origins: frozenset[Origin], *, where: str = "", resolver: LookUp = look_up
    ) -> None:
        self._connection = connection
        self._origins = origins
        self._where = where
        self._look_up = resolver
        self._sockets = httpcore.AnyIOBackend()
        self._were_public: set[str] = set()

    def check_origin(self, origin: Origin, *, unclear: bool = False) -> None:
        """Raises ``AttemptFailure`` unless the binding names this host and port."""
        if origin not in self._origins:
            raise refuse(
                f"The connection {self._connection!r} may not reach {origin}. If it should, add {str(origin)!r} to its "
                f"allowed_hosts{f' in {self._where}' if self._where else ''}.",
                unclear=unclear,
            )

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Opens a socket to a judged address of the host; the first that answers, in the resolver's order."""
        origin = Origin.of("http", host, port)
        self.check_origin(origin)
        try:
            addresses = await asyncio.wait_for(self._look_up(origin.host, port), timeout)
        except TimeoutError as problem:
            raise httpcore.ConnectTimeout(f"looking up {origin.host} took too long") from problem
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"the host {origin.host} is not known here") from problem
        self._judge(origin, addresses)
        failure: Exception = httpcore.ConnectError(f"the host {origin.host} has no address")
        for address in addresses:
            try:
                stream = await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
                return BoundedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failure = problem
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  the signature is httpcore's
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket in the file system is nothing that a binding names."""
        raise refuse(f"The connection {self._connection!r} may not reach a local socket.")

    async def sleep(self, seconds: float) -> None:
        """As httpcore asks."""
        await self._sockets.sleep(seconds)

    def _judge(self, origin: Origin, addresses: list[str]) -> None:
        kinds = {reach_of(address) for address in addresses}
        if Reach.NEVER in kinds:
            raise refuse(
                f"The connection {self._connection!r} was stopped: {origin.host} leads to an address that is never "
                "reached (such as the metadata service of a cloud)."
            )
        if Reach.PRIVATE in kinds and (Reach.PUBLIC in kinds or origin.host in self._were_public):
            raise refuse(
                f"The connection {self._connection!r} was stopped: {origin.host} leads to public and to private "
                "addresses, as in an attack by a forged name. If the host has moved, restart Baton."
            )
        if Reach.PUBLIC in kinds:
            self._were_public.add(origin.host)
