"""``baton runs``: the list of runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import click

from runtime.cli.doors import Where, is_worked_on, open_door
from runtime.cli.options import NAME, as_json, in_store, page
from runtime.cli.printing import print_json
from runtime.cli.telling import tell_runs
from runtime.client import Door
from runtime.wire import RunView

SECTION = "Look"
STATES = ("running", "suspended", "cancelling", "compensating", "completed", "cancelled")
STANDING = {"waiting": ("running",), "incident": ("running", "suspended", "cancelling", "compensating")}
"""What ``--state`` takes besides: how a run stands -> the states that runs which stand so can have"""


@click.command("runs", short_help="Runs, youngest first.")
@click.option(
    "--state", type=click.Choice([*STATES, *STANDING]), metavar="STATE", help=f"{', '.join([*STATES, *STANDING])}."
)
@click.option("--flow", metavar="FLOW", type=NAME, help="Of this flow only.")
@click.option("--case", metavar="KEY", type=NAME, help="Of this customer matter only.")
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
    where = Where(store=store, server=server, token_file=token_file)
    worked_on = is_worked_on(where)
    found: list[RunView] = []
    with open_door(where) as door:
        for each in STANDING.get(state or "", (state,)):
            found += islice((view for view in _all(door, each, flow, case, limit) if _stands(view, state)), limit)
    found = sorted(found, key=lambda view: view.started_at, reverse=True)[:limit]
    if as_json:
        print_json({"runs": [view.model_dump(mode="python") for view in found]})
    else:
        tell_runs(found, worked_on=worked_on)


def _all(door: Door, state: str | None, flow: str | None, case: str | None, limit: int) -> Iterator[RunView]:
    after = None
    while True:
        page = door.runs(state=state, flow=flow, case=case, after=after, limit=min(500, limit))
        yield from page.runs
        after = page.next
        if after is None:
            return


def _stands(view: RunView, wanted: str | None) -> bool:
    if wanted == "incident":
        return view.open_incidents > 0
    return wanted != "waiting" or not (view.busy or view.open_incidents)
