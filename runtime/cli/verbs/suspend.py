"""``baton suspend``: let nothing new begin in a run; ``baton resume RUN`` ends it."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.options import NAME, REASON, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json
from runtime.cli.telling import told
from runtime.wire import SuspendRequest

SECTION = "Operate"


@click.command("suspend", short_help="Hold a run.")
@click.argument("run", type=NAME)
@acting()
@click.option("--reason", type=REASON, default="", help="Why; it stands in the trace.")
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    run: str,
    user: str,
    reason: str,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> None:
    """Hold RUN: no step and no timer starts, while answers and signals still come in."""
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    with open_door(where, changes=True) as door:
        view = door.suspend(run, SuspendRequest(by=user, reason=reason))
    if as_json:
        print_json(view)
    else:
        told(f"{run} is suspended. Go on with: baton resume {run}")
