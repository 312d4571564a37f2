"""``simulate(..., through="host")``: the real host on a real store, with a clock, ids and effects that a test gives.

Offered to the engine by ``runtime/__init__.py``. Law: nothing here decides anything about a run. What is played are the
edges of the host alone: when work gets its turn at the store, what an attempt brings, what time it is.
"""

from runtime.host.played.simulation import HostSimulation

__all__ = ["HostSimulation"]
