"""One TCP proxy that spoils connections: seeded, so that a fault found once can be played again.

Called by `test_http_faults.py` and by whoever wants a network that can't be trusted. It stands between Baton and a real
server, forwards one request a connection, and does to it, or to its reply, what the next `Spoil` says; without one it
is only a way through. Law: it never invents a success; what reaches the server reached it whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
import struct
from collections import Counter, deque
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

Kind = Literal[
    "delay",
    "trickle",
    "cut_before",
    "cut_after",
    "half_close",
    "truncate",
    "reset",
    "garble",
    "refuse",
    "stall",
    "hang",
    "deaf",
]
REACHES_SERVER: Final = frozenset(
    {"delay", "trickle", "cut_after", "half_close", "truncate", "reset", "garble", "hang"}
)
"""kinds that spoil only the reply: the request arrived and was done"""
MOST_HEAD: Final = 64_000


@dataclass(frozen=True, slots=True)
class Spoil:
    """`delay` and `trickle`: `seconds` before the reply, or before each byte. `cut_before`/`cut_after`: the connection
    ends without a reply, before or after the server had the request. `half_close`: half of the reply, then only our
    side is closed. `truncate`: the reply without its last bytes. `reset`: half of it, then RST. `garble`: bytes of the
    reply are changed. `refuse`: `status` and `retry_after`, and the server hears nothing. `stall`: the same, and the
    reason never comes. `hang`: the server has it, nothing comes back. `deaf`: accepted, never read."""

    kind: Kind
    seconds: float = 0.0
    status: int = 503
    retry_after: str | None = None

    def __str__(self) -> str:
        more = f"_{self.status}_{self.retry_after}" if self.kind in {"refuse", "stall"} else ""
        return re.sub(r"\W+", "_", f"{self.kind}{more}")


class Proxy:
    """Use as an async context manager in the loop of the caller; `url` then stands for the server's."""

    def __init__(self, host: str, port: int, *, seed: int = 0) -> None:
        self.url = ""
        self.met: Counter[str] = Counter()
        """kind -> how many requests met it; "" counts those that went through"""
        self._upstream = (host, port)
        self._random = random.Random(seed)
        self._spoils: deque[Spoil] = deque()
        self._always: Spoil | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def spoil(self, *spoils: Spoil) -> None:
        """The next requests, one each."""
        self._spoils.extend(spoils)

    def always(self, spoil: Spoil | None) -> None:
        """Every request from now on, unless `spoil` has one for it."""
        self._always = spoil

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self._writers.add(writer)
        try:
            # The other side may go away at any moment: that is what it is here for.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._one(reader, writer)
        finally:
            self._open.discard(task)
            self._writers.discard(writer)
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        spoil = self._spoils.popleft() if self._spoils else self._always
        self.met[spoil.kind if spoil else ""] += 1
        if spoil is not None and spoil.kind == "deaf":
            await reader.read()  # until the other side gives up; what it sends is thrown away
            return
        if spoil is not None and spoil.kind == "cut_before":
            return
        if spoil is not None and spoil.kind in {"refuse", "stall"}:
            said = _refusal(spoil)
            await self._say(writer, said if spoil.kind == "refuse" else said[: said.index(b"\r\n\r\n") + 4])
            if spoil.kind == "stall":
                await reader.read()  # until the other side gives up
            return
        reply = await self._forward(head, await reader.readexactly(_length(head)))
        if spoil is None:
            await self._say(writer, reply)
        else:
            await self._spoiled(spoil, reply, reader, writer)

    async def _forward(self, head: bytes, body: bytes) -> bytes:
        """The whole reply of the server, which closes after it."""
        upstream, out = await asyncio.open_connection(*self._upstream)
        try:
            out.write(re.sub(rb"(?im)^connection:[^\r]*\r\n", b"", head)[:-2] + b"Connection: close\r\n\r\n" + body)
            await out.drain()
            return await upstream.read(-1)
        finally:
            out.close()

    async def _spoiled(
        self, spoil: Spoil, reply: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        half = reply.index(b"\r\n\r\n") + 4 + _length(reply) // 2
        match spoil.kind:
            case "delay":
                await asyncio.sleep(spoil.seconds)
                await self._say(writer, reply)
            case "trickle":
                for at in range(len(reply)):
                    await asyncio.sleep(spoil.seconds)
                    await self._say(writer, reply[at : at + 1])
            case "cut_after":
                pass
            case "half_close":
                await self._say(writer, reply[:half])
                writer.write_eof()
                await reader.read()
            case "truncate":
                await self._say(writer, reply[: half if half < len(reply) else len(reply) - 1])
            case "reset":
                await self._say(writer, reply[:half])
                _end_by_reset(writer)
            case "garble":
                await self._say(writer, self._garbled(reply))
            case "hang":
                await reader.read()

    def _garbled(self, reply: bytes) -> bytes:
        """Three bytes of what follows the status line are something else."""
        spoiled = bytearray(reply)
        for _ in range(3):
            spoiled[self._random.randrange(reply.index(b"\r\n") + 2, len(reply))] = self._random.randrange(128, 256)
        return bytes(spoiled)

    @staticmethod
    async def _say(writer: asyncio.StreamWriter, content: bytes) -> None:
        writer.write(content)
        await writer.drain()


def _length(head: bytes) -> int:
    found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    return int(found[1]) if found else 0


def _refusal(spoil: Spoil) -> bytes:
    after = f"Retry-After: {spoil.retry_after}\r\n" if spoil.retry_after is not None else ""
    words = '{"detail": "Not now."}'
    return (
        f"HTTP/1.1 {spoil.status} Not now\r\nContent-Type: application/json\r\n{after}"
        f"Content-Length: {len(words)}\r\nConnection: close\r\n\r\n{words}"
    ).encode()


def _end_by_reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
