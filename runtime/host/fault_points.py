"""Named places at which a test may end this process for good, as kill -9 would: ``BATON_FAULT=append.after:3``.

The n-th time that the named point is reached, the process is gone, without cleaning up. Points: see ``POINTS``.
``BATON_FAULT_TALLY=FILE`` adds a line to a file for each point
that is reached, so that a dry run tells how many there are to die at. Inert unless one of the two is set when the
process starts.
"""

from __future__ import annotations

import os

POINTS = ("append.before", "append.after", "perform.before", "perform.after", "child.before", "child.after")
EXIT_CODE = 137
"""what a shell reports of a process that kill -9 ended"""

_name, _, _count = os.environ.get("BATON_FAULT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1
_tally = os.environ.get("BATON_FAULT_TALLY", "")
if _name and _name not in POINTS:
    raise SystemExit(f"BATON_FAULT names no fault point: {_name!r}. Points: {', '.join(POINTS)}.")


def reach(point: str) -> None:
    """Says that the process is at ``point``."""
    global _left  # noqa: PLW0603  counted down over the life of the process, by one thread
    if _tally:
        with open(_tally, "a", encoding="utf-8") as tally:  # noqa: PTH123  no import of pathlib for what is never set
            tally.write(f"{point}\n")
    if point == _name:
        _left -= 1
        if _left <= 0:
            os._exit(EXIT_CODE)
