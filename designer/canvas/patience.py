"""``Patience``: what a long work on a thread asks every now and then: whether to go on. It lets the window go first.

Python runs one thread at a time: work that never rests makes each frame of the window late by milliseconds.
"""

from __future__ import annotations

import time

WORK_S, REST_S = 0.002, 0.0004
"""seconds of work after which it rests, and for how long"""


class Patience:
    """One per work: ``rest`` is called on its thread, ``end`` on the window's."""

    def __init__(self) -> None:
        self.ended = False
        self._until = 0.0

    def end(self) -> None:
        """Nobody waits for the answer any more."""
        self.ended = True

    def rest(self) -> bool:
        """Whether to go on; a short rest where it is time for one."""
        if time.perf_counter() > self._until:
            time.sleep(REST_S)
            self._until = time.perf_counter() + WORK_S
        return not self.ended
