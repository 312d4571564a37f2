"""Reading a stream of server-sent events (the text/event-stream of the HTML standard), line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its kind (``message`` where none was named), its data, and the id to resume from."""

    kind: str
    data: str
    id: str


def read_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """The events in ``lines`` (without their line ends). An event that the stream's end cut off is not given out."""
    kind, last_id = "", ""
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield ServerEvent(kind or "message", "\n".join(data), last_id)
            kind, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            kind = value
        elif field == "data":
            data.append(value)
        elif field == "id" and "\0" not in value:
            last_id = value
