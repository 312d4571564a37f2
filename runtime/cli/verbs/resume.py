"""``baton resume``: go on with what a crash or a suspension left."""

from __future__ import annotations

import getpass

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.exits import Exit
from runtime.cli.following import follow
from runtime.cli.local import LocalDoor
from runtime.cli.options import NAME, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json, say
from runtime.cli.telling import tell_runs, tell_standing
from runtime.client import Door
from runtime.wire import ResumeRequest, RunView

SECTION = "Run flows"


@click.command("resume", short_help="Go on with what a crash or a suspension left.")
@click.argument("run", type=NAME, required=False)
@acting(required=False)
@click.option("--shift", is_flag=True, help="Of a suspended run: move its deadlines by the time that it was suspended.")
@click.option("--until-idle", is_flag=True, help="Leave as soon as nothing is under way, even if it waits for a time.")
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    run: str | None,
    user: str | None,
    shift: bool,
    until_idle: bool,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> int:
    """Go on with RUN, or with all runs of the store, until they have ended or wait.

    A run that was suspended is resumed. Runs that a killed process left are taken over; nothing that their journals
    hold is done twice.
    """
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    with open_door(where, changes=True, runs=(run,) if run else ()) as door:
        if run is None:
            return _all(door, as_json)
        view = door.run(run)
        if view.state == "suspended":
            door.resume(run, ResumeRequest(by=user or getpass.getuser(), shift=shift))
        stands = follow(door, run, after=view.last_seq, until_idle=until_idle)
    if as_json:
        print_json(stands.as_json())
    else:
        tell_standing(stands)
    return stands.exit


def _all(door: Door, as_json: bool) -> int:
    """Works until nothing in the store can go on by itself, and lists what it found unfinished."""
    open_before = _unfinished(door)
    if isinstance(door, LocalDoor):
        door.until_idle()
    elif not as_json:
        say("A server works on this store already; its runs go on by themselves.")
    after = [door.run(view.run) for view in open_before]
    if as_json:
        print_json({"runs": [view.model_dump(mode="python") for view in after]})
    else:
        tell_runs(after)
    return Exit.DONE


def _unfinished(door: Door) -> list[RunView]:
    found: list[RunView] = []
    for state in ("running", "cancelling", "compensating"):
        after = None
        while True:
            page = door.runs(state=state, after=after, limit=500)
            found += page.runs
            after = page.next
            if after is None or len(found) >= 10_000:
                break
    return found
