"""The connection kind ``http``: what a binding may say, and what its test finds."""

import asyncio

import pytest
from pydantic import ValidationError

from nodes.adapters.http_request.connection import CONNECTION_KIND, Fields, header_fault
from tests.nodes.adapters.http_request.loopback import connected, plain, serving


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "crm.example.com"}, "begin with https"),
        ({"url": "ftp://crm.example.com"}, "begin with https"),
        ({"url": "file:///etc/passwd"}, "begin with https"),
        ({"url": "https://"}, "name a host"),
        ({"url": "https://crm.example.com:99999"}, "should be an address"),
        ({"url": "https://me:secret@crm.example.com"}, "choose basic"),
        ({"url": "https://crm.example.com/?key=1"}, "no \\?"),
        ({"url": "https://crm.example.com/a b"}, "no blank"),
        ({"url": "https://crm.example.com/\r\nX: y"}, "no blank"),
        ({"auth": "bearer"}, "needs a secret"),
        ({"auth": "basic", "secret": "env:X"}, "needs a user name"),
        ({"auth": "basic", "secret": "env:X", "user": "a:b"}, "no colon"),
        ({"auth": "magic"}, "none"),
        ({"header": "X Key"}, "pattern"),
        ({"headers": {"X-A": "a\nX-B: c"}}, "line break"),
        ({"headers": {"Host": "other"}}, "set by Baton"),
        ({"timeout": 0}, "greater than"),
        ({"test_path": "health"}, "pattern"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_a_binding_that_can_not_work_is_refused(wrong, words):
    with pytest.raises(ValidationError, match=words):
        Fields.model_validate({"url": "https://crm.example.com/api", **wrong})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://[::1]/x", "https://crm.example.com/api/v1/"])
def test_addresses(url):
    assert Fields(url=url).url == url


def test_the_secret_is_a_reference_and_only_it():
    assert CONNECTION_KIND.secret_fields == ("secret",)
    assert set(CONNECTION_KIND.secret_fields) <= set(Fields.model_fields)


@pytest.mark.parametrize(
    ("name", "value", "fine"),
    [
        ("X-A", "plain words, with 100% of them", True),
        ("X-A", "", True),
        ("X-A", "a\rb", False),
        ("X-A", "a\x00b", False),
        ("X-A", "Zoë", False),
        ("X:A", "a", False),
        ("", "a", False),
        ("Transfer-Encoding", "chunked", False),
        ("ÄB", "a", False),
    ],
)
def test_headers(name, value, fine):
    assert (header_fault(name, value) is None) is fine


def found(answer, **fields):
    async def go():
        async with serving(health=answer) as server, connected(server.url, test_path="/health", **fields) as opened:
            return await CONNECTION_KIND.test(opened), server

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("status", "ok", "words"),
    [
        ("200 OK", True, "answered with 200"),
        ("407 Proxy Authentication Required", False, "proxy in between"),
        ("429 Too Many Requests", False, "no more requests now"),
        ("401 Unauthorized", False, "refused the sign-in"),
        ("404 Not Found", False, "has no /health"),
        ("503 Service Unavailable", False, "in trouble"),
    ],
)
def test_the_test_tells_a_refused_sign_in_from_a_wrong_path(status, ok, words):
    result, server = found(plain(status), auth="api_key", header="X-Key", secret="s3")
    assert (result.ok, words in result.message) == (ok, True)
    assert result.seconds > 0
    (seen,) = server.seen
    assert seen.line == "GET /health HTTP/1.1"
    assert seen.headers["x-key"] == "s3"


@pytest.mark.parametrize(
    ("status", "ok", "words"),
    [
        ("404 Not Found", True, "was reached"),
        ("405 Method Not Allowed", True, "was reached"),
        ("403 Forbidden", False, "refused the sign-in"),
        ("500 Internal Server Error", False, "in trouble"),
    ],
)
def test_without_a_path_for_the_test_it_is_enough_to_be_answered(status, ok, words):
    async def go():
        async with serving(**{"": plain(status)}) as server, connected(server.url) as opened:
            return await CONNECTION_KIND.test(opened)

    result = asyncio.run(go())
    assert (result.ok, words in result.message) == (ok, True)


@pytest.mark.parametrize(
    ("location", "ok", "words"),
    [
        ("/login", True, "sends on within itself (302)"),
        ("https://login.example/sso?token=very-secret", False, "sends on to https://login.example (302)"),
        ("http://[", False, "302"),
    ],
)
def test_the_test_says_where_a_system_sends_on_to(location, ok, words):
    async def send_on(seen, writer):
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    result, _ = found(send_on)
    assert (result.ok, words in result.message) == (ok, True), result.message
    assert "very-secret" not in result.message


def test_a_web_page_is_no_sure_sign_of_the_system():
    async def page(seen, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi")
        await writer.drain()

    result, _ = found(page)
    assert "a web page" in result.message


def test_what_breaks_off_is_said_without_the_words_of_a_library():
    async def encrypted(reader, writer):
        await reader.read(1)
        writer.close()

    async def go():
        async with await asyncio.start_server(encrypted, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            async with connected(f"http://127.0.0.1:{port}") as opened:
                return await CONNECTION_KIND.test(opened)

    result = asyncio.run(go())
    assert not result.ok
    assert "Should the address begin with https://?" in result.message
    assert "Error" not in result.message


def test_the_test_of_a_system_that_hangs_ends():
    async def hang(seen, writer):
        await asyncio.sleep(30)

    result, _ = found(hang, timeout=1)
    assert not result.ok
    assert "in time" in result.message


def test_the_test_of_a_system_that_is_not_there():
    async def go():
        async with connected("http://127.0.0.1:1") as opened:
            return await CONNECTION_KIND.test(opened)

    result = asyncio.run(go())
    assert not result.ok
    assert "could not be reached: nothing listens at this address" in result.message


def test_the_test_of_a_system_that_does_not_answer_encrypted_says_so_in_words():
    async def unencrypted(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def go():
        async with await asyncio.start_server(unencrypted, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            async with connected(f"https://127.0.0.1:{port}") as opened:
                return await CONNECTION_KIND.test(opened)

    result = asyncio.run(go())
    assert not result.ok
    assert "does not answer encrypted" in result.message
    assert "SSL" not in result.message


def test_an_unchecked_certificate_is_said_aloud():
    result, _ = found(plain(), verify_tls=False)
    assert result.ok
    assert "not checked" in result.message
