"""``watched``: says on the log who keeps the host from going on. A node type that sleeps where it should await holds up
every run, timer and page of its process, and nothing else would tell why.

Called by ``Host.open``. Law: it only looks; whoever does not give way is left alone, for nobody can end a thread.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10.0
"""seconds for which nothing goes on before that is said; once each time"""
AWAKE = 1.0
"""seconds more, in which a process that stood still as a whole (a laptop that slept) comes to itself"""
PERFORM = "perform.py"

_log = logging.getLogger(__name__)


@contextmanager
def watched() -> Iterator[None]:
    """While this is entered, the running event loop is watched from a thread."""
    loop, thread = asyncio.get_running_loop(), threading.get_ident()
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(loop, thread, done), daemon=True, name="giving way")
    watcher.start()
    try:
        yield
    finally:
        done.set()


def _watch(loop: asyncio.AbstractEventLoop, thread: int, done: threading.Event) -> None:
    while not done.wait(PATIENCE):
        beat = threading.Event()
        try:
            loop.call_soon_threadsafe(beat.set)
        except RuntimeError:
            return  # the loop is closed
        if beat.wait(PATIENCE) or beat.wait(AWAKE) or done.is_set():
            continue
        _log.warning(
            "For %g seconds nothing has gone on here: %s does not give way. In a perform.py, await what takes time, "
            "or hand it to asyncio.to_thread.",
            PATIENCE,
            _who(thread),
        )
        while not (beat.wait(PATIENCE) or done.is_set()):
            pass  # said once


def _who(thread: int) -> str:
    """Where the thread of the loop is: the innermost line of a node's ``perform.py``, else the innermost of all."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001  the one way to look at another thread
    lines = traceback.extract_stack(frame) if frame is not None else []
    if not lines:
        return "something"
    nodes = [line for line in lines if Path(line.filename).name == PERFORM and "host" not in Path(line.filename).parts]
    where = (nodes or lines)[-1]
    return f"{Path(where.filename).parent.name}/{Path(where.filename).name} line {where.lineno}"
