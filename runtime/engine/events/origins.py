"""Who caused an event, and where tokens and runs come from: parts of events."""

from __future__ import annotations

from msgspec import Struct


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who caused an event: ``kind`` is user, client, worker or system."""

    kind: str
    id: str
    seat: str | None = None


SYSTEM = Actor("system", "engine")


class Source(Struct, frozen=True):
    """Where a token came from: the step that made it and the port it left by."""

    step: str
    port: str


class Parent(Struct, frozen=True):
    """The run and step that called this run."""

    run: str
    step: str
    index: int | None = None
