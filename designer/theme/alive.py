"""Whether widgets are still there: timers and filters may speak a moment after Qt has let a form go."""

from __future__ import annotations

from typing import Any

import shiboken6

_is_there: Any = shiboken6.isValid


def alive(*things: Any) -> bool:
    """None of them has been deleted by Qt. Asked of thousands when a theme changes."""
    for thing in things:  # noqa: SIM110  a generator takes twice as long
        if not _is_there(thing):
            return False
    return True
