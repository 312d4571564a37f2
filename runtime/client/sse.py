"""Reading a stream of server-sent events (the text/event-stream of the HTML standard), line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


def within(pieces: Iterable[bytes], most: int, too_much: Callable[[], Exception]) -> Iterator[bytes]:
    """The pieces, as long as they are ``most`` bytes together; then ``too_much`` is raised."""
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            raise too_much()
        yield piece


def lines_of(pieces: Iterable[bytes], most: int, too_much: Callable[[], Exception]) -> Iterator[str]:
    """The lines of a stream without their ends; ``too_much`` is raised where one event has more than ``most`` bytes."""
    begun: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise too_much()
        begun.append(piece)
        if b"\n" not in piece:
            continue
        *lines, rest = b"".join(begun).split(b"\n")
        begun = [rest]
        for line in lines:
            if line in (b"", b"\r"):
                size = len(rest)
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
