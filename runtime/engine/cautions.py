"""What somebody should look at before it becomes an incident: a run of many events (L2), a step of many bytes (N8).

The driver says it once, with the call that brought it (``Done.warnings``); the host writes it into its log.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nodes.contract import Value
from runtime.engine.events import Envelope, StepCompleted, StepStarted
from runtime.engine.state import State

MANY_EVENTS = 10_000
"""a run that has so many is spoken of (L2)"""
MANY_BYTES = 256_000
"""a step that takes or gives more is spoken of (N8)"""

_JSON = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def cautions(state: State, entries: Sequence[Envelope]) -> tuple[str, ...]:
    """What the events that were just written give reason to say, in sentences."""
    words: list[str] = []
    if state.seq - len(entries) < MANY_EVENTS <= state.seq:
        most = state.limit("events")
        words.append(
            f"The run {state.run} of {state.flow} has {state.seq:,} events; it stops at {most:,}. "
            "Does it loop for ever?"
        )
    for entry in entries:
        event = entry.event
        if isinstance(event, StepStarted) and _weighs_much(event.input):
            words.append(_heavy(state, f"{event.step} takes in"))
        elif isinstance(event, StepCompleted) and _weighs_much(event.output):
            words.append(_heavy(state, f"{event.step} gives"))
    return tuple(words)


def _heavy(state: State, what: str) -> str:
    return (
        f"In the run {state.run} of {state.flow}, {what} more than {MANY_BYTES // 1000} KB; 2 MB are refused. "
        "Should a document carry it?"
    )


def _weighs_much(value: Value) -> bool:
    """Of a value that was let in. Its length as JSON is near enough, and costs a step next to nothing."""
    return value is not None and len(_JSON.encode(value)) > MANY_BYTES
