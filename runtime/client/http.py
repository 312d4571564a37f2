"""``HttpDoor``: a runtime behind ``baton serve``, over HTTP.

The token goes out only to a loopback address or over TLS, and proxies of the environment are not used: one would see
the token. A stream that breaks is resumed after the last event that came (``Last-Event-ID``).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from runtime.client.door import Followed
from runtime.client.heads import BoundedTransport, EndlessHead
from runtime.client.sse import lines_of, read_events, within
from runtime.client.unreached import unreached
from runtime.wire import (
    AnsweredView,
    AnswerRequest,
    AuditView,
    CancelRequest,
    ClaimRequest,
    ConnectionTestRequest,
    ConnectionTestView,
    EventPage,
    EventView,
    HeadList,
    HeadsRequest,
    HealthView,
    IncidentList,
    IncidentView,
    Message,
    NodeTypeList,
    PassOnRequest,
    PeopleView,
    Problem,
    ProblemView,
    ReleaseView,
    ResolvedView,
    ResolveRequest,
    ResumeRequest,
    RunList,
    RunView,
    SignalRequest,
    SignalView,
    StartedView,
    StartRequest,
    SuspendRequest,
    TaskList,
    TaskView,
    TraceView,
    from_bytes,
    to_bytes,
)
from runtime.wire.releases import MEDIA_TYPE as RELEASE_TYPE

TIMEOUT = httpx.Timeout(45.0, connect=5.0)
"""Seconds for one request: more than a server waits for a store that another program locks, so that its own words
arrive. A stream sends a sign of life every 15 s, so this serves for it too."""
MOST_BYTES = 128 * 1024 * 1024
"""Of one answer, or one event of a stream: more than the largest package."""
RECONNECTS = 5
"""So often in a row a broken stream is resumed without a single event before the caller hears of it."""
SILENCES = 1
"""So often in a row one is resumed that brought no sign of life: each silence takes as long as ``TIMEOUT`` says."""


class HttpDoor:
    """See ``Door``. ``transport`` puts something else in the place of the network, such as an ASGI application."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = _safe(url)
        self._pause = pause
        self._client = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {_sendable(token)}", "Accept": "application/json"},
            timeout=timeout,
            trust_env=False,
            transport=transport or BoundedTransport(secure=not self.url.startswith("http://")),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def health(self) -> HealthView:
        return self._get(HealthView, "/health")

    def put_release(self, release: str, package: bytes) -> ReleaseView:
        return self._read(
            ReleaseView,
            self._send("PUT", f"/releases/{_part(release)}", content=package, headers={"Content-Type": RELEASE_TYPE}),
        )

    def get_release(self, release: str) -> bytes:
        response = self._send("GET", f"/releases/{_part(release)}", headers={"Accept": RELEASE_TYPE})
        if not response.is_success:
            raise _refusal(response.status_code, response.content, self.url)
        return response.content

    def start(self, request: StartRequest) -> StartedView:
        return self._post(StartedView, "/runs", request)

    def runs(
        self,
        *,
        state: str | None = None,
        flow: str | None = None,
        case: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> RunList:
        return self._get(RunList, "/runs", state=state, flow=flow, case=case, after=after, limit=limit)

    def run(self, run: str) -> RunView:
        return self._get(RunView, f"/runs/{_part(run)}")

    def trace(self, run: str, *, skip: int = 0, limit: int = 200) -> TraceView:
        return self._get(TraceView, f"/runs/{_part(run)}/trace", skip=skip, limit=limit)

    def events(self, run: str, *, after: int = 0, limit: int = 200) -> EventPage:
        return self._get(EventPage, f"/runs/{_part(run)}/events", after=after, limit=limit)

    def follow(self, run: str, *, after: int = 0) -> Iterator[Followed]:
        seen, broken, silent = after, 0, 0
        while True:
            try:
                for item in self._stream(run, seen):
                    broken = silent = 0
                    yield item
                    if isinstance(item, EventView):
                        seen = item.seq
                    elif item.ended:
                        return
            except httpx.TransportError as fault:
                silent += isinstance(fault, httpx.ReadTimeout)
                if isinstance(fault, httpx.ConnectError) or broken >= RECONNECTS or silent > SILENCES:
                    raise unreached(self.url, fault) from None
            # The server ended the stream (it drains), or the connection broke: go on where it stopped.
            broken += 1
            if broken > RECONNECTS:
                raise unreached(self.url, None)
            self._pause(min(0.2 * 2**broken, 5.0))

    def tasks(
        self, *, role: str | None = None, run: str | None = None, after: str | None = None, limit: int = 50
    ) -> TaskList:
        return self._get(TaskList, "/tasks", role=role, run=run, after=after, limit=limit)

    def task(self, task: str) -> TaskView:
        return self._get(TaskView, f"/tasks/{_part(task)}")

    def answer(self, task: str, request: AnswerRequest) -> AnsweredView:
        return self._post(AnsweredView, f"/tasks/{_part(task)}/answers", request)

    def claim_task(self, task: str, request: ClaimRequest) -> TaskView:
        return self._post(TaskView, f"/tasks/{_part(task)}/claim", request)

    def release_task(self, task: str, request: ClaimRequest) -> TaskView:
        return self._post(TaskView, f"/tasks/{_part(task)}/release", request)

    def delegate_task(self, task: str, request: PassOnRequest) -> TaskView:
        return self._post(TaskView, f"/tasks/{_part(task)}/delegate", request)

    def hand_over_task(self, task: str, request: PassOnRequest) -> TaskView:
        return self._post(TaskView, f"/tasks/{_part(task)}/hand-over", request)

    def incidents(self, *, run: str | None = None, after: str | None = None, limit: int = 50) -> IncidentList:
        return self._get(IncidentList, "/incidents", run=run, after=after, limit=limit)

    def incident(self, incident: str) -> IncidentView:
        return self._get(IncidentView, f"/incidents/{_part(incident)}")

    def resolve(self, incident: str, request: ResolveRequest) -> ResolvedView:
        return self._post(ResolvedView, f"/incidents/{_part(incident)}/resolution", request)

    def audit(self, *, after: str | None = None) -> AuditView:
        return self._get(AuditView, "/audit", after=after)

    def heads(self, *, after: str | None = None, limit: int = 500) -> HeadList:
        return self._get(HeadList, "/audit/heads", after=after, limit=limit)

    def missing_heads(self, request: HeadsRequest) -> AuditView:
        return self._post(AuditView, "/audit/heads", request)

    def cancel(self, run: str, request: CancelRequest) -> RunView:
        return self._post(RunView, f"/runs/{_part(run)}/cancel", request)

    def suspend(self, run: str, request: SuspendRequest) -> RunView:
        return self._post(RunView, f"/runs/{_part(run)}/suspend", request)

    def resume(self, run: str, request: ResumeRequest) -> RunView:
        return self._post(RunView, f"/runs/{_part(run)}/resume", request)

    def send_signal(self, request: SignalRequest) -> SignalView:
        return self._post(SignalView, "/signals", request)

    def node_types(self) -> NodeTypeList:
        return self._get(NodeTypeList, "/node-types")

    def people(self) -> PeopleView:
        return self._get(PeopleView, "/people")

    def test_connection(self, request: ConnectionTestRequest) -> ConnectionTestView:
        return self._post(ConnectionTestView, "/connections/test", request)

    # --- requests ---

    def _get(self, kind: type[Message], path: str, **query: Any) -> Message:
        asked = {name: value for name, value in query.items() if value is not None}
        return self._read(kind, self._send("GET", path, params=asked))

    def _post(self, kind: type[Message], path: str, request: BaseModel) -> Message:
        sent = self._send("POST", path, content=to_bytes(request), headers={"Content-Type": "application/json"})
        return self._read(kind, sent)

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            with self._asked(method, path, **options) as response:
                return httpx.Response(response.status_code, content=self._whole(response))
        except httpx.TransportError as fault:
            raise unreached(self.url, fault) from None

    @contextmanager
    def _asked(self, method: str, path: str, **options: Any) -> Iterator[httpx.Response]:
        """The answer while it is being read. Only ``Problem`` leaves, and ``httpx.TransportError`` if it breaks off."""
        try:
            with self._client.stream(method, path, **options) as response:
                yield response
        except httpx.TransportError:
            raise
        except EndlessHead:
            raise _not_baton(self.url, "announces an answer without end, and none comes") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            # A redirect to what is no address, or a body that is not packed as it says.
            raise _not_baton(self.url, "answered in a way that can't be read") from None

    def _whole(self, response: httpx.Response) -> bytes:
        return b"".join(within(response.iter_bytes(), MOST_BYTES, self._too_large))

    def _too_large(self) -> Problem:
        return _not_baton(self.url, f"answered with something larger than {MOST_BYTES:,} bytes, which was not read on")

    def _read(self, kind: type[Message], response: httpx.Response) -> Message:
        # The health of a runtime that can't work comes with 503 and is an answer, not a refusal.
        if response.is_success or (kind is HealthView and response.status_code == 503):
            return _parse(kind, response.content, self.url)
        raise _refusal(response.status_code, response.content, self.url)

    def _stream(self, run: str, after: int) -> Iterator[Followed]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        with self._asked("GET", f"/runs/{_part(run)}/events", headers=headers) as response:
            if not response.is_success:
                raise _refusal(response.status_code, self._whole(response), self.url)
            for event in read_events(lines_of(response.iter_bytes(), MOST_BYTES, self._too_large)):
                if event.kind == "event":
                    yield _parse(EventView, event.data.encode(), self.url)
                elif event.kind == "run":
                    yield _parse(RunView, event.data.encode(), self.url)
                elif event.kind == "problem":
                    raise Problem.of(_parse(ProblemView, event.data.encode(), self.url))


def _not_baton(url: str, words: str) -> Problem:
    return Problem(502, "NOT_BATON", f"{url} {words}.", todo="Look whether Baton serves there.")


def _part(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def _safe(url: str) -> str:
    """The address, if a token may be sent there."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise Problem(422, "SERVER_URL", f"{url!r} is not an address: {problem}.", todo=_EXAMPLE) from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise Problem(422, "SERVER_URL", f"{url!r} is not an http or https address.", todo=_EXAMPLE)
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise Problem(422, "SERVER_URL", "The address of a server has no user, query or fragment.", todo=_EXAMPLE)
    if parsed.scheme == "http" and not _is_loopback(parsed.host):
        raise Problem(
            422,
            "SERVER_URL",
            f"{url} would carry the token through the network in clear.",
            todo="Use https, or a tunnel that ends on this machine.",
        )
    return url.rstrip("/")


_EXAMPLE = "Give it as it was printed by `baton serve`, such as http://127.0.0.1:8500."


def _sendable(token: str) -> str:
    """The token, if it can stand in the head of a request."""
    if token.strip() == token and token and token.isascii() and token.isprintable():
        return token
    title = "The token has characters that no token has." if token else "There is no token."
    raise Problem(422, "TOKEN", title, todo="Copy it from where `baton serve` was started.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _parse(kind: type[Message], body: bytes, url: str) -> Message:
    try:
        return from_bytes(kind, body)
    except Problem as problem:
        raise Problem(
            502, "NOT_BATON", f"{url} answered with something that is not Baton's ({problem.title})", todo=_EXAMPLE
        ) from None


def _refusal(status: int, body: bytes, url: str) -> Problem:
    try:
        return Problem.of(from_bytes(ProblemView, body))
    except Problem:
        if status >= 500:  # a gateway whose runtime starts anew answers so
            title = f"{url} answered with status {status} and no word: it, or what stands before it, is at fault."
            return Problem(502, "SERVER_FAULT", title, todo="Look whether it happened, then retry.")
        return Problem(
            502 if status < 400 else status,
            "NOT_BATON",
            f"{url} answered with status {status} and no explanation.",
            todo="Look whether Baton serves there.",
        )
