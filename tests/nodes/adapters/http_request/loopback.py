"""A real HTTP server on loopback that does what it is told, byte by byte, and keeps every request it saw."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from nodes.adapters.http_request.connection import CONNECTION_KIND, Fields
from nodes.contract import Document
from runtime.connections.binding import Limits, Origin
from runtime.connections.guard import Guard
from runtime.connections.transport import GuardedNetwork

NOW = dt.datetime(2026, 5, 1, 10, 0, tzinfo=dt.UTC)


@dataclass
class Seen:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


def plain(status="200 OK", body=b"{}", headers=("Content-Type: application/json",)) -> Answer:
    """A whole, well-formed answer."""

    async def answer(seen, writer):
        head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
        writer.write("\r\n".join(head).encode() + body)

    return answer


@dataclass
class Server:
    """``answers``: path -> what to do there."""

    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    port: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *rest = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest if each)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            seen = Seen(line, headers, body)
            self.seen.append(seen)
            path = line.split(" ")[1].partition("?")[0]
            await self.answers[path](seen, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, which is what several tests want
        finally:
            writer.close()


@asynccontextmanager
async def serving(**answers: Answer):
    server = Server({f"/{name}": answer for name, answer in answers.items()})
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


@dataclass
class Context:
    """What a host would lend."""

    connection: object
    deadline: float = 5.0
    idempotency_key: str = "run-1:4:0"
    run: str = "run-1"
    step: str = "call#1"
    attempt: int = 1
    saved: dict[str, bytes] = field(default_factory=dict)

    async def save_document(self, name, media_type, content):
        self.saved[name] = content
        return Document(name, media_type, len(content), hashlib.sha256(content).hexdigest())

    async def read_document(self, document):
        return self.saved[document.name]

    def now(self):
        return NOW


@asynccontextmanager
async def connected(url, secret=None, **fields):
    """The connection kind's own connection to ``url``, through the host's guarded door."""
    if secret is not None:
        fields["secret"] = "env:THE_SECRET"
    secrets = {"secret": secret} if secret is not None else {}
    home = Origin.of_url(url)
    network = GuardedNetwork(Guard("crm", frozenset({home})), home, Limits(), tls=ssl.create_default_context())
    async with CONNECTION_KIND.open(Fields(url=url, **fields), secrets, network) as connection:
        yield connection
