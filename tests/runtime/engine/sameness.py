"""Are two simulations of one script the same? Looked at from all sides that a simulation shows."""

from __future__ import annotations

from typing import Any

from runtime.engine.driver import Done, SignalAccepted
from runtime.engine.simulate import Simulation
from runtime.engine.stimuli import Refusal


def seen(played: Simulation) -> dict[str, Any]:
    """All that can be told apart, by the side that it is seen from."""
    streams = played.streams()
    return {
        "runs": played.runs(),
        "streams": streams,
        **{f"journal of {stream}": played.stream(stream) for stream in streams},
        **{f"rows of {run}": played.rows(run) for run in played.runs()},
        **{f"rows of {run} computed anew": played.rebuilt(run) for run in played.runs()},
        "tasks": played.tasks(),
        "incidents": played.incidents(),
        "effects": played.effects,
        "refusals": played.refusals,
        "replies": [_told(reply) for reply in played.replies],
        "clock": played.now,
        "run": played.run,
    }


def differences(one: Simulation, other: Simulation) -> list[str]:
    """What is not the same, in words."""
    left, right = seen(one), seen(other)
    found = []
    for side in sorted(left.keys() | right.keys()):
        a, b = left.get(side), right.get(side)
        if a != b:
            found.append(f"{side}:\n  {one.through}: {_first(a, b)}\n  {other.through}: {_first(b, a)}")
    return found


def _told(reply: Done | SignalAccepted | Refusal) -> Any:
    if isinstance(reply, Done):
        return (reply.run, reply.state, reply.seq, reply.reply, reply.repeated, reply.next_due, reply.commands)
    return reply


def _first(mine: Any, theirs: Any) -> Any:
    """Where two lists part, what stands there; else all of it."""
    if not isinstance(mine, list) or not isinstance(theirs, list):
        return mine
    for n, item in enumerate(mine):
        if n >= len(theirs) or theirs[n] != item:
            return f"[{n} of {len(mine)}] {item}"
    return f"{len(mine)} in all, and no more"
