"""A step as it was drawn, and where it is: the data of `naive_branches.py`. Nothing here may import the engine."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Drawn:
    """A step as it was drawn. ``kind``: read, keyed, once, wait or task; lengths in seconds, None = none."""

    name: str
    kind: str
    lengths: dict[str, float]
    """timer -> length: wait; timeout, remind, due; sla"""
    error_connected: bool = False
    terminates: bool = False
    """its good way leads to an end that stops everything (E4)"""
    attempts: int = 1
    first_delay: float = 0.0
    max_delay: float = 0.0

    @property
    def effect(self) -> bool:
        return self.kind in ("read", "keyed", "once")

    def end(self, port: str) -> str:
        """Where a port leads."""
        return "no" if port in ("error", "timeout", "rejected") else "stop" if self.terminates else "ok"

    @property
    def changes(self) -> bool:
        return self.kind in ("keyed", "once")


@dataclass
class Step:
    """Where it is; ``seq`` is that of its start."""

    drawn: Drawn
    seq: int
    state: str
    timers: dict[str, float] = field(default_factory=dict)
    attempt: int = 0
    in_flight: bool = False
    lost: bool = False
    failures: int = 0
    claims: int = 0
    unclear: bool = False
    possibly_done: bool = False
    key: int = 0
    incident: str = ""
    incident_seq: int = 0
    reminders: int = 0
    port: str = ""
    fresh: bool = False
    """its attempt began in what is reacted to just now, so nothing of it has left (C1)"""

    @property
    def id(self) -> str:
        return f"{self.drawn.name}#1"

    @property
    def live(self) -> bool:
        return self.state not in ("completed", "cancelled")
