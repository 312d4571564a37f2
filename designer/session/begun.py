"""What earlier runs began with, in words: by a customer's number a run is found, whatever its case is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from designer.session.leaves import leaves_of
from nodes.contract import from_wire
from nodes.contract.values import ValueProblem

if TYPE_CHECKING:
    from runtime.client.door import Door

LONGEST = 20_000
"""characters of one run that are looked through"""


def begun_with(door: Door, runs: Iterable[str]) -> dict[str, str]:
    """Run -> the values that it was started with. Asks for the first event of each, so not on the window's thread.
    Raises ``Problem`` if the runtime can't be asked."""
    return {run: _words(door.events(run, limit=1).events) for run in runs}


def _words(events: Iterable[Any]) -> str:
    for event in events:
        data = event.data if isinstance(event.data, dict) else {}
        try:
            rows = leaves_of(from_wire(data.get("input"))).rows if data.get("input") is not None else ()
        except ValueProblem:
            return ""  # by a newer Baton: the run is still found by its case
        return ", ".join(f"{path} {value}" for path, value in rows)[:LONGEST]
    return ""
