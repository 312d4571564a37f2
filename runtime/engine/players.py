"""The ways in which a simulation can be played: ``simulate(..., through=NAME)``.

The engine offers ``memory``. What stands above it and can play, too, is offered by ``runtime/__init__.py``, which is
above all shelves and the one place that may know them all; so the engine never imports what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from runtime.engine.playing import Setting, Simulation

Player: TypeAlias = "Callable[[Setting], Simulation]"

PLAYERS: dict[str, Player] = {}
"""name -> who makes a simulation of a setting"""


def offer(name: str, player: Player) -> None:
    """From now on ``through=name`` is played by ``player``."""
    PLAYERS[name] = player
