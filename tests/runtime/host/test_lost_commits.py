"""F17 on the wire: COMMIT reached a real Postgres and its answer did not come back: each start is one run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from runtime.engine.stimuli import Start
from runtime.host import Started
from tests.postgres_server import Server
from tests.runtime.host.bench import flow, hosting, package, play, work
from tests.runtime.host.victim import effects, ledger

STARTS = 12


class Cutter:
    """Stands between and, once for each time that it is armed, cuts a connection after its COMMIT went through."""

    def __init__(self, socket: Path) -> None:
        self.armed = False
        self.cuts = 0
        self._socket = socket

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, out = await asyncio.open_unix_connection(self._socket)
        cut = asyncio.Event()
        with contextlib.suppress(OSError):  # either side may go at any moment
            await asyncio.gather(self._forth(reader, out, cut), self._back(upstream, writer, cut))

    async def _forth(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while said := await reader.read(65_536):
            if self.armed and b"COMMIT" in said:
                self.armed = False
                self.cuts += 1
                cut.set()
            out.write(said)
            await out.drain()
        out.close()

    @staticmethod
    async def _back(upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while said := await upstream.read(65_536):
            if cut.is_set():  # the server has done it, and says so
                break
            writer.write(said)
            await writer.drain()
        writer.transport.abort()


@asynccontextmanager
async def cutting(postgres: Server) -> AsyncIterator[tuple[Cutter, str]]:
    """The cutter, and the URL of a fresh database through it."""
    cutter = Cutter(postgres.folder / ".s.PGSQL.5432")
    name = postgres.database().partition("@/")[2].partition("?")[0]
    server = await asyncio.start_server(cutter.meet, "127.0.0.1", 0)
    try:
        yield cutter, f"postgresql://baton@127.0.0.1:{server.sockets[0].getsockname()[1]}/{name}"
    finally:
        server.close()


def test_a_start_whose_commit_was_not_answered_is_one_run_and_one_effect(tmp_path: Path, postgres: Server) -> None:
    async def story() -> None:
        async with cutting(postgres) as (cutter, url), hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            release = await host.put_release(package(flow(work("posts", "post", "once"))))
            begun = []
            for number in range(STARTS):
                cutter.armed = number % 2 == 0
                begun.append(await host.start(release, Start(flow="f", key=f"k{number}")))
                await host.activity.wait_for(lambda: not host.activity.busy())
            assert cutter.cuts == STARTS // 2, "the fault was not met"
            assert [type(each) for each in begun] == [Started] * STARTS, "looked up by key: it stands, so it is said"
            assert len({each.run for each in begun if isinstance(each, Started)}) == STARTS
            assert await host.store.count_runs() == {"completed": STARTS}
            assert (await host.incidents()).rows == ()
            assert await host.store.verify() == []

    play(story())
    assert Counter(kind for kind, *_ in ledger(tmp_path)) == {"once": STARTS}
    assert len({key for _, key, _ in ledger(tmp_path)}) == STARTS
