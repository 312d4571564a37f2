"""``baton serve``: a runtime with its API and task pages, on this machine."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from runtime.cli.doors import known_types, read_token
from runtime.cli.leaving import run_to_the_end
from runtime.cli.logs import logged
from runtime.cli.options import in_environment
from runtime.cli.printing import is_terminal, say
from runtime.cli.settings import default_store
from runtime.wire import to_bytes

SECTION = "Run flows"


@click.command("serve", short_help="Serve flows, an API and a task page on this machine.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8500, show_default=True, help="0: any free one.")
@click.option("--store", metavar="URL", help="sqlite:///path/to/store.db, its path, or postgresql://...")
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A token of 20 characters or more; else a new one.",
)
@click.option(
    "--until-stdin-closes", is_flag=True, help="End when standard input ends, for whoever started this as a child."
)
@in_environment
def VERB(  # noqa: N802
    port: int,
    store: str | None,
    token_file: Path | None,
    until_stdin_closes: bool,
    env: str | None,
    connections: tuple[str, ...],
) -> None:
    """Run flows as a service on 127.0.0.1, with an API and a page of tasks.

    Prints one line of JSON once it listens: url, token, pid, store, environment. As a child that can't, because another
    process has the store, it prints {"refused": "STORE_HELD"} before it ends. Ends by SIGTERM or Ctrl-C, after what
    is under way has been journaled.
    """
    token = read_token(token_file) if token_file else secrets.token_urlsafe(32)
    before = sys.stdout
    try:
        run_to_the_end(_serve(port, store or default_store(), token, until_stdin_closes, env, connections))
    finally:
        sys.stdout = before


async def _serve(
    port: int, store: str, token: str, until_stdin_closes: bool, env: str | None, connections: tuple[str, ...]
) -> None:
    # Imported here, because no other verb needs a web server.
    from runtime.connections import LOCAL, Environment
    from runtime.host import Host
    from runtime.server.serve import Serving, serve
    from runtime.store import StoreHeld
    from runtime.store.opening import make_room

    environment = Environment.load(env or LOCAL, connections)
    make_room(store)

    def announce(serving: Serving) -> None:
        click.echo(to_bytes(serving).decode())
        if sys.stderr is not None:
            sys.stdout = sys.stderr  # that line was all; what nodes print is none of whoever reads it
        if is_terminal():
            for notice in environment.notices:
                say(notice)
            say(f"\nTasks  {serving.url}/inbox\nToken  {serving.token}\nCtrl-C ends it.")

    with logged() as redactor:
        try:
            async with Host.open(
                store_url=store, registry=known_types(), environment=environment, redactor=redactor
            ) as host:
                await serve(host, token, port=port, until_stdin_closes=until_stdin_closes, announce=announce)
        except StoreHeld:
            if until_stdin_closes:  # whoever started this may wait for the other's end, and for nothing else
                click.echo('{"refused": "STORE_HELD"}')
            raise
