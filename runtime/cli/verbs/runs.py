"""``baton runs``: the list of runs."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.options import as_json, in_store, page
from runtime.cli.printing import print_json
from runtime.cli.telling import tell_runs
from runtime.wire import RunView

SECTION = "Look"


@click.command("runs", short_help="Runs, youngest first.")
@click.option("--state", metavar="STATE", help="running, suspended, cancelling, compensating, completed or cancelled.")
@click.option("--flow", metavar="FLOW", help="Of this flow only.")
@click.option("--case", metavar="KEY", help="Of this customer matter only.")
@page
@in_store
@as_json
def VERB(  # noqa: N802
    state: str | None,
    flow: str | None,
    case: str | None,
    limit: int,
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> None:
    """List runs, youngest first."""
    found: list[RunView] = []
    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        after = None
        while len(found) < limit:
            listed = door.runs(state=state, flow=flow, case=case, after=after, limit=min(500, limit - len(found)))
            found += listed.runs
            after = listed.next
            if after is None:
                break
    if as_json:
        print_json({"runs": [view.model_dump(mode="python") for view in found]})
    else:
        tell_runs(found)
