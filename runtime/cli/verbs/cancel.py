"""``baton cancel``: stop a run."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.exits import Exit
from runtime.cli.following import follow
from runtime.cli.options import NAME, REASON, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json
from runtime.cli.telling import tell_standing
from runtime.wire import CancelRequest

SECTION = "Operate"


@click.command("cancel", short_help="Stop a run.")
@click.argument("run", type=NAME)
@acting()
@click.option("--reason", type=REASON, default="", help="Why; it stands in the trace.")
@click.option("--no-undo", is_flag=True, help="Ask for nothing to be taken back, in later versions either.")
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    run: str,
    user: str,
    reason: str,
    no_undo: bool,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> int:
    """Stop RUN. What it has done stays done: this version takes nothing back by itself."""
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    with open_door(where, changes=True) as door:
        before = door.run(run).last_seq
        door.cancel(run, CancelRequest(by=user, reason=reason, undo=not no_undo))
        stands = follow(door, run, after=before)
    if as_json:
        print_json(stands.as_json())
    else:
        tell_standing(stands)
    return Exit.DONE if stands.view.state == "cancelled" else stands.exit
