"""The host: performs what the engine commands. The only place with clocks, sockets, threads and waiting.

Called by ``runtime.server`` and ``runtime.cli`` through ``Host``. Law: it decides nothing about a run; whatever changes
a run goes through the engine's driver and is durable before anything follows from it.
"""

from runtime.host.answers import Accepted, GivenAnswer, Started, TaskView
from runtime.host.clock import Clock, SystemClock, VirtualClock, running
from runtime.host.health import HostHealth
from runtime.host.ids import Ids
from runtime.host.problems import HostClosing, RunSetAside
from runtime.host.service import DRAIN_SECONDS, Host

__all__ = [
    "DRAIN_SECONDS",
    "Accepted",
    "Clock",
    "GivenAnswer",
    "Host",
    "HostClosing",
    "HostHealth",
    "Ids",
    "RunSetAside",
    "Started",
    "SystemClock",
    "TaskView",
    "VirtualClock",
    "running",
]
