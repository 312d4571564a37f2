"""How flows run: the model of a project, the law (engine), the store, the host that performs, and the doors to them.

This file stands above all shelves; it alone may join one to another that must not import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.engine.players import offer

if TYPE_CHECKING:
    from runtime.engine.playing import Setting, Simulation


def _through_host(setting: Setting) -> Simulation:
    # Imported when it is asked for: whoever only reads a project needs neither a store nor a host.
    from runtime.host.played import HostSimulation

    return HostSimulation(setting)


offer("host", _through_host)
