"""The two ways of one law: `simulate` here plays in memory or through the host, as the test that runs now was asked to.

`conftest.py` runs each test of a module that takes its `simulate` from here once each way, with the same assertions.
"""

from __future__ import annotations

from typing import Any

from runtime.engine import simulate as face
from runtime.engine.simulate import Simulation

WAYS = ("memory", "host")


class Way:
    """How simulations are played now, and those that are open."""

    def __init__(self) -> None:
        self.through = "memory"
        self.opened: list[Simulation] = []

    def close(self) -> None:
        """Give back what they hold."""
        while self.opened:
            self.opened.pop().close()


WAY = Way()


def simulate(*given: Any, **more: Any) -> Simulation:
    """See `runtime.engine.simulate`."""
    played = face(*given, **{"through": WAY.through, **more})
    WAY.opened.append(played)
    return played
