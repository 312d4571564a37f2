"""One attempt against a real server on loopback: what is read, what is refused, and what stays unclear."""

import asyncio
import gzip
import hashlib
import json
import time
from decimal import Decimal

import pytest

from nodes.adapters.http_request.perform import perform
from nodes.adapters.http_request.type import NODE_TYPE
from nodes.contract import AttemptFailure, Document, Expr, Text
from nodes.contract.behaviours import EffectKind
from tests.effort import effort_below
from tests.nodes.adapters.http_request.loopback import Context, connected, plain, serving


def evaluated(tree):
    """The inputs as the engine would hand them over; these tests use literals only."""
    if isinstance(tree, Expr):
        assert not tree.is_feel
        return tree.literal
    if isinstance(tree, Text):
        return tree.source
    if isinstance(tree, dict):
        return {key: evaluated(item) for key, item in tree.items()}
    return [evaluated(item) for item in tree] if isinstance(tree, list) else tree


def call(path="/it", *, deadline=5.0, connection=None, context=None, **config):
    """Performs one attempt of a step with this config on a server with these answers -> (reply or failure, server)."""
    answers = config.pop("answers", {"it": plain()})

    async def go():
        async with serving(**answers) as server:
            url = (connection or {}).pop("url", server.url) if connection else server.url
            async with connected(url, **(connection or {})) as opened:
                node = NODE_TYPE.Config.model_validate({"connection": "crm", "path": path, **config})
                lent = context or Context(opened, deadline)
                lent.connection = opened
                try:
                    return await perform(evaluated(NODE_TYPE.behaviour(node).inputs), lent), server
                except AttemptFailure as failure:
                    return failure, server

    return asyncio.run(go())


def failing(*args, **kwargs):
    failure, _ = call(*args, **kwargs)
    assert isinstance(failure, AttemptFailure), failure
    return failure


# --- What is sent ---------------------------------------------------------------------------------------------------


def test_a_read_asks_for_its_path_and_query():
    reply, server = call(
        "/it",
        query={"q": "a&b=c", "none": None, "tag": ["x", "y"], "yes": True, "n": 5, "half": 0.5},
        headers={"X-Trace": "abc"},
    )
    (seen,) = server.seen
    assert seen.line == "GET /it?q=a%26b%3Dc&tag=x&tag=y&yes=true&n=5&half=0.5 HTTP/1.1"
    assert seen.headers["x-trace"] == "abc"
    assert seen.body == b""
    assert "idempotency-key" not in seen.headers
    assert reply.value["status"] == 200


def test_json_keeps_every_digit_on_the_way_out():
    amount = Decimal("12345678901234567890.123456789")
    node = NODE_TYPE.Config(
        connection="crm",
        method="POST",
        path="/it",
        body={"kind": "json", "value": Expr(literal={"amount": amount, "name": "Zoë", "none": None})},
        idempotency_header="Idempotency-Key",
    )

    async def go():
        async with serving(it=plain()) as server, connected(server.url) as opened:
            await perform(evaluated(NODE_TYPE.behaviour(node).inputs), Context(opened))
            return server.seen[0]

    seen = asyncio.run(go())
    assert json.loads(seen.body, parse_float=Decimal) == {"amount": amount, "name": "Zoë", "none": None}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["idempotency-key"] == "run-1:4:0"


def test_forms_and_texts_are_sent_as_such():
    _, server = call(method="POST", body={"kind": "form", "fields": {"a": "1 & 2", "b": [1, 2], "c": None}})
    assert server.seen[0].body == b"a=1+%26+2&b=1&b=2"
    assert server.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"
    _, server = call(method="POST", body={"kind": "text", "media_type": "application/xml", "text": "<é/>"})
    assert server.seen[0].body == "<é/>".encode()
    assert server.seen[0].headers["content-type"] == "application/xml"


def test_the_path_is_added_to_the_address_and_slashes_in_values_stay_values():
    async def go():
        async with serving(**{"api/customers/a%2Fb": plain()}) as server, connected(f"{server.url}/api/") as opened:
            inputs = evaluated(NODE_TYPE.behaviour(NODE_TYPE.Config(connection="crm", path="/x")).inputs)
            return await perform({**inputs, "path": "/customers/a%2Fb"}, Context(opened))

    assert asyncio.run(go()).value["status"] == 200


@pytest.mark.parametrize(
    ("auth", "secret", "header", "value"),
    [
        ({"auth": "api_key", "header": "X-Key"}, "s3", "x-key", "s3"),
        ({"auth": "bearer"}, "tok", "authorization", "Bearer tok"),
        ({"auth": "basic", "user": "me"}, "pw", "authorization", "Basic bWU6cHc="),
    ],
)
def test_the_connection_signs_in(auth, secret, header, value):
    _, server = call(connection={**auth, "secret": secret, "headers": {"Accept-Language": "de"}})
    assert server.seen[0].headers[header] == value
    assert server.seen[0].headers["accept-language"] == "de"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"headers": {"X-Name": "a\r\nX-Admin: yes"}}, "bad_header"),
        ({"headers": {"X Name": "a"}}, "bad_header"),
        ({"headers": {"Host": "elsewhere"}}, "bad_header"),
        ({"headers": {"Content-Length": "0"}}, "bad_header"),
        (
            {"headers": {"x-key": "mine"}, "connection": {"auth": "api_key", "header": "X-Key", "secret": "s"}},
            "bad_header",
        ),
        ({"headers": {"Authorization": "mine"}, "connection": {"auth": "bearer", "secret": "s"}}, "bad_header"),
        ({"path": "/customers/%2e%2e/admin"}, "bad_path"),
        ({"path": "/a/../b"}, "bad_path"),
        ({"path": "//evil.example/x"}, "bad_path"),
        ({"path": "/a?admin=1"}, "bad_path"),
        ({"path": "/a b"}, "bad_path"),
        ({"path": "/a\r\nX: y"}, "bad_path"),
        ({"query": {"q": {"a": 1}}}, "bad_value"),
        ({"headers": {"X-Name": " Ana"}}, "bad_header"),
        ({"headers": {"X-Name": "Ana\t"}}, "bad_header"),
        ({"headers": {"X-Name": "a" * 60_000}}, "bad_header"),
        ({"path": "/" + "a" * 60_000}, "bad_path"),
        ({"query": {"q": "a" * 60_000}}, "bad_value"),
    ],
)
def test_what_must_not_be_sent_is_refused_before_it_is(wrong, code):
    failure, server = call(**wrong)
    assert (failure.code, failure.retryable, failure.unclear) == (code, False, False)
    assert server.seen == []


def test_an_absolute_address_in_the_path_stays_on_the_connections_host():
    reply, server = call("/http://evil.example/x", answers={"http://evil.example/x": plain()})
    assert reply.value["status"] == 200
    assert server.seen[0].line == "GET /http://evil.example/x HTTP/1.1"


# --- What is read ---------------------------------------------------------------------------------------------------


def test_json_keeps_every_digit_on_the_way_in():
    body = b'{"amount": 0.1000000000000000000001, "big": 123456789012345678901234567890, "list": [true, null, "x"]}'
    reply, _ = call(answers={"it": plain(body=body)})
    assert reply.value["body"] == {
        "amount": Decimal("0.1000000000000000000001"),
        "big": Decimal("123456789012345678901234567890"),
        "list": [True, None, "x"],
    }


def test_headers_are_lower_case_joined_and_without_sign_ins():
    headers = ("X-A: 1", "x-a: 2", "Set-Cookie: session=1", "WWW-Authenticate: Basic", "X-Key: echoed")
    reply, _ = call(
        answers={"it": plain(headers=headers)}, connection={"auth": "api_key", "header": "X-Key", "secret": "s"}
    )
    assert reply.value["headers"]["x-a"] == "1, 2"
    assert not {"set-cookie", "www-authenticate", "x-key"} & set(reply.value["headers"])


def test_no_cookie_of_one_run_is_sent_with_the_next():
    async def go():
        answer = plain(headers=("Set-Cookie: session=1; Path=/",))
        async with serving(it=answer) as server, connected(server.url) as opened:
            inputs = evaluated(NODE_TYPE.behaviour(NODE_TYPE.Config(connection="crm", path="/it")).inputs)
            await perform(inputs, Context(opened))
            await perform(inputs, Context(opened))
            return [seen.headers.get("cookie") for seen in server.seen]

    assert asyncio.run(go()) == [None, None]


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
def test_an_empty_reply_is_null(status):
    reply, _ = call(answers={"it": plain(status=status, body=b"")})
    assert reply.value["body"] is None


def test_text_is_decoded_as_it_says_and_becomes_a_document_when_large():
    latin = plain(body="Zoë".encode("latin-1"), headers=("Content-Type: text/plain; charset=iso-8859-1",))
    assert call(answers={"it": latin}, response="text")[0].value["body"] == "Zoë"
    large = plain(body=b"x" * 300_000, headers=("Content-Type: text/csv",))
    document = call("/report.csv", answers={"report.csv": large}, response="text")[0].value["body"]
    assert (document.name, document.media_type, document.size) == ("report.csv", "text/csv", 300_000)


def test_a_document_has_a_name_that_is_only_a_name():
    context = Context(None)
    headers = ("Content-Type: application/pdf", 'Content-Disposition: attachment; filename="../../etc/in:voice.pdf"')
    reply, _ = call(answers={"it": plain(body=b"%PDF", headers=headers)}, response="document", context=context)
    sha256 = hashlib.sha256(b"%PDF").hexdigest()
    assert reply.value["body"] == Document("in_voice.pdf", "application/pdf", 4, sha256)
    assert context.saved == {"in_voice.pdf": b"%PDF"}


def test_a_packed_reply_is_unpacked():
    packed = plain(body=gzip.compress(b'{"a": 1}'), headers=("Content-Encoding: gzip",))
    assert call(answers={"it": packed})[0].value["body"] == {"a": 1}


def test_a_key_that_comes_twice_is_noted():
    reply, _ = call(answers={"it": plain(body=b'{"id": 1, "id": 2}')})
    assert reply.value["body"] == {"id": 2}
    assert reply.notes == ("The reply names 'id' twice; the last one counts.",)


# --- Replies that are not what they should be -------------------------------------------------------------------------


def endless(chunk: bytes, pause: float = 0.0):
    async def answer(seen, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


async def hang(seen, writer):
    await asyncio.sleep(30)


async def cut_before_answering(seen, writer):
    writer.transport.abort()


async def cut_in_the_middle(seen, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b'{"done": ')
    await writer.drain()
    writer.transport.abort()


async def too_short(seen, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b'{"done": true}')


async def garbage(seen, writer):
    writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def unending(head: bytes, chunk: bytes):
    async def answer(seen, writer):
        writer.write(head)
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)

    return answer


def written(content: bytes, *, then_hang: bool = False):
    async def answer(seen, writer):
        writer.write(content)
        await writer.drain()
        await asyncio.sleep(30 * then_hang)

    return answer


JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GZIP_BOMB = plain(body=gzip.compress(b"0" * 30_000_000), headers=("Content-Encoding: gzip",))
GZIPPED_ZEROS = gzip.compress(b"0" * 30_000_000)
CUT_GZIP = plain(body=gzip.compress(b'{"a": "' + b"x" * 5_000)[:-20], headers=("Content-Encoding: gzip",))


@pytest.mark.parametrize(
    ("answer", "code", "retryable"),
    [
        (hang, "timeout", True),
        (endless(b" ", pause=0.05), "timeout", True),
        (cut_before_answering, "reply_incomplete", True),
        (cut_in_the_middle, "reply_incomplete", True),
        (too_short, "reply_incomplete", True),
        (garbage, "reply_incomplete", True),
        (unending(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "reply_incomplete", True),
        (unending(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 1_000 + b"\r\n"), "reply_incomplete", True),
        (unending(b"HTTP/1.1 200 ", b"b" * 10_000), "reply_incomplete", True),
        (unending(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;", b"a" * 10_000), "reply_incomplete", True),
        (written(JSON_HEAD + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}xyz"), "reply_incomplete", True),
        (written(JSON_HEAD + b"Content-Length: -5\r\n\r\n{}"), "reply_incomplete", True),
        (written(JSON_HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n{}"), "reply_incomplete", True),
        (written(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"), "reply_incomplete", True),
        (written(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "reply_incomplete", True),
        (written(b"HTTP/1.1 1000 X\r\nContent-Length: 2\r\n\r\n{}"), "reply_incomplete", True),
        (endless(b"[" * 60_000), "reply_too_large", False),
        (plain(body=b"1" * 2_000_001), "reply_too_large", False),
        (GZIP_BOMB, "reply_too_large", False),
        (
            plain(body=gzip.compress(GZIPPED_ZEROS), headers=("Content-Encoding: gzip, gzip",)),
            "reply_unreadable",
            False,
        ),
        (CUT_GZIP, "reply_incomplete", True),
        (plain(headers=("Content-Encoding: br",)), "reply_unreadable", False),
        (
            plain(body=b"<!DOCTYPE html><html>sign in</html>", headers=("Content-Type: text/html",)),
            "reply_not_json",
            False,
        ),
        (plain(body=b"[" * 100_000), "reply_not_json", False),
        (plain(body=b'{"a": NaN}'), "reply_not_json", False),
        (plain(body=b'{"a": 1e999999}'), "reply_not_json", False),
        (plain(body=b'{"a": "\xff"}'), "reply_not_json", False),
        (plain(body=rb'{"a": "\ud800"}'), "reply_unreadable", False),
        (plain(body=b"[" * 70 + b"]" * 70), "reply_unreadable", False),
    ],
)
def test_a_reply_that_is_lost_or_unreadable_is_unclear_where_something_may_have_been_done(answer, code, retryable):
    started = time.monotonic()
    deadline = 0.4 if code == "timeout" else 5.0  # what answers at once may be slow on a busy machine
    read = failing(answers={"it": answer}, deadline=deadline)
    once = failing(answers={"it": answer}, deadline=deadline, method="POST")
    assert (read.code, read.retryable, read.unclear) == (code, retryable, False)
    assert (once.code, once.retryable, once.unclear) == (code, retryable, True)
    assert once.message.startswith("crm ")
    assert time.monotonic() - started < 2 * deadline + 10


def crumbs(size: int):
    """A reply whose bytes come one a chunk: each costs the reader as much as a large one."""
    return written(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n1\r\n" * size + b"0\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (unending(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000), "reply_incomplete"),
        (crumbs(1_500_000), "reply_in_crumbs"),
    ],
)
def test_a_reply_that_costs_much_and_says_nothing_ends_soon(answer, code):
    with effort_below(1_500):
        failure = failing(answers={"it": answer}, deadline=20, method="POST")
        assert (failure.code, failure.unclear) == (code, True)


def test_a_reply_in_many_small_pieces_is_read():
    reply, _ = call(answers={"it": crumbs(900)})
    assert reply.value["body"] == int("1" * 900)


def test_a_packed_reply_of_several_parts_is_read_to_its_end():
    parts = gzip.compress(b'{"a": ') + gzip.compress(b"17}") + b"\0\0"
    reply, _ = call(answers={"it": plain(body=parts, headers=("Content-Encoding: gzip",))})
    assert reply.value["body"] == {"a": 17}


def test_what_follows_a_packed_reply_is_not_dropped_in_silence():
    answer = plain(body=gzip.compress(b"{}") + b"more", headers=("Content-Encoding: gzip",))
    assert failing(answers={"it": answer}).code == "reply_unreadable"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (plain(body=b'{"a": 1e7000}'), "crm gave a reply that is not JSON as we take it: 1e7000 is beyond the numbers"),
        (plain(body=b'{"a": ' + b"9" * 1_500 + b"}"), "99999... is beyond the numbers that can be kept"),
        (plain(body=b'{"a": -Infinity}'), "-Infinity is no number of JSON"),
        (written(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "crm answered with something that is not HTTP"),
        (written(JSON_HEAD + b"no colon\r\n\r\n"), "crm answered with something that is not HTTP"),
        (unending(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000), "crm sent heads without end"),
        (cut_in_the_middle, "crm broke off before its answer was whole"),
        (cut_before_answering, "crm broke off before its answer was whole"),
    ],
)
def test_what_is_wrong_with_a_reply_is_named(answer, words):
    assert words in failing(answers={"it": answer}).message


def test_a_page_where_json_should_be_is_named():
    page = plain(body=b"<!DOCTYPE html>\n<html>", headers=("Content-Type: text/html; charset=utf-8",))
    assert failing(answers={"it": page}).message == (
        "crm gave a reply that is not JSON: it is text/html and begins with '<!DOCTYPE html> <html>'."
    )


def test_words_in_a_charset_that_they_are_not_in():
    wrong = plain(body=b"\xff\xfe\xfd", headers=("Content-Type: text/plain; charset=utf-8",))
    assert failing(answers={"it": wrong}, response="text").code == "reply_unreadable"


def test_the_connections_own_time_limit_counts_too():
    started = time.monotonic()
    failure = failing(answers={"it": hang}, deadline=30, connection={"timeout": 1})
    assert failure.code == "timeout"
    assert time.monotonic() - started < 20


# --- The other side says no -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        ("400 Bad Request", False),
        ("401 Unauthorized", False),
        ("404 Not Found", False),
        ("408 Request Timeout", True),
        ("409 Conflict", False),
        ("422 Unprocessable Entity", False),
        ("425 Too Early", True),
        ("429 Too Many Requests", True),
        ("500 Internal Server Error", True),
        ("503 Service Unavailable", True),
        ("799 Whatever", True),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_status_is_a_clear_answer(status, retryable, method):
    failure = failing(answers={"it": plain(status=status)}, method=method)
    assert failure.code == f"http_{status[:3]}"
    assert failure.status == int(status[:3])
    assert (failure.retryable, failure.unclear) == (retryable, False)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("answer", "code", "retryable", "wait"),
    [
        (written(b"HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\n", then_hang=True), "http_503", True, None),
        (written(b"HTTP/1.1 429 No\r\nRetry-After: 7\r\n\r\n{", then_hang=True), "http_429", True, 7.0),
        (written(b"HTTP/1.1 409 No\r\nContent-Length: 9\r\n\r\n{"), "http_409", False, None),
        (unending(b"HTTP/1.1 500 No\r\n\r\n", b"x" * 10_000), "http_500", True, None),
        (plain("302 Found", b"", ("Location: http://[::1",)), "http_302", False, None),
        (plain("302 Found", b"", ("Location: file:///etc/passwd",)), "http_302", False, None),
        (plain("302 Found", b"", ("Location: http://0xA9FEA9FE/",)), "http_302", False, None),
        (plain("302 Found", b"", ("Location: http://2130706433/",)), "http_302", False, None),
    ],
)
def test_x3_a_status_is_a_clear_answer_though_its_reason_never_comes(answer, code, retryable, wait, method):
    failure = failing(answers={"it": answer}, deadline=0.4, method=method)
    assert (failure.code, failure.retryable, failure.unclear) == (code, retryable, False)
    assert (failure.status, failure.retry_after) == (int(code[5:]), wait)


def test_what_the_other_side_says_about_its_refusal_is_kept():
    says = failing(answers={"it": plain("422 Unprocessable Entity", b'{"error": "too much", "limit": 0.50}')})
    assert says.message == "crm answered 422 Unprocessable Entity to GET /it."
    assert says.detail == {"body": {"error": "too much", "limit": Decimal("0.50")}}
    assert failing(answers={"it": plain("500 Oops", b"stack trace")}).detail == {"body": "stack trace"}
    assert failing(answers={"it": plain("500 Oops", b"x" * 9_000)}).detail is None
    refused = failing(answers={"it": plain("401 Unauthorized", b"")})
    assert (
        refused.message == "crm refused our sign-in or our right to GET /it (401 Unauthorized). Check the connection."
    )


@pytest.mark.parametrize(
    ("said", "seconds", "note"),
    [
        ("3600", 3600.0, None),
        ("0", 0.0, None),
        ("Fri, 01 May 2026 10:02:00 GMT", 120.0, None),
        ("Fri, 01 May 2026 09:00:00 GMT", None, "has passed"),
        ("abc", None, "was not understood"),
        ("-5", None, "was not understood"),
        ("+5", None, "was not understood"),
        ("", None, "was not understood"),
        ("1, 2", None, "was not understood"),
        ("\u00b2", None, "was not understood"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", None, "has passed"),
        ("Fri, 31 Dec 2027 23:59:59 +9999", None, "was not understood"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251_624_671_199.0, None),
        ("1e9", None, "was not understood"),
        ("9" * 40, None, "was not understood"),
    ],
)
def test_retry_after(said, seconds, note):
    failure = failing(answers={"it": plain("429 Too Many Requests", headers=(f"Retry-After: {said}",))})
    assert failure.retry_after == seconds
    assert failure.retryable
    assert (note in failure.message) if note else ("Retry-After" not in failure.message)


def redirect(target, status="302 Found"):
    return plain(status, b"", (f"Location: {target}",))


def test_a_read_follows_redirects_within_its_host():
    reply, server = call(answers={"it": redirect("/new?x=1"), "new": plain(body=b'{"here": true}')})
    assert reply.value["body"] == {"here": True}
    assert [seen.line for seen in server.seen] == ["GET /it HTTP/1.1", "GET /new?x=1 HTTP/1.1"]


def test_a_sign_in_follows_only_within_the_host():
    _, server = call(answers={"it": redirect("/new"), "new": plain()}, connection={"auth": "bearer", "secret": "tok"})
    assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer tok", "Bearer tok"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:1/x?token=abc", "https://127.0.0.1:1/", "http://169.254.169.254/"]
)
def test_a_redirect_to_another_place_is_a_refusal_that_names_the_host_alone(target):
    failure = failing(answers={"it": redirect(target)})
    assert (failure.code, failure.retryable, failure.unclear) == ("http_302", False, False)
    assert target.split("/")[2].partition(":")[0] in failure.message
    assert "token" not in failure.message


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("target", ["mailto:x", "javascript:alert(1)", "http://xn--/", "http://[", "http://\u2460/"])
def test_a_redirect_to_what_is_no_address_is_a_refusal(target, method):
    failure = failing(answers={"it": redirect(target)}, method=method)
    assert (failure.code, failure.retryable, failure.unclear) == ("http_302", False, False)
    assert failure.message.startswith("crm answered 302")


def test_x3_a_redirect_that_can_not_be_read_leaves_a_reply_unknown_where_every_status_is_one():
    failure = failing(answers={"it": redirect("mailto:x")}, method="POST", success={"feel": "reply.status = 302"})
    assert (failure.code, failure.unclear) == ("reply_incomplete", True), "it was sent, and may have been done"


def test_an_effect_follows_no_redirect():
    failure, server = call(answers={"it": redirect("/new", "307 Temporary Redirect"), "new": plain()}, method="POST")
    assert failure.code == "http_307"
    assert len(server.seen) == 1


def test_redirects_without_end():
    failure, server = call(answers={"it": redirect("/it")})
    assert failure.code == "too_many_redirects"
    assert len(server.seen) == 6


# --- The other side is not there --------------------------------------------------------------------------------------


def test_nothing_listens():
    failure = failing(method="POST", connection={"url": "http://127.0.0.1:1"})
    assert (failure.code, failure.retryable, failure.unclear) == ("connection_refused", True, False)


def test_nobody_knows_the_host():
    failure = failing(method="POST", connection={"url": "http://no-such-host.invalid"})
    assert (failure.code, failure.retryable, failure.unclear) == ("host_unknown", True, False)


def test_the_other_side_speaks_no_tls():
    async def shout(reader, writer):
        writer.write(b"HTTP/1.1 400 Speak plainly\r\n\r\n")
        writer.close()

    async def go():
        listening = await asyncio.start_server(shout, "127.0.0.1", 0)
        async with listening, connected(f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}") as opened:
            inputs = evaluated(
                NODE_TYPE.behaviour(NODE_TYPE.Config(connection="crm", path="/it", method="POST")).inputs
            )
            with pytest.raises(AttemptFailure) as raised:
                await perform(inputs, Context(opened))
            return raised.value

    failure = asyncio.run(go())
    assert (failure.code, failure.retryable, failure.unclear) == ("tls_failed", False, False)


# --- Reply rules ------------------------------------------------------------------------------------------------------


def test_with_a_success_rule_every_status_is_a_reply():
    answers = {"it": plain("404 Not Found", b"no such thing", ("Content-Type: text/plain", "Retry-After: 7"))}
    reply, _ = call(answers=answers, success=True)
    assert (reply.value["status"], reply.value["body"]) == (404, "no such thing")
    assert (reply.status, reply.retry_after) == (404, 7.0)
    assert "is not JSON" in reply.notes[0]


def test_rules_that_the_analyst_left_empty():
    def rules(**config):
        return NODE_TYPE.behaviour(NODE_TYPE.Config(connection="crm", path="/", **config)).reply

    assert rules().success.source.startswith("if reply.status >= 300"), "a reply that is played may say no status"
    assert rules().retry_when.source.startswith("reply.status in (408")
    assert rules(success={"feel": "reply.body.ok"}).retry_when.source.startswith("reply.status in (408")
    assert rules(retry_when={"feel": "reply.status = 409"}).success.source.startswith("reply.status >= 200")


@pytest.mark.parametrize(
    ("config", "effect"),
    [
        ({"method": "GET"}, EffectKind.READ),
        ({"method": "HEAD"}, EffectKind.READ),
        ({"method": "PUT"}, EffectKind.KEYED),
        ({"method": "DELETE"}, EffectKind.KEYED),
        ({"method": "POST"}, EffectKind.ONCE),
        ({"method": "PATCH"}, EffectKind.ONCE),
        ({"method": "POST", "idempotency_header": "Idempotency-Key"}, EffectKind.KEYED),
        ({"method": "POST", "effect": "read"}, EffectKind.READ),
        ({"method": "PUT", "effect": "once"}, EffectKind.ONCE),
    ],
)
def test_how_safe_it_is_to_send_twice(config, effect):
    assert NODE_TYPE.behaviour(NODE_TYPE.Config(connection="crm", path="/", **config)).effect is effect
