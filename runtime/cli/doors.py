"""Which door a verb uses: the server that was named, the server that holds the store, or a host in this process.

``open_door`` is the one place that decides. A store that a server holds is asked through that server (its lock says
where it listens); one that nobody holds is opened here; one that is held without a server can still be looked into.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nodes.registry import Registry, load
from runtime.cli.logs import logged
from runtime.cli.printing import is_terminal, say
from runtime.cli.reading import read_file
from runtime.cli.settings import default_store, read_settings
from runtime.client import Door, HttpDoor
from runtime.wire import Problem

if TYPE_CHECKING:
    from runtime.model.project import Project
    from runtime.server.desk import Desk

TOKEN_VARIABLE = "BATON_TOKEN"  # noqa: S105  the name of a variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the options of a verb say."""

    store: str | None = None
    server: str | None = None
    token_file: str | None = None
    env: str | None = None
    """None = it was not said: the environment ``local``, or that of the server"""
    connections: tuple[str, ...] = ()


def known_types() -> Registry:
    """Baton's node types, installed ones, and those in folders that the user's settings trust."""
    return load(plugin_folders=[Path(folder) for folder in read_settings().trusted_node_folders])


@contextmanager
def open_door(
    where: Where,
    *,
    changes: bool = False,
    runs: Collection[str] = (),
    flow: tuple[Project, str] | None = None,
) -> Iterator[Door]:
    """A door for one verb. ``changes``: the verb changes something, so runs may go on in this process; ``runs`` and
    ``flow`` are those that it will set going: what they need must be there, or it is refused with nothing done."""
    if where.server and where.store:
        raise Problem(422, "TWO_DOORS", "Give --store or --server, not both.", todo="The server knows its own store.")
    if where.server:
        _refuse_own_environment(where, where.server)
        with HttpDoor(where.server, _token(where)) as door:
            yield door
        return
    # Imported here, because a verb that asks a server needs no database library.
    from runtime.cli.local import local_door
    from runtime.store import store_holder

    store = where.store or default_store()
    holder = store_holder(store)
    if holder is not None and holder.server_url:
        _refuse_own_environment(where, holder.server_url)
        with HttpDoor(holder.server_url, holder.token or _token(where)) as door:
            yield door
        return
    with local_door(lambda: _working(store, where, runs, flow) if changes else _reading(store)) as local:
        yield cast("Door", local)


def is_worked_on(where: Where) -> bool:
    """Whether some process has the store open to work on its runs; nothing goes on in it otherwise."""
    from runtime.store import store_holder

    return where.server is not None or store_holder(where.store or default_store()) is not None


@asynccontextmanager
async def _working(
    store_url: str, where: Where, runs: Collection[str], flow: tuple[Project, str] | None
) -> AsyncIterator[Desk]:
    import asyncio

    from runtime.cli.bindings import refuse_unknown_connections, refuse_unready_flow, refuse_unready_runs
    from runtime.connections import LOCAL, Environment
    from runtime.host import Host, SystemClock
    from runtime.server.desk import Desk
    from runtime.store import open_store, store_holder
    from runtime.store.opening import make_room, store_exists

    if flow is not None:
        refuse_unknown_connections(where.connections, flow[0].connections, "The project has")
    environment = Environment.load(where.env or LOCAL, where.connections)
    if is_terminal():
        for notice in environment.notices:
            say(notice)
    registry = await asyncio.to_thread(known_types)
    if flow is not None:
        await refuse_unready_flow(*flow, registry, environment)
    # A run that is begun names its project's connections; verbs that go on with runs name those of the runs' projects.
    given = () if flow is not None else where.connections
    if store_exists(store_url) and store_holder(store_url) is None:
        async with open_store(store_url, worker="looking", read_only=True) as store:
            await refuse_unready_runs(store, registry, environment, SystemClock().now(), runs, given)
    else:
        make_room(store_url)
    with logged() as redactor:
        async with Host.open(
            store_url=store_url, registry=registry, environment=environment, redactor=redactor
        ) as host:
            yield Desk.over(host)


@asynccontextmanager
async def _reading(store_url: str) -> AsyncIterator[Desk]:
    import asyncio

    from runtime.server.desk import Desk
    from runtime.store import open_store
    from runtime.store.opening import shown, store_exists

    if not store_exists(store_url):
        raise Problem(
            404,
            "STORE_MISSING",
            f"There is no store {shown(store_url)} yet.",
            todo="`baton run` makes it, or name another --store.",
        )
    async with open_store(store_url, worker="looking", read_only=True) as store:
        yield Desk.reading(store, await asyncio.to_thread(known_types))


def _refuse_own_environment(where: Where, server: str) -> None:
    """A server's runs use its environment. Who names another (a sandbox) must not reach the real one unawares."""
    given = [*(["--env"] if where.env else []), *(["--connection"] if where.connections else [])]
    if given:
        raise Problem(
            422,
            "SERVER_ENVIRONMENT",
            f"The server {server} works with its own environment, so {' and '.join(given)} would count for nothing. "
            "Nothing was done.",
            where=given[0],
            todo=f"Leave out {' and '.join(given)}, name another --store, "
            "or stop that server and start it with what you want.",
        )


def _token(where: Where) -> str:
    if where.token_file:
        return read_token(Path(where.token_file))
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise Problem(
            422,
            "TOKEN_MISSING",
            "The server's token is needed.",
            todo=f"Give --token-file FILE, or set {TOKEN_VARIABLE} to what `baton serve` printed.",
        )
    return token


def read_token(file: Path) -> str:
    """The token in a file: its only line."""
    token = read_file(file, "--token-file").decode("ascii", "replace").strip()
    if len(token) < 20 or not token.isprintable() or " " in token:
        raise Problem(
            422, "TOKEN_WEAK", f"{file} holds no token of 20 characters or more.", todo="Put a random text into it."
        )
    return token
