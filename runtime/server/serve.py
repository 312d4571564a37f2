"""``serve``: one host, one socket on the loopback address, one line of JSON, and an orderly end.

Called by ``baton serve``. Ends by SIGTERM, SIGINT or, where asked, by the end of standard input (so that a server which
a designer started ends with it, however that ends): streams are closed, requests in progress are answered, and whoever
opened the host drains it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from runtime.host import Host
from runtime.server.app import create_app
from runtime.server.desk import Desk
from runtime.wire import Problem, View

LOOPBACK = "127.0.0.1"
LAST_ANSWERS = 10
"""Seconds that requests in progress have at the end."""


class Serving(View):
    """The line of JSON that ``baton serve`` prints once it listens."""

    url: str
    token: str
    pid: int
    store: str
    environment: str


class _Server(uvicorn.Server):
    """Leaves signals to ``_ending``; uvicorn's own handlers would end the process before the host has drained."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    host: Host,
    token: str,
    *,
    port: int = 0,
    until_stdin_closes: bool = False,
    announce: Callable[[Serving], None] = lambda serving: None,
) -> None:
    """Serves until it is told to end. Raises ``Problem`` if the port can't be had."""
    listening = _listen(port)
    port = listening.getsockname()[1]
    url = f"http://{LOOPBACK}:{port}"
    app = create_app(Desk.over(host), token, hosts=(f"{LOOPBACK}:{port}", f"localhost:{port}"), port=port)
    server = _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=LAST_ANSWERS,
            h11_max_incomplete_event_size=65_536,
        )
    )
    closing: asyncio.Event = app.state.closing
    async with _ending(closing, until_stdin_closes):
        serving = asyncio.create_task(server.serve(sockets=[listening]), name="server")
        ready = asyncio.create_task(server.listening.wait())
        await asyncio.wait({ready, serving}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not serving.done():
            host.store.announce_server(url, token)
            announce(
                Serving(
                    url=url, token=token, pid=os.getpid(), store=host.store.place, environment=host.environment.name
                )
            )
            told = asyncio.create_task(closing.wait())
            await asyncio.wait({told, serving}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            with contextlib.suppress(Exception):
                host.store.announce_server(None, None)
        server.should_exit = True
        await serving


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # On Windows this would let a second process take the port over.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except (OSError, OverflowError) as fault:
        listening.close()
        reason = getattr(fault, "strerror", None) or str(fault)
        raise Problem(
            503, "PORT", f"Port {port} can't be had: {reason}.", todo="Choose another, or 0 for any free one."
        ) from None
    listening.setblocking(False)
    return listening


@asynccontextmanager
async def _ending(closing: asyncio.Event, until_stdin_closes: bool) -> AsyncIterator[None]:
    """Sets ``closing`` on the first signal, or at the end of standard input; a second Ctrl-C is not held back."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(closing.set)
        signal.signal(number, before[signal.Signals(number)] or signal.SIG_DFL)

    in_main = threading.current_thread() is threading.main_thread()
    if in_main:
        for number in before:
            signal.signal(number, told)
    if until_stdin_closes:
        threading.Thread(target=_read_to_the_end, args=(loop, closing), daemon=True, name="standard input").start()
    try:
        yield
    finally:
        if in_main:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)


def _read_to_the_end(loop: asyncio.AbstractEventLoop, closing: asyncio.Event) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        while os.read(sys.stdin.fileno(), 65_536):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended by itself
        loop.call_soon_threadsafe(closing.set)
