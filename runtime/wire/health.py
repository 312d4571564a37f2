"""Whether the runtime can accept work. Routes ``GET /health`` and ``GET /health/live``."""

from __future__ import annotations

from typing import Literal

from runtime.wire.message import Moment, View


class HealthView(View):
    """``unavailable`` comes with status 503, the others with 200."""

    status: Literal["ok", "degraded", "unavailable"]
    """degraded: work is taken and goes on, but not as it should; unavailable: nothing is taken now"""
    reasons: tuple[str, ...] = ()
    """sentences for people; empty if all is well"""
    environment: str = ""
    version: str = ""
    in_flight: int = 0
    """attempts under way, and those that wait for their turn"""
    waiting: int = 0
    """those that wait for their turn"""
    recovering: int = 0
    """runs of a process that died, which wait to be gone on with"""
    set_aside: int = 0
    """runs that can't be read"""
    next_timer: Moment | None = None
    """when the next timer of all runs is due"""
