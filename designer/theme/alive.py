"""Whether widgets are still there: timers and filters may speak a moment after Qt has let a form go."""

from __future__ import annotations

from typing import Any

import shiboken6


def alive(*things: Any) -> bool:
    """None of them has been deleted by Qt."""
    check: Any = shiboken6.isValid
    return all(check(thing) for thing in things)
