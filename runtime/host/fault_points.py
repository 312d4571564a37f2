"""Named places at which a test may end this process for good, as kill -9 would: ``BATON_FAULT=append.after:3``.

The n-th time that the named point is reached, the process is gone, without cleaning up. Inert unless the variable is
set when the process starts. Points: ``append.before``, ``append.after``, ``perform.before``, ``perform.after``.
"""

from __future__ import annotations

import os

POINTS = ("append.before", "append.after", "perform.before", "perform.after")
EXIT_CODE = 137
"""what a shell reports of a process that kill -9 ended"""

_name, _, _count = os.environ.get("BATON_FAULT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1
if _name and _name not in POINTS:
    raise SystemExit(f"BATON_FAULT names no fault point: {_name!r}. Points: {', '.join(POINTS)}.")


def reach(point: str) -> None:
    """Says that the process is at ``point``."""
    global _left  # noqa: PLW0603  counted down over the life of the process, by one thread
    if point == _name:
        _left -= 1
        if _left <= 0:
            os._exit(EXIT_CODE)
