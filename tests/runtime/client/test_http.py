"""HttpDoor against scripted answers: errors of every kind, streams that break, and where a token may go."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import httpx
import pytest

from runtime.client import HttpDoor
from runtime.client.http import TIMEOUT
from runtime.store.sqlite.connecting import BUSY_SECONDS
from runtime.wire import (
    ActorView,
    AnswerRequest,
    EventView,
    HealthView,
    Problem,
    RunView,
    StartedView,
    StartRequest,
    read_json,
    to_bytes,
)

AT = dt.datetime(2026, 11, 20, 14, 2, tzinfo=dt.UTC)


def door(answer: Callable[[httpx.Request], httpx.Response]) -> HttpDoor:
    return HttpDoor("http://127.0.0.1:1", "tok", transport=httpx.MockTransport(answer), pause=lambda _: None)


def run_view(state: str, seq: int) -> RunView:
    return RunView(
        run="r", project="p", flow="f", release="h", environment="local", state=state, started_at=AT, last_seq=seq
    )


def event(seq: int) -> EventView:
    return EventView(seq=seq, at=AT, actor=ActorView(kind="system", id="engine"), type="StepStarted")


def sse(*items: EventView | RunView) -> bytes:
    lines = []
    for item in items:
        kind = "event" if isinstance(item, EventView) else "run"
        lines.append(f"event: {kind}\ndata: {to_bytes(item).decode()}\n\n")
    return ": hello\n\n".join(lines).encode()


def test_a_request_carries_token_and_exact_numbers_and_the_answer_is_typed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer tok"
        assert request.url.path == "/runs"
        assert read_json(request.content)["input"] == {"amount": Decimal("0.10000000000000000001")}
        return httpx.Response(201, content=to_bytes(StartedView(run="r1")))

    request = StartRequest(release="h", flow="f", input={"amount": Decimal("0.10000000000000000001")})
    assert door(answer).start(request) == StartedView(run="r1")


@pytest.mark.parametrize(("scheme", "reads"), [("http", False), ("https", True)])
def test_whom_this_machine_trusts_is_read_only_where_somebody_has_to_be_trusted(
    scheme: str, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes 40 ms, which a window waited for when it opened its runtime on this machine."""
    read: list[bool] = []
    load = ssl.SSLContext.load_default_certs
    monkeypatch.setattr(
        ssl.SSLContext, "load_default_certs", lambda self, *purpose: (read.append(True), load(self, *purpose))
    )
    HttpDoor(f"{scheme}://127.0.0.1:1", "tok").close()
    assert bool(read) is reads


def test_ids_are_one_part_of_the_path_whatever_stands_in_them() -> None:
    paths = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(404, content=to_bytes(Problem(404, "UNKNOWN_TASK", "No.").view))

    for task in ("r:finance#1", "../../x", "a/b?c=d", "é"):
        with pytest.raises(Problem):
            door(answer).task(task)
    assert paths == [b"/tasks/r%3Afinance%231", b"/tasks/..%2F..%2Fx", b"/tasks/a%2Fb%3Fc%3Dd", b"/tasks/%C3%A9"]


def test_a_refusal_is_raised_as_it_was_told() -> None:
    told = Problem(409, "TASK_CLOSED", "Petra approved this.", todo="Next.", detail={"by": "petra"})
    closed = door(lambda request: httpx.Response(409, content=to_bytes(told.view)))
    with pytest.raises(Problem) as found:
        closed.answer("r:s#1", AnswerRequest(choice="approve", by="omar"))
    assert found.value.view == told.view


@pytest.mark.parametrize(
    ("response", "status", "code"),
    [
        (httpx.Response(200, content=b"<html>login</html>"), 502, "NOT_BATON"),
        (httpx.Response(200, content=b"{}"), 502, "NOT_BATON"),
        (httpx.Response(404, content=b"not found"), 404, "NOT_BATON"),
        (httpx.Response(302, headers={"location": "http://evil.example"}), 502, "NOT_BATON"),
        (httpx.Response(500, content=b""), 502, "SERVER_FAULT"),
        (httpx.Response(503, content=b"<html>Bad gateway</html>"), 502, "SERVER_FAULT"),
    ],
)
def test_what_is_not_baton_or_stands_before_it_is_told_so(response: httpx.Response, status: int, code: str) -> None:
    with pytest.raises(Problem) as found:
        door(lambda request: response).run("r")
    assert (found.value.status, found.value.code) == (status, code)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (httpx.ConnectError("no"), "SERVER_UNREACHABLE"),
        (httpx.ReadTimeout("slow"), "SERVER_SLOW"),
        (httpx.ReadError("reset"), "SERVER_BROKE_OFF"),
        (httpx.WriteError("pipe"), "SERVER_BROKE_OFF"),
        (httpx.RemoteProtocolError("closed"), "SERVER_BROKE_OFF"),
    ],
)
def test_a_server_that_is_not_there_is_a_problem_too(fault: httpx.TransportError, code: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise fault

    with pytest.raises(Problem) as found:
        door(answer).runs()
    assert found.value.code == code


def test_a_client_waits_longer_than_a_server_may_wait_for_its_store() -> None:
    """Else the caller hears of a server that does not answer, and not of the program that locks the store."""
    assert TIMEOUT.read is not None
    assert TIMEOUT.read > BUSY_SECONDS + 10


def test_the_health_of_a_sick_runtime_is_an_answer() -> None:
    sick = HealthView(status="unavailable", reasons=("The disk is full.",))
    assert door(lambda request: httpx.Response(503, content=to_bytes(sick))).health() == sick


def test_a_stream_gives_each_event_once_though_it_breaks_twice() -> None:
    asked = []

    class Breaking(httpx.SyncByteStream):
        def __init__(self, content: bytes) -> None:
            self.content = content

        def __iter__(self) -> Iterator[bytes]:
            yield self.content
            raise httpx.ReadError("cut")

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["last-event-id"])
        if len(asked) == 1:
            return httpx.Response(200, stream=Breaking(sse(event(1), event(2)) + b"event: event\ndata: {"))
        if len(asked) == 2:  # the server drains: the stream ends in good order, the run has not
            return httpx.Response(200, content=sse(event(3), run_view("running", 3)))
        return httpx.Response(200, content=sse(event(4), run_view("completed", 4)))

    items = list(door(answer).follow("r"))
    assert [item.seq if isinstance(item, EventView) else item.state for item in items] == [
        1,
        2,
        3,
        "running",
        4,
        "completed",
    ]
    assert asked == ["0", "2", "3"]


def test_a_stream_without_a_sign_of_life_is_told_before_minutes_have_gone_by() -> None:
    """A process that was stopped: its port still takes connections, and nothing ever comes."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadTimeout("silent")

    with pytest.raises(Problem) as found:
        list(door(answer).follow("r"))
    assert found.value.code == "SERVER_SLOW"
    assert len(asked) == 2


def test_a_stream_that_never_brings_anything_is_given_up() -> None:
    with pytest.raises(Problem) as found:
        list(door(lambda request: httpx.Response(200, content=b": hello\n\n")).follow("r"))
    assert found.value.code == "SERVER_UNREACHABLE"


def test_a_stream_of_an_unknown_run_is_refused_at_once() -> None:
    unknown = Problem(404, "UNKNOWN_RUN", "There is no run.")
    with pytest.raises(Problem) as found:
        list(door(lambda request: httpx.Response(404, content=to_bytes(unknown.view))).follow("r"))
    assert found.value.code == "UNKNOWN_RUN"


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "http://192.168.1.5:8500", "ftp://localhost", "localhost:8500", "", "http://", "http://u:p@localhost",
     "http://localhost/?t=1", "http://127.0.0.1.evil.example"],
)  # fmt: skip
def test_a_token_goes_nowhere_in_clear(url: str) -> None:
    with pytest.raises(Problem) as found:
        HttpDoor(url, "tok")
    assert found.value.code == "SERVER_URL"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8500", "http://localhost", "http://[::1]:9", "https://baton.example/x"]
)
def test_loopback_and_tls_are_fine(url: str) -> None:
    with HttpDoor(url, "tok") as opened:
        assert opened.url == url


def test_proxies_of_the_environment_never_see_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    with HttpDoor("http://127.0.0.1:1", "tok") as opened:
        assert opened._client._mounts == {}


def endless(piece: bytes) -> Iterator[bytes]:
    """More than the door may ever hold, unless it stops reading."""
    for _ in range(10_000):
        yield piece
    raise AssertionError("it was read to its end")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: httpx.Response(200, content=endless(b"x" * 100_000)), "larger than"),
        (lambda: httpx.Response(500, content=endless(b"x" * 100_000)), "larger than"),
        (lambda: httpx.Response(302, headers={"location": "mailto:x"}), "answered in a way that can't be read"),
        (lambda: httpx.Response(302, headers={"location": "http://xn--/"}), "answered in a way that can't be read"),
        (
            lambda: httpx.Response(200, headers={"content-encoding": "gzip"}, content=iter([b"no gzip"])),
            "answered in a way that can't be read",
        ),
    ],
)
def test_what_is_no_answer_of_a_runtime_is_said_and_not_kept(answer: Callable[[], httpx.Response], words: str) -> None:
    with pytest.raises(Problem, match=words) as refused:
        door(lambda _: answer()).runs()
    assert (refused.value.code, refused.value.status) == ("NOT_BATON", 502)


@pytest.mark.parametrize("piece", [b"x" * 100_000, b"data: " + b"x" * 100_000 + b"\n"])
def test_a_stream_whose_event_never_ends_is_said_and_not_kept(piece: bytes) -> None:
    with pytest.raises(Problem, match="larger than") as refused:
        list(door(lambda _: httpx.Response(200, content=endless(piece))).follow("r"))
    assert refused.value.code == "NOT_BATON"


@pytest.mark.parametrize("head", [b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 103 Early\r\nlink: x\r\n\r\n"])
def test_heads_without_end_before_an_answer_are_not_listened_to(head: bytes) -> None:
    gone = threading.Event()

    class Endless(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                while not gone.is_set():
                    self.request.sendall(head * 500)
            except OSError:  # nobody listens any more
                gone.set()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Endless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told: list[Problem] = []

        def ask() -> None:
            with HttpDoor(f"http://127.0.0.1:{server.server_address[1]}", "tok") as opened:
                try:
                    opened.runs()
                except Problem as problem:
                    told.append(problem)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(20)
        gone.set()
        server.shutdown()
    assert [(each.code, each.status) for each in told] == [("NOT_BATON", 502)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "certificate"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "not answer encrypted"),
        (socket.gaierror(-2, "Name or service not known"), "host name"),
    ],
)
def test_why_a_server_is_not_reached_is_said(fault: OSError, said: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from fault

    with pytest.raises(Problem) as found:
        door(answer).runs()
    assert found.value.code == "SERVER_UNREACHABLE"
    assert said in f"{found.value.title} {found.value.todo}"


@pytest.mark.parametrize("token", ["", "schlüssel", "two\nlines", " padded "])
def test_a_token_that_can_be_none_is_refused_before_it_is_sent(token: str) -> None:
    with pytest.raises(Problem) as found:
        HttpDoor("http://127.0.0.1:1", token)
    assert (found.value.status, found.value.code) == (422, "TOKEN")
    assert token.strip() not in found.value.title or not token
