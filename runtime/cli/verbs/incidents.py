"""``baton incidents``: where operators are needed."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.options import NAME, as_json, in_store, page
from runtime.cli.printing import print_json
from runtime.cli.telling import tell_incidents
from runtime.wire import IncidentView

SECTION = "Look"


@click.command("incidents", short_help="Steps that wait for an operator.")
@click.option("--run", metavar="RUN", type=NAME, help="Of this run only.")
@page
@in_store
@as_json
def VERB(  # noqa: N802
    run: str | None, limit: int, store: str | None, server: str | None, token_file: str | None, as_json: bool
) -> None:
    """List steps that stand still until somebody decides how they go on, oldest first."""
    found: list[IncidentView] = []
    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        if run is not None:
            door.run(run)  # an empty list would hide that there is no such run
        after = None
        while len(found) < limit:
            listed = door.incidents(run=run, after=after, limit=min(500, limit - len(found)))
            found += listed.incidents
            after = listed.next
            if after is None:
                break
    if as_json:
        print_json({"incidents": [each.model_dump(mode="python") for each in found]})
    else:
        tell_incidents(found)
