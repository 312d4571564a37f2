"""How often Python looks for objects that only refer to each other, in a process that holds many runs.

Called when a host is opened. Python's default looks after every 700 objects that stay, and a host with 500 runs in
flight makes as many in a few milliseconds: measured in turns, a third of all CPU went into looking, and steps through
the host rose from 1,500 to 2,300 a second. What is found is the same, a little later: up to 20,000 small objects more.
"""

from __future__ import annotations

import gc

_THRESHOLDS = (20_000, 20, 50)


def look_rarely() -> None:
    """For the whole process. Whoever has set thresholds of his own, or switched it off, is left alone."""
    if gc.isenabled() and gc.get_threshold() in {(700, 10, 10), (2000, 10, 10), (2000, 10, 0)}:
        gc.set_threshold(*_THRESHOLDS)
