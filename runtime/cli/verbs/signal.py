"""``baton signal``: hand in a message for whichever run waits for it."""

from __future__ import annotations

from decimal import Decimal

import click

from nodes.contract import to_wire
from runtime.cli.doors import Where, open_door
from runtime.cli.local import LocalDoor
from runtime.cli.options import KEY, NAME, VALUE, Seconds, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json
from runtime.cli.reading import read_value
from runtime.cli.telling import told
from runtime.wire import SignalRequest

SECTION = "Decide"


@click.command("signal", short_help="Send a message to whichever run waits for it.")
@click.argument("name", type=NAME)
@click.argument("key", type=VALUE)
@click.option("--payload", metavar="JSON|@FILE|-", help="What it brings.")
@click.option(
    "--id", "signal_id", metavar="TEXT", type=KEY, help="The sender's own id; the same id again is a repetition."
)
@click.option("--keep-for", type=Seconds(1, 2_592_000), default=86_400, help="Seconds that it waits for a run.")
@acting(required=False)
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    name: str,
    key: str,
    payload: str | None,
    signal_id: str | None,
    keep_for: float,
    user: str | None,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> None:
    """Send the signal NAME for KEY. It wakes the oldest wait for it, now or as long as it is kept."""
    value = None if payload is None else to_wire(read_value(payload, "--payload"))
    request = SignalRequest(name=name, key=key, payload=value, id=signal_id, keep_for=Decimal(str(keep_for)), by=user)
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    with open_door(where, changes=True) as door:
        sent = door.send_signal(request)
        if isinstance(door, LocalDoor):
            door.until_idle()
    if as_json:
        print_json(sent)
    else:
        told(f"{'Known before' if sent.repeated else 'Taken'}: {sent.signal}")
