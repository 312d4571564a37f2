"""``baton trace``: what a run did, step by step, and why."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.options import NAME, as_json, in_store
from runtime.cli.printing import console, print_json
from runtime.cli.tree import trace_tree

SECTION = "Look"


@click.command("trace", short_help="What a run did, step by step, and why.")
@click.argument("run", type=NAME)
@click.option("--skip", type=click.IntRange(0), default=0, help="Leave out so many steps at the beginning.")
@click.option("--limit", type=click.IntRange(1, 500), default=500, show_default=True, help="So many steps at most.")
@click.option("--full", is_flag=True, help="Do not cut long inputs and outputs, nor break lines.")
@click.option("--no-values", is_flag=True, help="Leave inputs and outputs out.")
@in_store
@as_json
def VERB(  # noqa: N802
    run: str,
    skip: int,
    limit: int,
    full: bool,
    no_values: bool,
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> None:
    """Show what RUN did: times, attempts, who answered, and why each way was taken. Sensitive values are masked."""
    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        trace = door.trace(run, skip=skip, limit=limit)
    if as_json:
        print_json(trace)
    else:
        console(whole=full).print(trace_tree(trace, values=not no_values, longest=None if full else 160))
