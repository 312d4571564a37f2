"""``baton resolve``: decide how a step goes on that stands at an incident."""

from __future__ import annotations

from typing import Any, get_args

import click

from nodes.contract import to_wire
from runtime.cli.doors import Where, open_door
from runtime.cli.exits import Exit
from runtime.cli.following import follow, run_of
from runtime.cli.options import NAME, REASON, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json
from runtime.cli.reading import read_value
from runtime.cli.telling import tell_standing
from runtime.wire import ResolveRequest
from runtime.wire.incidents import How

SECTION = "Decide"


@click.command("resolve", short_help="Decide how a step goes on that stands at an incident.")
@click.argument("incident", type=NAME)
@click.option(
    "--how", type=click.Choice(get_args(How)), required=True, help="How it goes on; `baton incidents` lists what fits."
)
@acting()
@click.option("--input", "new_input", metavar="JSON|@FILE|-", help="With edit: the corrected input.")
@click.option("--output", metavar="JSON|@FILE|-", help="With by_hand: the result.")
@click.option("--port", metavar="PORT", type=NAME, help="With by_hand or other_port: the way it leaves by.")
@click.option("--not-done", is_flag=True, help="Somebody looked: the effect has certainly not happened.")
@click.option("--raise-by", type=click.IntRange(1, 1_000_000), help="With retry of a limit: so much more.")
@click.option("--reason", type=REASON, default="", help="Why; it stands in the trace.")
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    incident: str,
    how: Any,
    user: str,
    new_input: str | None,
    output: str | None,
    port: str | None,
    not_done: bool,
    raise_by: int | None,
    reason: str,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> int:
    """Decide how the step at INCIDENT goes on. The first decision counts.

    Without a server the run goes on in this process, until it has ended or waits again.
    """
    request = ResolveRequest(
        how=how,
        by=user,
        input=None if new_input is None else to_wire(read_value(new_input, "--input")),
        output=None if output is None else to_wire(read_value(output, "--output")),
        port=port,
        not_done=not_done,
        raise_by=raise_by,
        reason=reason,
    )
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    run = run_of(incident, "incident")
    with open_door(where, changes=True, runs=(run,) if how != "cancel" else ()) as door:
        before = door.run(run).last_seq
        resolved = door.resolve(incident, request)
        stands = follow(door, run, after=before)
    if as_json:
        print_json({"resolution": resolved.model_dump(mode="python"), **stands.as_json()})
    else:
        tell_standing(stands)
    return Exit.DONE
