"""The proxy itself: without a spoil it is only a way through, with one it does what it says, and a seed repeats it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.faults.proxy import Proxy, Spoil

BODY = b'{"customer": "C-1001", "name": "Amelia Hart"}'


def through(ask: Callable[[Proxy, list[bytes]], Awaitable[object]], *, seed: int = 0) -> object:
    """Asks a tiny server through a proxy; the list holds the requests that reached it."""
    reached: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY))
        await writer.drain()
        writer.close()

    async def story() -> object:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, Proxy(*server.sockets[0].getsockname()[:2], seed=seed) as proxy:
            return await ask(proxy, reached)

    return asyncio.run(asyncio.wait_for(story(), 20))


async def get(proxy: Proxy) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=0.5) as client:
        return await client.get(proxy.url)


def test_without_a_spoil_it_is_only_a_way_through() -> None:
    async def ask(proxy: Proxy, reached: list[bytes]) -> None:
        assert (await get(proxy)).content == BODY
        assert len(reached) == 1
        assert proxy.met[""] == 1

    through(ask)


@pytest.mark.parametrize(
    ("kind", "error", "arrives"),
    [
        ("cut_before", httpx.RemoteProtocolError, False),
        ("cut_after", httpx.RemoteProtocolError, True),
        ("truncate", httpx.RemoteProtocolError, True),
        ("half_close", httpx.RemoteProtocolError, True),
        ("reset", httpx.ReadError, True),
        ("hang", httpx.ReadTimeout, True),
        ("deaf", httpx.ReadTimeout, False),
    ],
)
def test_a_spoiled_connection_fails_as_it_says(kind: str, error: type[Exception], arrives: bool) -> None:
    async def ask(proxy: Proxy, reached: list[bytes]) -> None:
        proxy.spoil(Spoil(kind))  # type: ignore[arg-type]  # the table above
        with pytest.raises(error):
            await get(proxy)
        assert len(reached) == arrives
        assert (await get(proxy)).content == BODY, "one request, and no more"

    through(ask)


def test_a_refusal_says_what_it_was_told_to() -> None:
    async def ask(proxy: Proxy, reached: list[bytes]) -> None:
        proxy.always(Spoil("refuse", status=429, retry_after="soon"))
        reply = await get(proxy)
        assert (reply.status_code, reply.headers["retry-after"], reached) == (429, "soon", [])

    through(ask)


def test_the_seed_plays_the_same_garbling_again() -> None:
    async def raw(proxy: Proxy, _reached: list[bytes]) -> bytes:
        proxy.spoil(Spoil("garble"))
        reader, writer = await asyncio.open_connection(*httpx.URL(proxy.url).netloc.split(b":"))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            return await reader.read()
        finally:
            writer.close()

    assert through(raw, seed=1) == through(raw, seed=1)
    assert through(raw, seed=1) != through(raw, seed=2)
    clean = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    assert through(raw, seed=1) != clean
