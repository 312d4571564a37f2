"""The guarded door to the network against real loopback servers: what is not named is not reached, on any hop."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar
from typing import Any

import httpcore
import httpx
import pytest

from nodes.contract import AttemptFailure
from runtime.connections.binding import Binding, Limits
from runtime.connections.guard import Guard
from runtime.connections.transport import GuardedNetwork

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class LoopbackServer:
    """Answers every request with fixed bytes and remembers what it was sent."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.seen: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.seen.append(head.decode().lower())
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(answer: bytes = OK) -> AsyncIterator[LoopbackServer]:
    server = LoopbackServer(answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def network(binding: Binding, answers: Callable[[str], list[str]] | None = None, secret: str = "\0") -> GuardedNetwork:
    async def resolve(host: str, port: int) -> list[str]:
        return answers(host) if answers else [host]

    guard = Guard("crm", binding.origins, resolver=resolve)
    tls = httpx.create_ssl_context(trust_env=False)
    return GuardedNetwork(guard, binding.origin, binding.limits, tls=tls, is_secret=lambda text: secret in text)


def redirect(location: str, status: int = 302, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n{more}\r\n".encode()


def run(coroutine: Any) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 20))


def test_the_host_that_a_binding_names_is_reached_even_on_loopback() -> None:
    async def story() -> None:
        async with serving() as server, network(Binding(url=server.url)).http_client(base_url=server.url) as client:
            assert (await client.get("/x")).text == "ok"

    run(story())


@pytest.mark.parametrize("to", ["http://127.0.0.1:{other}/", "http://localhost:{own}/", "http://127.1:{own}/"])
def test_another_port_or_spelling_is_not_reached(to: str) -> None:
    async def story() -> None:
        async with serving() as own, serving() as other:
            async with network(Binding(url=own.url)).http_client() as client:
                with pytest.raises(AttemptFailure) as refused:
                    await client.get(to.format(own=own.port, other=other.port))
            assert (refused.value.code, refused.value.unclear, refused.value.retryable) == (
                "address_refused",
                False,
                False,
            )
            assert other.seen == own.seen == []

    run(story())


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://0xA9FEA9FE/",
        "http://2852039166/",
        "http://0251.0376.0251.0376/",
        "http://127.1/",
        "http://localhost/",
        "http://other.example/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://x.example/",
    ],
)
def test_a_redirect_leads_nowhere_else(location: str) -> None:
    async def story() -> None:
        async with serving(redirect(location)) as server:
            async with network(Binding(url=server.url)).http_client(follow_redirects=True) as client:
                with pytest.raises((AttemptFailure, httpx.UnsupportedProtocol, httpx.RemoteProtocolError)) as refused:
                    await client.post(server.url)
            assert len(server.seen) == 1
            if isinstance(refused.value, AttemptFailure):
                assert refused.value.unclear, "the first hop was answered, so it may have done something"

    run(story())


def test_a_redirect_to_a_named_host_carries_nothing_that_identifies_us() -> None:
    async def story() -> None:
        async with serving() as other, serving(redirect(f"http://127.0.0.1:{other.port}/y")) as own:
            binding = Binding(url=own.url, allowed_hosts=(f"127.0.0.1:{other.port}",))
            client_options = {"headers": {"X-Api-Key": "k1", "Accept": "a/b"}, "auth": ("user", "pass")}
            opened = network(binding, secret="s3cret").http_client(follow_redirects=True, **client_options)
            async with opened as client:
                await client.get(own.url, headers={"X-Note": "has s3cret", "X-Plain": "fine", "Cookie": "c=1"})
            assert "x-api-key: k1" in own.seen[0]
            assert "authorization: basic" in own.seen[0]
            kept = other.seen[0]
            assert "x-plain: fine" in kept
            assert "accept: a/b" in kept
            for name in ("x-api-key", "authorization", "x-note", "cookie", "s3cret"):
                assert name not in kept

    run(story())


def test_a_name_is_pinned_to_the_judged_address_and_its_host_header_stays() -> None:
    async def story() -> None:
        async with serving() as server:
            url = f"http://crm.corp.example:{server.port}"
            answers = iter([["127.0.0.1"], ["169.254.169.254"]])
            async with network(Binding(url=url), lambda _host: next(answers)).http_client() as client:
                assert (await client.get(url)).status_code == 200
                assert (await client.get(url)).status_code == 200, "the open connection stays with its address"
            assert f"host: crm.corp.example:{server.port}" in server.seen[0]

    run(story())


@pytest.mark.parametrize(
    "answers",
    [["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "fe80::1"], ["::ffff:169.254.169.254"]],
)
def test_one_bad_address_among_the_answers_stops_the_connection(answers: list[str]) -> None:
    async def story() -> None:
        async with network(Binding(url="http://crm.example"), lambda _host: answers).http_client() as client:
            with pytest.raises(AttemptFailure, match="was stopped"):
                await client.get("http://crm.example")

    run(story())


def test_a_public_name_that_turns_private_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_args: Any) -> Any:
        raise httpcore.ConnectError("nobody there")

    async def story() -> None:
        answers = iter([["93.184.216.34"], ["127.0.0.1"]])
        async with network(Binding(url="http://crm.example"), lambda _host: next(answers)).http_client() as client:
            with pytest.raises(httpx.ConnectError, match="nobody there"):
                await client.get("http://crm.example")
            with pytest.raises(AttemptFailure, match="forged name"):
                await client.get("http://crm.example")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", nobody)
    run(story())


def test_an_unknown_host_is_a_connect_error() -> None:
    def fail(_host: str) -> list[str]:
        raise OSError("no such host")

    async def story() -> None:
        async with network(Binding(url="http://nope.example"), fail).http_client() as client:
            with pytest.raises(httpx.ConnectError, match="not known"):
                await client.get("http://nope.example")

    run(story())


def test_no_cookie_and_no_setting_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
        async with serving(answer) as server:
            async with network(Binding(url=server.url)).http_client(cookies=CookieJar()) as client:
                await client.get(server.url)
                await client.get(server.url)
            assert "cookie" not in server.seen[1]

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    run(story())


@pytest.mark.parametrize("option", ["proxy", "mounts", "transport", "cert", "trust_env", "event_hooks"])
def test_a_kind_cannot_lead_around_the_guard(option: str) -> None:
    async def story() -> None:
        with pytest.raises(TypeError, match=option):
            async with network(Binding(url="http://crm.example")).http_client(**{option: None}):
                pass

    run(story())


def _reply(body: bytes, coding: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize("coding", ["gzip", "deflate", "x-gzip"])
def test_a_compressed_reply_is_read(coding: str) -> None:
    async def story() -> None:
        text = b"hello " * 50_000
        body = zlib.compress(text) if coding == "deflate" else gzip.compress(text)
        async with serving(_reply(body, coding)) as server, network(Binding(url=server.url)).http_client() as client:
            assert (await client.get(server.url)).content == text

    run(story())


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_reply_that_unfolds_without_end_is_cut_off(coding: str) -> None:
    async def story() -> None:
        text = bytes(3_000_000)
        body = gzip.compress(text) if coding == "gzip" else text
        async with serving(_reply(body, coding)) as server:
            binding = Binding(url=server.url, limits=Limits(reply_bytes=1_000_000))
            async with network(binding).http_client() as client:
                with pytest.raises(AttemptFailure) as refused:
                    await client.get(server.url)
            assert (refused.value.code, refused.value.unclear) == ("reply_too_large", True)

    run(story())


@pytest.mark.parametrize(
    ("body", "coding", "error"),
    [
        (b"not gzip at all", "gzip", httpx.DecodingError),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "gzip", httpx.RemoteProtocolError),  # a test id without the clock
        (b"?", "br", httpx.DecodingError),
    ],
)
def test_a_broken_compressed_reply_is_no_reply(body: bytes, coding: str, error: type[Exception]) -> None:
    async def story() -> None:
        async with serving(_reply(body, coding)) as server, network(Binding(url=server.url)).http_client() as client:
            with pytest.raises(error):
                await client.get(server.url)

    run(story())
