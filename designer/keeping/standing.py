"""``standing``: which folders are there, asked so that a drive that does not answer holds up no window.

A folder on a network that is away may take half a minute to say so. Who does not answer at once counts as there: it is
tried when somebody opens it, beside the window.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

SECONDS = 0.25
"""for all of them together; those that answer take some microseconds"""


def standing(places: Iterable[Path], look: Callable[[Path], bool] = Path.is_dir, within: float = SECONDS) -> list[Path]:
    """Those that are there, in their order."""
    asked, gone = list(places), set[Path]()

    def ask(place: Path) -> None:
        if not look(place):
            gone.add(place)

    asking = [threading.Thread(target=ask, args=(place,), daemon=True) for place in asked]
    for one in asking:
        one.start()
    end = time.monotonic() + within
    for one in asking:
        one.join(max(0.0, end - time.monotonic()))
    return [place for place in asked if place not in gone]
