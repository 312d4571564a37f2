"""The end of a process in which code of nodes ran: whatever that left behind is not waited for.

Python waits, as it ends, for threads that somebody started, and asyncio for tasks that do not heed being cancelled. All
that Baton has to say is in the journal by then, so a process that is told to end, ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Coroutine
from typing import Any, NoReturn

LAST_WAIT = 5.0
"""Seconds for tasks that were left behind to let go."""

_held = threading.Event()
"""set where tasks did not let go: Python would complain of each as it ends"""


def run_to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """As ``asyncio.run``, but for tasks and threads that hold on."""
    runner = asyncio.Runner()
    try:
        runner.run(work)
    finally:
        loop = runner.get_loop()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left and loop.run_until_complete(asyncio.wait(left, timeout=LAST_WAIT))[1]:
            _held.set()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def leave(code: int) -> NoReturn:
    """Ends the process. Its streams have been flushed."""
    if _held.is_set() or threading.active_count() > 1:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
