"""The server as a process: binds loopback, says where it listens, ends when asked.

Called by __main__.py. Laws: the one line on stdout is written when requests are answered already, not before; SIGTERM,
Ctrl-C and (if wished) the end of stdin all end the process in order, with exit code 0.
"""

import json
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvicorn

from projects.example_systems.connections import LiveConnections, protocol_for
from projects.example_systems.faults import FaultBoard
from projects.example_systems.keys import Keys
from projects.example_systems.server import create_app
from projects.example_systems.store import Store

LOOPBACK: Final = "127.0.0.1"
# Longer than any client pools a connection. If the server hung up on an idle one just as a request is on its way, the
# caller could not know whether its effect took place: a fault that nobody ordered.
KEEP_ALIVE_SECONDS: Final = 300
GRACE_SECONDS: Final = 2  # for requests in flight at the end


class PortError(Exception):
    """The address can't be bound; the message says which and why."""


@dataclass(frozen=True)
class Options:
    """`port` 0 lets the machine choose; `store` None keeps everything in memory."""

    port: int = 0
    store: Path | None = None
    keys: Keys = field(default_factory=Keys)
    until_stdin_closes: bool = False


class _AnnouncedServer(uvicorn.Server):
    """Writes the ready line once the listening socket is served, and lets go of what hangs in a fault at the end."""

    def __init__(self, config: uvicorn.Config, faults: FaultBoard) -> None:
        super().__init__(config)
        self._faults = faults

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        url = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}"
        print(json.dumps({"url": url, "pid": os.getpid(), "ledger": f"{url}/ledger"}), flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._faults.clear()
        await super().shutdown(sockets)


def serve(options: Options) -> None:
    """Run until told to end. Raises StoreError or PortError before anything is served."""
    store = Store(options.store)
    try:
        listening = _bind(options.port)
        connections = LiveConnections()
        app = create_app(store, options.keys, connections)
        config = uvicorn.Config(
            app,
            http=protocol_for(connections),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = _AnnouncedServer(config, app.state.faults)
        if options.until_stdin_closes:
            threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
        # uvicorn ends in order on a signal, and then raises it again for the handler that stood before: a quiet one.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        server.run(sockets=[listening])
    finally:
        store.close()


def _bind(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only where it is; without that each answer, being written
    # in two pieces, waits 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let two servers share one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise PortError(f"Cannot listen on {LOOPBACK}:{port}: {error.strerror}. Choose another --port.") from error
    return listening


def _end_with_stdin(server: uvicorn.Server) -> None:
    # os.read, not sys.stdin: a thread that holds the lock of a buffered file crashes the interpreter at exit.
    while os.read(0, 4096):
        pass
    server.should_exit = True
